import {
  type DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import type { Behaviour } from '../../../support/fake-engine.ts';
import { service } from '../../../support/rolled-service.ts';

const BLUE_GREEN: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
const MINUTE = 60_000;

async function shifting(
  configuration: DeploymentConfiguration,
  behaviours: Record<string, Behaviour> = { 'v:1': {}, 'v:2': {}, 'v:3': {} },
) {
  const rolled = await service(behaviours, configuration);
  const { client } = rolled;
  const newest = async () => {
    const { serviceDeployments } = await client.send(
      new ListServiceDeploymentsCommand({ cluster: 'prod', service: 'api' }),
    );
    const serviceDeploymentArns = [serviceDeployments?.[0]?.serviceDeploymentArn ?? ''];
    return (await client.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns })))
      .serviceDeployments?.[0];
  };
  return {
    ...rolled,
    newest,
    /** As `PRIMARY app:2 IN_PROGRESS 2/2`. */
    async deployments() {
      const { deployments = [] } = (await rolled.describe()) ?? {};
      return deployments.map(
        (one) =>
          `${one.status} ${one.taskDefinition?.split('/')[1]} ${one.rolloutState} ${one.runningCount}/${one.desiredCount}`,
      );
    },
    stop: async (stopType: 'ROLLBACK' | 'ABORT' = 'ROLLBACK') =>
      client.send(
        new StopServiceDeploymentCommand({ serviceDeploymentArn: (await newest())?.serviceDeploymentArn, stopType }),
      ),
  };
}

test('the first deployment of a blue/green service neither waits nor bakes', async () => {
  const { deployments, newest } = await shifting(BLUE_GREEN);
  expect(await deployments()).toEqual(['PRIMARY app:1 COMPLETED 2/2']);
  expect(await newest()).toMatchObject({ status: 'SUCCESSFUL', lifecycleStage: 'CLEAN_UP' });
});

test('a blue/green deployment in bake time is in progress, both revisions in full', async () => {
  const { update, clock, deployments, newest, deploymentEvents } = await shifting(BLUE_GREEN);
  await update('app:2');
  await clock.advance(4 * MINUTE);
  expect(await deployments()).toEqual(['PRIMARY app:2 IN_PROGRESS 2/2', 'ACTIVE app:1 COMPLETED 2/2']);
  expect(await newest()).toMatchObject({
    status: 'IN_PROGRESS',
    lifecycleStage: 'BAKE_TIME',
    sourceServiceRevisions: [{ requestedProductionTrafficWeight: 0, runningTaskCount: 2 }],
    targetServiceRevision: { requestedProductionTrafficWeight: 100, runningTaskCount: 2 },
  });
  await clock.advance(2 * MINUTE);
  expect(await deployments()).toEqual(['PRIMARY app:2 COMPLETED 2/2']);
  expect((await newest())?.status).toBe('SUCCESSFUL');
  expect(
    deploymentEvents()
      .map(({ eventName }) => eventName)
      .slice(2),
  ).toEqual(['SERVICE_DEPLOYMENT_IN_PROGRESS', 'SERVICE_DEPLOYMENT_COMPLETED']);
});

test('blue keeps all traffic while green does not become healthy', async () => {
  const { update, clock, newest, deployments } = await shifting(BLUE_GREEN, {
    'v:1': {},
    'v:2': { runMs: 50, exitCode: 1 },
  });
  await update('app:2');
  await clock.advance(MINUTE);
  expect(await newest()).toMatchObject({
    lifecycleStage: 'SCALE_UP',
    sourceServiceRevisions: [{ requestedProductionTrafficWeight: 100 }],
  });
  expect((await deployments())[1]).toBe('ACTIVE app:1 COMPLETED 2/2');
});

test('a canary deployment gives its share first, and the rest after the canary bake time', async () => {
  const { update, clock, newest } = await shifting({
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 3 },
  });
  const weight = async () => (await newest())?.targetServiceRevision?.requestedProductionTrafficWeight;
  await update('app:2');
  await clock.advance(2 * MINUTE);
  expect(await weight()).toBe(10);
  await clock.advance(2 * MINUTE);
  expect(await newest()).toMatchObject({ status: 'SUCCESSFUL', targetServiceRevision: { runningTaskCount: 2 } });
  expect(await weight()).toBe(100);
});

test('a linear deployment goes on step by step', async () => {
  const { update, clock, newest } = await shifting({
    strategy: 'LINEAR',
    linearConfiguration: { stepPercent: 30, stepBakeTimeInMinutes: 1 },
  });
  await update('app:2');
  const weights: (number | undefined)[] = [];
  for (let minute = 0; minute < 5; minute++) {
    await clock.advance(minute === 0 ? 2000 : MINUTE);
    weights.push((await newest())?.targetServiceRevision?.requestedProductionTrafficWeight);
  }
  expect(weights).toEqual([30, 60, 90, 100, 100]);
});

