import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  type DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
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
  const change = (input: Partial<UpdateServiceCommandInput>) =>
    client.send(new UpdateServiceCommand({ cluster: 'prod', service: 'api', ...input }));
  const update = (taskDefinition: string) => change({ taskDefinition });
  return { ...local, clock, engine, describe, change, update };
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

const HEALTH = { healthCheck: { command: ['CMD', 'true'] } };

test('unhealthy tasks are stopped, counted and fail the deployment', async () => {
  const { update, clock, describe, taskEvents } = await service(
    { 'v:1': { healthyAfterMs: 10 }, 'v:2': { unhealthyAfterMs: 10 } },
    BREAKER,
    HEALTH,
  );
  await update('app:2');
  await clock.advance(30_000);
  expect((await describe())?.deployments).toMatchObject([
    { rolloutState: 'COMPLETED', taskDefinition: expect.stringMatching(/app:1$/) },
  ]);
  expect(taskEvents()).toContainEqual(
    expect.objectContaining({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed container health checks',
    }),
  );
});

test('without rollback a failed deployment stays, and the old tasks with it', async () => {
  const { update, clock, describe, engine } = await service(
    { 'v:1': {}, 'v:2': { cannotStart: 'CannotStartContainerError: no' } },
    { deploymentCircuitBreaker: { enable: true, rollback: false } },
  );
  await update('app:2');
  await clock.advance(30_000);
  expect(await describe()).toMatchObject({
    runningCount: 2,
    deployments: [
      {
        status: 'PRIMARY',
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      },
      { status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 2 },
    ],
  });
  expect(engine.started.length).toBe(2);
});

test('a rollback makes the last completed deployment PRIMARY again, its tasks untouched', async () => {
  const { update, clock, client, describe } = await service({ 'v:1': {}, 'v:2': { cannotStart: 'no' } }, BREAKER);
  const list = async () => (await client.send(new ListTasksCommand({ cluster: 'prod', serviceName: 'api' }))).taskArns;
  const before = await list();
  const completed = (await describe())?.deployments?.[0]?.id;
  await update('app:2');
  await clock.advance(30_000);
  expect(await list()).toEqual(before);
  expect((await describe())?.deployments).toMatchObject([{ id: completed, status: 'PRIMARY' }]);
});

test('a task that is stopped is replaced', async () => {
  const { client, clock, describe } = await service({ 'v:1': {} });
  const list = async () =>
    (await client.send(new ListTasksCommand({ cluster: 'prod', serviceName: 'api' }))).taskArns ?? [];
  const [task = ''] = await list();
  await client.send(new StopTaskCommand({ cluster: 'prod', task }));
  await clock.advance(2000);
  expect(await list()).not.toContain(task);
  expect(await describe()).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: 'COMPLETED' }] });
});

test('only what is given changes, and a count alone starts no deployment', async () => {
  const { change, clock, describe } = await service({ 'v:1': {} }, { minimumHealthyPercent: 50 });
  const before = await describe();
  await change({ desiredCount: 3 });
  await clock.advance(3000);
  const after = await describe();
  expect(after).toMatchObject({
    desiredCount: 3,
    runningCount: 3,
    deploymentConfiguration: { minimumHealthyPercent: 50 },
  });
  expect(after?.deployments?.map(({ id }) => id)).toEqual(before?.deployments?.map(({ id }) => id));
  await change({ forceNewDeployment: true });
  expect((await describe())?.deployments?.length).toBe(2);
});

test('the service says what happened in the words of ECS', async () => {
  const { describe } = await service({ 'v:1': {} });
  const messages = (await describe())?.events?.map(({ message }) => message?.replaceAll(/[0-9a-f]{19,32}/g, 'ID'));
  expect(messages).toEqual([
    '(service api) has reached a steady state.',
    '(service api) (deployment ecs-svc/ID) deployment completed.',
    '(service api) has started 2 tasks: (task ID) (task ID).',
  ]);
});

