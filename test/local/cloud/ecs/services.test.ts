import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { fakeImage } from '../../../support/fake-engine.ts';
import { service } from '../../../support/rolled-service.ts';

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

test('tasks that run and then die keep a deployment in progress for ever', async () => {
  const { update, clock, describe, engine } = await service({ 'v:1': {}, 'v:2': { runMs: 50, exitCode: 1 } });
  await update('app:2');
  await clock.advance(10_000);
  expect((await describe())?.deployments?.[0]).toMatchObject({ rolloutState: 'IN_PROGRESS', failedTasks: 0 });
  expect(engine.started.length).toBeGreaterThan(20);
});

test('a task that is stopped is replaced', async () => {
  const { client, clock, list, describe } = await service({ 'v:1': {} });
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

test('a tag means for a whole deployment what it meant at first', async () => {
  let pulled = 'first';
  const { client, clock, list, change, engine } = await service({ 'v:1': {} }, undefined, {}, (uri) =>
    fakeImage(`${uri}-${pulled}`),
  );
  pulled = 'second';
  const [task = ''] = await list();
  await client.send(new StopTaskCommand({ cluster: 'prod', task }));
  await clock.advance(1000);
  expect(engine.started.map(({ image }) => image.directory)).toEqual(Array(3).fill('/images/v:1-first'));
  await change({ forceNewDeployment: true });
  await clock.advance(1000);
  expect(engine.started.at(-1)?.image.directory).toBe('/images/v:1-second');
});

test('settings that DescribeServices shows of deployments only start one, and the same again does not', async () => {
  const { change, clock, describe } = await service({ 'v:1': {} });
  const serviceConnectConfiguration = { enabled: true, namespace: 'shop' };
  await change({ serviceConnectConfiguration });
  expect((await describe())?.deployments).toMatchObject([{ serviceConnectConfiguration }, {}]);
  await clock.advance(5000);
  await change({ serviceConnectConfiguration });
  expect((await describe())?.deployments?.length).toBe(1);
});