test('StopServiceDeployment in bake time gives the traffic back to blue, whose tasks never stopped', async () => {
  const { update, clock, deployments, newest, stop, list } = await shifting(BLUE_GREEN);
  const blue = await list();
  await update('app:2');
  await clock.advance(2 * MINUTE);
  await stop();
  await stop();
  await clock.advance(3000);
  expect(await deployments()).toEqual(['PRIMARY app:1 COMPLETED 2/2']);
  expect((await newest())?.status).toBe('ROLLBACK_SUCCESSFUL');
  expect(await list()).toEqual(blue);
  await expect(stop()).rejects.toMatchObject({ name: 'ConflictException' });
});

test('the circuit breaker sends a blue/green deployment back before any traffic moved', async () => {
  const { update, clock, deployments, newest } = await shifting(
    { ...BLUE_GREEN, deploymentCircuitBreaker: { enable: true, rollback: true } },
    { 'v:1': {}, 'v:2': { cannotStart: 'CannotStartContainerError: no' } },
  );
  await update('app:2');
  await clock.advance(30_000);
  expect(await deployments()).toEqual(['PRIMARY app:1 COMPLETED 2/2']);
  expect(await newest()).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', rollback: { reason: expect.any(String) } });
});

test('an update in bake time stops that service deployment, and the new one replaces it', async () => {
  const { client, update, clock, deployments, newest } = await shifting(BLUE_GREEN);
  await update('app:2');
  await clock.advance(2 * MINUTE);
  await update('app:3');
  expect((await newest())?.sourceServiceRevisions?.length).toBe(2);
  await clock.advance(2 * MINUTE);
  expect(await deployments()).toEqual([
    'PRIMARY app:3 IN_PROGRESS 2/2',
    'ACTIVE app:2 IN_PROGRESS 2/2',
    'ACTIVE app:1 COMPLETED 0/0',
  ]);
  await clock.advance(4 * MINUTE);
  expect(await deployments()).toEqual(['PRIMARY app:3 COMPLETED 2/2']);
  const { serviceDeployments } = await client.send(
    new ListServiceDeploymentsCommand({ cluster: 'prod', service: 'api' }),
  );
  expect(serviceDeployments?.map(({ status }) => status)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
});

test('a count changed in bake time applies to both revisions', async () => {
  const { update, change, clock, deployments } = await shifting(BLUE_GREEN);
  await update('app:2');
  await clock.advance(2 * MINUTE);
  await change({ desiredCount: 3 });
  await clock.advance(3000);
  expect(await deployments()).toEqual(['PRIMARY app:2 IN_PROGRESS 3/3', 'ACTIVE app:1 COMPLETED 3/3']);
  await change({ desiredCount: 1 });
  await clock.advance(10 * MINUTE);
  expect(await deployments()).toEqual(['PRIMARY app:2 COMPLETED 1/1']);
});

test('UpdateService keeps the strategy, and a new strategy drops what belonged to the other', async () => {
  const { change, update, describe } = await shifting({
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 3 },
  });
  await update('app:2');
  expect((await describe())?.deploymentConfiguration).toMatchObject({
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 10 },
  });
  await change({ deploymentConfiguration: { strategy: 'ROLLING' } });
  const { deploymentConfiguration } = (await describe()) ?? {};
  expect(deploymentConfiguration).toMatchObject({ strategy: 'ROLLING' });
  expect(deploymentConfiguration).not.toHaveProperty('canaryConfiguration');
});

test('hooks that call functions are kept with the service and hold nothing up', async () => {
  const lifecycleHooks = [
    {
      hookTargetArn: 'arn:aws:lambda:us-east-1:123456789012:function:check',
      roleArn: 'arn:aws:iam::123456789012:role/hooks',
      lifecycleStages: ['POST_SCALE_UP' as const],
    },
  ];
  const { update, clock, describe, deployments } = await shifting({ strategy: 'BLUE_GREEN', lifecycleHooks });
  await update('app:2');
  await clock.advance(5000);
  expect((await describe())?.deploymentConfiguration?.lifecycleHooks).toEqual(lifecycleHooks);
  expect(await deployments()).toEqual(['PRIMARY app:2 COMPLETED 2/2']);
});

test.each<[string, DeploymentConfiguration, RegExp]>([
  ['a step below 3 percent', { strategy: 'LINEAR', linearConfiguration: { stepPercent: 2 } }, /stepPercent/],
  ['a bake time of more than a day', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1441 }, /bakeTimeInMinutes/],
  [
    'a hook that pauses, which nothing here could continue,',
    { strategy: 'BLUE_GREEN', lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }] },
    /PAUSE/,
  ],
  ['canary settings of a rolling service', { canaryConfiguration: { canaryPercent: 5 } }, /canaryConfiguration/],
])('%s is refused', async (_fact, deploymentConfiguration, message) => {
  const { change } = await service({ 'v:1': {} });
  await expect(change({ deploymentConfiguration })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringMatching(message),
  });
});