test('service deployments and revisions tell the history', async () => {
  const { client, update, clock } = await service({ 'v:1': {}, 'v:2': {}, 'v:3': { cannotStart: 'no' } }, BREAKER);
  await update('app:2');
  await clock.advance(5000);
  await update('app:3');
  await clock.advance(30_000);
  const list = await client.send(new ListServiceDeploymentsCommand({ cluster: 'prod', service: 'api' }));
  expect(list.serviceDeployments?.map(({ status }) => status)).toEqual([
    'ROLLBACK_SUCCESSFUL',
    'SUCCESSFUL',
    'SUCCESSFUL',
  ]);
  const successful = await client.send(
    new ListServiceDeploymentsCommand({ cluster: 'prod', service: 'api', status: ['SUCCESSFUL'], maxResults: 1 }),
  );
  const [newest] = successful.serviceDeployments ?? [];
  const revisions = await client.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: [newest?.targetServiceRevisionArn ?? ''] }),
  );
  expect(revisions.serviceRevisions).toMatchObject([
    {
      taskDefinition: expect.stringMatching(/app:2$/),
      containerImages: [{ containerName: 'app', imageDigest: expect.stringMatching(/^sha256:/) }],
    },
  ]);
  const rolledBack = await client.send(
    new DescribeServiceDeploymentsCommand({
      serviceDeploymentArns: [list.serviceDeployments?.[0]?.serviceDeploymentArn ?? ''],
    }),
  );
  expect(rolledBack.serviceDeployments).toMatchObject([
    {
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
      rollback: { serviceRevisionArn: newest?.targetServiceRevisionArn },
    },
  ]);
});

test('StopServiceDeployment goes back to the last completed revision, and repeating it does no harm', async () => {
  const { client, update, clock, describe } = await service({ 'v:1': {}, 'v:2': { runMs: 50, exitCode: 1 } });
  await update('app:2');
  await clock.advance(1000);
  const { serviceDeployments } = await client.send(
    new ListServiceDeploymentsCommand({ cluster: 'prod', service: 'api' }),
  );
  const stop = new StopServiceDeploymentCommand({
    serviceDeploymentArn: serviceDeployments?.[0]?.serviceDeploymentArn,
    stopType: 'ROLLBACK',
  });
  await client.send(stop);
  await client.send(stop);
  await clock.advance(5000);
  expect((await describe())?.deployments).toMatchObject([
    { rolloutState: 'COMPLETED', taskDefinition: expect.stringMatching(/app:1$/), runningCount: 2 },
  ]);
  await expect(
    client.send(
      new StopServiceDeploymentCommand({ serviceDeploymentArn: serviceDeployments?.[1]?.serviceDeploymentArn }),
    ),
  ).rejects.toMatchObject({ name: 'ConflictException' });
});

test('a deleted service drains and ends INACTIVE', async () => {
  const { client, clock, describe } = await service({ 'v:1': {} });
  const remove = (force: boolean) => client.send(new DeleteServiceCommand({ cluster: 'prod', service: 'api', force }));
  await expect(remove(false)).rejects.toMatchObject({
    message: 'The service cannot be stopped while it is scaled above 0.',
  });
  await remove(true);
  await clock.advance(1000);
  expect(await describe()).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
});

test('a service that is not there is missing, and cannot be updated', async () => {
  const { client } = await service({ 'v:1': {} });
  const { failures } = await client.send(new DescribeServicesCommand({ cluster: 'prod', services: ['web'] }));
  expect(failures).toEqual([{ arn: 'arn:aws:ecs:us-east-1:123456789012:service/prod/web', reason: 'MISSING' }]);
  await expect(client.send(new UpdateServiceCommand({ cluster: 'prod', service: 'web' }))).rejects.toMatchObject({
    name: 'ServiceNotFoundException',
  });
});

test('after close nothing starts and nothing is announced', async () => {
  const { ecs, clock, engine, events } = await service({ 'v:1': { runMs: 2000 } });
  const before = { started: engine.started.length, events: events.length };
  await ecs.close();
  await clock.advance(60_000);
  expect({ started: engine.started.length, events: events.length }).toEqual(before);
});

test('a rollback that fails as well ends there', async () => {
  const behaviours: Record<string, Behaviour> = { 'v:1': {}, 'v:2': { cannotStart: 'no' } };
  const { update, clock, describe, client, change } = await service(behaviours, BREAKER);
  behaviours['v:1'] = { cannotStart: 'no longer' };
  await change({ desiredCount: 3 });
  await update('app:2');
  await clock.advance(60_000);
  expect((await describe())?.deployments?.[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'FAILED' });
  const { serviceDeployments } = await client.send(
    new ListServiceDeploymentsCommand({ cluster: 'prod', service: 'api' }),
  );
  expect(serviceDeployments?.[0]?.status).toBe('ROLLBACK_FAILED');
});
