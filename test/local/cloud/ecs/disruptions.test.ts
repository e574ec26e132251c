import { DeleteServiceCommand, ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { service } from '../../../support/rolled-service.ts';

const SPOT = {
  forceNewDeployment: true,
  capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
};
const BREAKER = { deploymentCircuitBreaker: { enable: true, rollback: true } };

test('an interrupted Spot task is warned while it runs, stops, and is replaced', async () => {
  const { ecs, change, clock, list, describe, taskEvents } = await service({ 'v:1': {} });
  await change(SPOT);
  await clock.advance(5000);
  const [task = ''] = await list();
  ecs.disruptions.interruptSpot(task);
  await clock.advance(5000);
  const own = taskEvents().filter(({ taskArn, stopCode }) => taskArn === task && stopCode === 'SpotInterruption');
  expect(own[0]).toMatchObject({ lastStatus: 'RUNNING', desiredStatus: 'STOPPED' });
  expect(own[0]?.stoppedReason).toBe('Your Spot Task was interrupted.');
  expect(own.at(-1)?.lastStatus).toBe('STOPPED');
  expect(await list()).not.toContain(task);
  expect(await describe()).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: 'COMPLETED' }] });
});

test('Spot interruptions do not trip the circuit breaker', async () => {
  const behaviours = { 'v:1': { healthyAfterMs: 10 }, 'v:2': { healthyAfterMs: 900 } };
  const health = { healthCheck: { command: ['CMD', 'true'] } };
  const { ecs, change, clock, list, describe, taskEvents } = await service(behaviours, BREAKER, health);
  const before = await list();
  await change({ ...SPOT, taskDefinition: 'app:2' });
  for (let round = 0; round < 6; round++) {
    await clock.advance(200);
    for (const task of await list()) if (!before.includes(task)) ecs.disruptions.interruptSpot(task);
  }
  expect(taskEvents().filter(({ stopCode }) => stopCode === 'SpotInterruption').length).toBeGreaterThan(6);
  await clock.advance(20_000);
  expect((await describe())?.deployments).toMatchObject([
    { rolloutState: 'COMPLETED', taskDefinition: expect.stringMatching(/app:2$/) },
  ]);
});

test('only a task on Spot can be interrupted', async () => {
  const { ecs, list } = await service({ 'v:1': {} });
  const [task = ''] = await list();
  expect(() => ecs.disruptions.interruptSpot(task)).toThrow('is no task on FARGATE_SPOT');
});

test('without capacity the service says so again and again, and goes on when there is some', async () => {
  const { ecs, change, clock, describe, events } = await service({ 'v:1': {} });
  const give = ecs.disruptions.withhold('FARGATE_SPOT');
  await change(SPOT);
  await clock.advance(12_000);
  const failures = events
    .map(({ detail }) => detail as { eventName?: string })
    .filter(({ eventName }) => eventName === 'SERVICE_TASK_PLACEMENT_FAILURE');
  expect(failures.length).toBeGreaterThan(1);
  expect(failures[0]).toMatchObject({
    eventType: 'ERROR',
    clusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/prod',
    capacityProviderArns: ['arn:aws:ecs:us-east-1:123456789012:capacity-provider/FARGATE_SPOT'],
    reason: 'RESOURCE:FARGATE',
  });
  const waiting = await describe();
  expect(waiting?.deployments).toMatchObject([{ rolloutState: 'IN_PROGRESS', runningCount: 0 }, { runningCount: 2 }]);
  expect(waiting?.events?.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/was unable to place a task\. Reason: Capacity is unavailable at this time/),
  );
  give();
  await clock.advance(5000);
  expect(await describe()).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: 'COMPLETED' }] });
});

test('where only one of two capacities is missing, the other tasks start', async () => {
  const { ecs, change, clock, describe } = await service({ 'v:1': {} });
  ecs.disruptions.withhold('FARGATE_SPOT');
  await change({
    forceNewDeployment: true,
    desiredCount: 4,
    capacityProviderStrategy: [
      { capacityProvider: 'FARGATE', weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: 1 },
    ],
  });
  await clock.advance(3000);
  expect((await describe())?.deployments?.[0]).toMatchObject({ desiredCount: 4, runningCount: 2 });
});

test('a service deleted mid-rollout drains, and its deployment ends', async () => {
  const { client, update, clock, describe, change } = await service({ 'v:1': {}, 'v:2': { cannotStart: 'no' } });
  await update('app:2');
  await clock.advance(1000);
  const { service: deleted } = await client.send(
    new DeleteServiceCommand({ cluster: 'prod', service: 'api', force: true }),
  );
  expect(deleted).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
  await expect(change({ taskDefinition: 'app:1' })).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
  await clock.advance(5000);
  expect(await describe()).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
  const { serviceDeployments } = await client.send(
    new ListServiceDeploymentsCommand({ cluster: 'prod', service: 'api' }),
  );
  expect(serviceDeployments?.[0]).toMatchObject({ status: 'STOPPED', statusReason: 'The service was deleted.' });
});
