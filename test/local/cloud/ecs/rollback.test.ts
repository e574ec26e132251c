import {
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import type { Behaviour } from '../../../support/fake-engine.ts';
import { service } from '../../../support/rolled-service.ts';

const BREAKER = { deploymentCircuitBreaker: { enable: true, rollback: true } };

const HEALTH = { healthCheck: { command: ['CMD', 'true'] } };

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
  const { update, clock, list, describe } = await service({ 'v:1': {}, 'v:2': { cannotStart: 'no' } }, BREAKER);
  const before = await list();
  const completed = (await describe())?.deployments?.[0]?.id;
  await update('app:2');
  await clock.advance(30_000);
  expect(await list()).toEqual(before);
  expect((await describe())?.deployments).toMatchObject([{ id: completed, status: 'PRIMARY' }]);
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

test('a service whose deployment failed can be deleted', async () => {
  const { client, clock, describe, update } = await service(
    { 'v:1': {}, 'v:2': { cannotStart: 'no' } },
    { deploymentCircuitBreaker: { enable: true, rollback: false } },
  );
  await update('app:2');
  await clock.advance(30_000);
  await client.send(new DeleteServiceCommand({ cluster: 'prod', service: 'api', force: true }));
  await clock.advance(5000);
  expect(await describe()).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
});

test.each([
  ['before its health check passed counts as failed', { runMs: 50, exitCode: 1 }, 'app:1 COMPLETED'],
  ['after it passed does not', { healthyAfterMs: 10, runMs: 50, exitCode: 1 }, 'app:2 COMPLETED'],
])('a task that dies %s', async (_fact, crashing, expected) => {
  const { update, clock, describe } = await service(
    { 'v:1': { healthyAfterMs: 10 }, 'v:2': crashing },
    BREAKER,
    HEALTH,
  );
  await update('app:2');
  await clock.advance(30_000);
  const [primary] = (await describe())?.deployments ?? [];
  expect(`${primary?.taskDefinition?.split('/')[1]} ${primary?.rolloutState}`).toBe(expected);
});

test('a deployment that failed stays listed until the rollback is complete', async () => {
  const { update, clock, describe, deploymentEvents } = await service(
    { 'v:1': {}, 'v:2': { cannotStart: 'no' } },
    BREAKER,
  );
  await update('app:2');
  while (!deploymentEvents().some(({ eventName }) => eventName === 'SERVICE_DEPLOYMENT_FAILED'))
    await clock.advance(10);
  await clock.advance(500);
  expect((await describe())?.deployments).toMatchObject([
    {
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: expect.stringMatching(/rolling back to deploymentId/),
    },
    { status: 'ACTIVE', rolloutState: 'FAILED', desiredCount: 0, failedTasks: expect.any(Number) },
  ]);
  await clock.advance(1000);
  expect((await describe())?.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
});
