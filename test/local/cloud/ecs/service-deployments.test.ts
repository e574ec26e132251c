import {
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  type ListServiceDeploymentsCommandInput,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import type { Behaviour } from '../../../support/fake-engine.ts';
import { service } from '../../../support/rolled-service.ts';

const NEVER_RUNS = { cannotStart: 'CannotStartContainerError: no' };

async function deployed(behaviours: Record<string, Behaviour> = { 'v:1': {}, 'v:2': NEVER_RUNS, 'v:3': {} }) {
  const rolled = await service(behaviours);
  const { client } = rolled;
  const list = async (input: Partial<ListServiceDeploymentsCommandInput> = {}) => {
    const answer = await client.send(new ListServiceDeploymentsCommand({ cluster: 'prod', service: 'api', ...input }));
    return answer.serviceDeployments ?? [];
  };
  const stop = async (stopType: 'ROLLBACK' | 'ABORT') => {
    const [newest] = await list();
    return client.send(
      new StopServiceDeploymentCommand({ serviceDeploymentArn: newest?.serviceDeploymentArn, stopType }),
    );
  };
  return { ...rolled, listDeployments: list, stop };
}

test('ABORT stops the rollout where it is, the old tasks stay, and repeating it does no harm', async () => {
  const { update, clock, stop, describe, listDeployments, deploymentEvents } = await deployed();
  await update('app:2');
  await clock.advance(500);
  await Promise.all([stop('ABORT'), stop('ABORT')]);
  await clock.advance(10_000);
  expect((await listDeployments())[0]).toMatchObject({ status: 'STOPPED' });
  expect(await describe()).toMatchObject({
    runningCount: 2,
    deployments: [
      { status: 'PRIMARY', rolloutState: 'FAILED', taskDefinition: expect.stringMatching(/app:2$/) },
      { status: 'ACTIVE', runningCount: 2 },
    ],
  });
  // FAILED is announced for services with the circuit breaker only (ECS developer guide, deployment events).
  expect(deploymentEvents().map(({ eventName }) => eventName)).not.toContain('SERVICE_DEPLOYMENT_FAILED');
});

test('a new deployment after ABORT rolls as any other', async () => {
  const { update, clock, stop, describe } = await deployed();
  await update('app:2');
  await clock.advance(500);
  await stop('ABORT');
  await update('app:3');
  await clock.advance(5000);
  expect((await describe())?.deployments).toMatchObject([
    { rolloutState: 'COMPLETED', taskDefinition: expect.stringMatching(/app:3$/), runningCount: 2 },
  ]);
});

test('the first deployment of a service has nothing to go back to', async () => {
  const { clock, stop } = await deployed({ 'v:1': NEVER_RUNS });
  await clock.advance(1000);
  await expect(stop('ROLLBACK')).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('an update during a rollback ends it', async () => {
  const { update, clock, stop, describe, listDeployments } = await deployed();
  await update('app:2');
  await clock.advance(500);
  await stop('ROLLBACK');
  await clock.advance(100);
  await update('app:3');
  await clock.advance(5000);
  expect((await listDeployments()).map(({ status }) => status)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
  expect((await describe())?.taskDefinition).toMatch(/app:3$/);
});

test('service deployments are found by status and time', async () => {
  const { update, clock, listDeployments } = await deployed();
  const begun = new Date(clock.now());
  await update('app:3');
  expect(await listDeployments({ status: ['IN_PROGRESS'] })).toMatchObject([{ status: 'IN_PROGRESS' }]);
  await clock.advance(5000);
  expect(await listDeployments({ status: ['IN_PROGRESS', 'ROLLBACK_IN_PROGRESS'] })).toEqual([]);
  const [newest, first] = await listDeployments();
  const arns = async (createdAt: { before?: Date; after?: Date }) =>
    (await listDeployments({ createdAt })).map(({ serviceDeploymentArn }) => serviceDeploymentArn);
  expect(await arns({ after: begun })).toEqual([newest?.serviceDeploymentArn]);
  expect(await arns({ before: new Date(begun.getTime() - 1) })).toEqual([first?.serviceDeploymentArn]);
});

test('history goes back 90 days', async () => {
  const { update, clock, listDeployments } = await deployed();
  await clock.advance(89 * 86_400_000);
  await update('app:3');
  await clock.advance(2 * 86_400_000);
  expect((await listDeployments()).length).toBe(1);
});

test('more than 20 service deployments at once are refused', async () => {
  const { client } = await deployed();
  const serviceDeploymentArns = Array.from({ length: 21 }, (_, index) => `arn:${index}`);
  await expect(client.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});
