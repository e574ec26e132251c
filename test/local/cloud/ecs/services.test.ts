import {
  CreateClusterCommand,
  CreateServiceCommand,
  type DeploymentConfiguration,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { type Behaviour, createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

async function service(
  behaviours: Record<string, Behaviour>,
  deploymentConfiguration?: DeploymentConfiguration,
  container: object = {},
) {
  const clock = virtualClock();
  const engine = createFakeEngine(clock, ({ image }) => behaviours[image.directory.replace('/images/', '')] ?? {});
  const local = localEcs({ clock, engine });
  const { client } = local;
  await client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  for (const image of Object.keys(behaviours))
    await client.send(new RegisterTaskDefinitionCommand(fargateDefinition(image, container)));
  await client.send(
    new CreateServiceCommand({
      cluster: 'prod',
      serviceName: 'api',
      taskDefinition: 'app:1',
      desiredCount: 2,
      ...FARGATE,
      ...(deploymentConfiguration && { deploymentConfiguration }),
    }),
  );
  await clock.advance(5000);
  const describe = async () => {
    const { services } = await client.send(new DescribeServicesCommand({ cluster: 'prod', services: ['api'] }));
    return services?.[0];
  };
  const update = (taskDefinition: string) =>
    client.send(new UpdateServiceCommand({ cluster: 'prod', service: 'api', taskDefinition }));
  return { ...local, clock, engine, describe, update };
}

const BREAKER = { deploymentCircuitBreaker: { enable: true, rollback: true } };

test('a new service reaches its desired count and a steady state', async () => {
  const { describe, deploymentEvents, serviceActions } = await service({ 'v:1': {} });
  expect(await describe()).toMatchObject({
    runningCount: 2,
    deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2, failedTasks: 0 }],
  });
  expect(deploymentEvents().map(({ eventName }) => eventName)).toEqual([
    'SERVICE_DEPLOYMENT_IN_PROGRESS',
    'SERVICE_DEPLOYMENT_COMPLETED',
  ]);
  expect(serviceActions()).toMatchObject([{ eventName: 'SERVICE_STEADY_STATE', eventType: 'INFO' }]);
});

test('an update replaces every task and completes', async () => {
  const { update, clock, describe, taskEvents } = await service({ 'v:1': {}, 'v:2': {} });
  const [before] = (await describe())?.deployments ?? [];
  await update('app:2');
  expect((await describe())?.deployments).toMatchObject([
    { status: 'PRIMARY', rolloutState: 'IN_PROGRESS' },
    { status: 'ACTIVE', rolloutState: 'COMPLETED' },
  ]);
  await clock.advance(5000);
  const after = await describe();
  expect(after?.deployments).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 2 }]);
  expect(after?.taskDefinition).toMatch(/app:2$/);
  expect(taskEvents()).toContainEqual(
    expect.objectContaining({
      lastStatus: 'STOPPED',
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: `Scaling activity initiated by (deployment ${before?.id})`,
    }),
  );
});

test('the circuit breaker fails a deployment whose tasks cannot start, and goes back', async () => {
  const broken = { cannotStart: 'CannotStartContainerError: no such file' };
  const { update, clock, describe, deploymentEvents, serviceActions } = await service(
    { 'v:1': {}, 'v:2': broken },
    BREAKER,
  );
  await update('app:2');
  await clock.advance(30_000);
  const after = await describe();
  expect(after?.deployments).toMatchObject([
    { status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2, taskDefinition: expect.stringMatching(/app:1$/) },
  ]);
  expect(
    deploymentEvents()
      .map(({ eventName }) => eventName)
      .slice(2),
  ).toEqual([
    'SERVICE_DEPLOYMENT_IN_PROGRESS',
    'SERVICE_DEPLOYMENT_FAILED',
    'SERVICE_DEPLOYMENT_IN_PROGRESS',
    'SERVICE_DEPLOYMENT_COMPLETED',
  ]);
  expect(deploymentEvents()[4]?.reason).toMatch(
    /^ECS deployment circuit breaker: rolling back to deploymentId ecs-svc\/\d{19}\.$/,
  );
  expect(serviceActions().map(({ eventName }) => eventName)).toContain('SERVICE_TASK_START_IMPAIRED');
});

test('tasks that run and then die keep a deployment in progress for ever', async () => {
  const { update, clock, describe, engine } = await service({ 'v:1': {}, 'v:2': { runMs: 50, exitCode: 1 } });
  await update('app:2');
  await clock.advance(10_000);
  expect((await describe())?.deployments?.[0]).toMatchObject({ rolloutState: 'IN_PROGRESS', failedTasks: 0 });
  expect(engine.started.length).toBeGreaterThan(20);
});
