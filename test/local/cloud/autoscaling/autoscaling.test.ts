import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  type PutScheduledActionCommandInput,
  RegisterScalableTargetCommand,
  type RegisterScalableTargetCommandInput,
} from '@aws-sdk/client-application-auto-scaling';
import { expect, test } from 'vitest';
import { served } from '../../../../build/served-operations.ts';
import { createAutoscaling } from '../../../../local/cloud/autoscaling/autoscaling.ts';
import { decideCapacity } from '../../../../local/cloud/autoscaling/capacity.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { testPlace } from '../../../support/place.ts';
import { service } from '../../../support/rolled-service.ts';
import { clientConfig } from '../../../support/sdk.ts';

const resource = {
  ServiceNamespace: 'ecs' as const,
  ResourceId: 'service/prod/api',
  ScalableDimension: 'ecs:service:DesiredCount' as const,
};

/** The service `api` of two tasks, and its autoscaling. */
async function scaled(behaviours: Parameters<typeof service>[0] = { 'api:1': {} }) {
  const rolled = await service(behaviours);
  const autoscaling = createAutoscaling({ place: testPlace(), clock: rolled.clock, services: rolled.ecs.capacity });
  const client = new ApplicationAutoScalingClient(clientConfig(createDispatcher([autoscaling])));
  const register = (changes: Partial<RegisterScalableTargetCommandInput>) =>
    client.send(new RegisterScalableTargetCommand({ ...resource, ...changes }));
  const schedule = (changes: Partial<PutScheduledActionCommandInput>) =>
    client.send(new PutScheduledActionCommand({ ...resource, ScheduledActionName: 'night', ...changes }));
  const target = async () => {
    const { ScalableTargets } = await client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
    return ScalableTargets?.[0];
  };
  const counts = async () => {
    const { desiredCount, runningCount } = (await rolled.describe()) ?? {};
    return { desiredCount, runningCount };
  };
  return { ...rolled, autoscaling, client, register, schedule, target, counts };
}

test.each([
  [1, { MinCapacity: 2, MaxCapacity: 4 }, 2],
  [5, { MinCapacity: 2, MaxCapacity: 4 }, 4],
  [3, { MinCapacity: 2, MaxCapacity: 4 }, undefined],
  [0, { MinCapacity: 0, MaxCapacity: 0 }, undefined],
])('%i tasks within %o', (present, bounds, expected) => {
  expect(decideCapacity(present, bounds)).toBe(expected);
});

test('a service below the registered minimum is scaled to it', async () => {
  const { register, clock, counts, target, client } = await scaled();
  const { ScalableTargetARN } = await register({ MinCapacity: 3, MaxCapacity: 6 });
  await clock.advance(5000);
  expect(await counts()).toEqual({ desiredCount: 3, runningCount: 3 });
  expect(await target()).toMatchObject({ ScalableTargetARN, MinCapacity: 3, MaxCapacity: 6, ...resource });
  const { ScalingActivities } = await client.send(new DescribeScalingActivitiesCommand({ ServiceNamespace: 'ecs' }));
  expect(ScalingActivities).toMatchObject([{ Description: 'Setting desired count to 3.', StatusCode: 'Successful' }]);
});

test('a service within its bounds is left alone', async () => {
  const { register, counts } = await scaled();
  await register({ MinCapacity: 1, MaxCapacity: 2 });
  expect((await counts()).desiredCount).toBe(2);
});

test('what a second registration does not say stays as it was', async () => {
  const { register, target, counts } = await scaled();
  await register({ MinCapacity: 1, MaxCapacity: 6 });
  await register({ MaxCapacity: 1 });
  expect(await target()).toMatchObject({ MinCapacity: 1, MaxCapacity: 1 });
  expect((await counts()).desiredCount).toBe(1);
});

test('scaling in the middle of a rollout starts no other one', async () => {
  const { register, update, clock, describe, counts } = await scaled({ 'api:1': {}, 'api:2': {} });
  await update('app:2');
  const [rollout] = (await describe())?.deployments ?? [];
  await clock.advance(200);
  await register({ MinCapacity: 4, MaxCapacity: 6 });
  await clock.advance(10_000);
  expect((await describe())?.deployments).toMatchObject([{ id: rollout?.id, rolloutState: 'COMPLETED' }]);
  expect(await counts()).toEqual({ desiredCount: 4, runningCount: 4 });
});

test('a scheduled action sets the bounds at its time, again and again, until it is deleted', async () => {
  const { register, schedule, clock, counts, target, client } = await scaled();
  await register({ MinCapacity: 1, MaxCapacity: 6 });
  await schedule({ Schedule: 'cron(0 18 * * ? *)', ScalableTargetAction: { MinCapacity: 5 } });
  await clock.advance(8 * 3_600_000);
  expect((await counts()).desiredCount).toBe(2);
  await clock.advance(3_600_000);
  expect(await counts()).toEqual({ desiredCount: 5, runningCount: 5 });
  expect(await target()).toMatchObject({ MinCapacity: 5, MaxCapacity: 6 });
  await register({ MinCapacity: 1, MaxCapacity: 1 });
  await register({ MaxCapacity: 6 });
  await clock.advance(24 * 3_600_000);
  expect((await counts()).desiredCount).toBe(5);
  await client.send(new DeleteScheduledActionCommand({ ...resource, ScheduledActionName: 'night' }));
  await register({ MinCapacity: 1, MaxCapacity: 1 });
  await clock.advance(48 * 3_600_000);
  expect((await counts()).desiredCount).toBe(1);
});

// 12:00 in Tokyo is 03:00 UTC, and it is 09:00 now: due in 18 hours, and in 42.
test.each([
  ['at its hour in its time zone', {}, 18],
  ['not before its beginning', { StartTime: 20 }, 42],
  ['not after its end', { EndTime: 17 }, undefined],
])('a scheduled action is performed %s', async (_fact, hours: { StartTime?: number; EndTime?: number }, due) => {
  const { register, schedule, clock, counts } = await scaled();
  await register({ MinCapacity: 0, MaxCapacity: 6 });
  const from = clock.now();
  const times = Object.entries(hours).map(([key, hour]) => [key, new Date(from + hour * 3_600_000)]);
  await schedule({
    Schedule: 'cron(0 12 * * ? *)',
    Timezone: 'Asia/Tokyo',
    ScalableTargetAction: { MaxCapacity: 0 },
    ...Object.fromEntries(times),
  });
  await clock.advance(((due ?? 66) - 1) * 3_600_000);
  expect((await counts()).desiredCount).toBe(2);
  await clock.advance(2 * 3_600_000);
  expect((await counts()).desiredCount).toBe(due === undefined ? 2 : 0);
});

test('scheduled scaling that is suspended does nothing', async () => {
  const { register, schedule, clock, counts } = await scaled();
  await register({ MinCapacity: 0, MaxCapacity: 6, SuspendedState: { ScheduledScalingSuspended: true } });
  await schedule({ Schedule: 'rate(1 minute)', ScalableTargetAction: { MaxCapacity: 0 } });
  await clock.advance(120_000);
  expect((await counts()).desiredCount).toBe(2);
  await register({ SuspendedState: { ScheduledScalingSuspended: false } });
  await clock.advance(120_000);
  expect((await counts()).desiredCount).toBe(0);
});

test('policies are kept, and go with their target', async () => {
  const { client, register, schedule } = await scaled();
  await register({ MinCapacity: 1, MaxCapacity: 6 });
  const TargetTrackingScalingPolicyConfiguration = {
    TargetValue: 60,
    PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' as const },
  };
  const policy = { ...resource, PolicyName: 'cpu', PolicyType: 'TargetTrackingScaling' as const };
  const put = () => client.send(new PutScalingPolicyCommand({ ...policy, TargetTrackingScalingPolicyConfiguration }));
  await put();
  await schedule({ Schedule: 'rate(1 day)', ScalableTargetAction: { MinCapacity: 1 } });
  const described = async () =>
    (await client.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }))).ScalingPolicies;
  expect(await described()).toMatchObject([{ ...policy, TargetTrackingScalingPolicyConfiguration }]);
  await client.send(new DeleteScalingPolicyCommand({ ...resource, PolicyName: 'cpu' }));
  expect(await described()).toEqual([]);
  await put();
  await client.send(new DeregisterScalableTargetCommand(resource));
  expect(await described()).toEqual([]);
  const { ScheduledActions } = await client.send(new DescribeScheduledActionsCommand({ ServiceNamespace: 'ecs' }));
  expect(ScheduledActions).toEqual([]);
});

test.each([
  [
    'a service that is not there',
    { ResourceId: 'service/prod/web', MinCapacity: 1, MaxCapacity: 1 },
    /ECS service doesn't exist: service\/prod\/web/,
  ],
  ['no maximum', { MinCapacity: 1 }, /MinCapacity and MaxCapacity are required/],
  [
    'a maximum below the minimum',
    { MinCapacity: 2, MaxCapacity: 1 },
    /Maximum capacity cannot be less than minimum capacity/,
  ],
  [
    'something else than a service',
    { ResourceId: 'table/x', MinCapacity: 1, MaxCapacity: 1 },
    /Unsupported service namespace/,
  ],
])('a target with %s is refused', async (_what, input, message) => {
  const { register } = await scaled();
  const refused = register(input);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({ name: 'ValidationException' });
});

test('actions and policies need a registered target', async () => {
  const { schedule, client } = await scaled();
  await expect(schedule({ Schedule: 'rate(1 day)', ScalableTargetAction: { MinCapacity: 1 } })).rejects.toMatchObject({
    name: 'ObjectNotFoundException',
    message:
      'No scalable target registered for service namespace: ecs, resource ID: service/prod/api, scalable dimension: ecs:service:DesiredCount',
  });
  await expect(client.send(new DeregisterScalableTargetCommand(resource))).rejects.toMatchObject({
    name: 'ObjectNotFoundException',
  });
});

test('the limits are those of the operations that are served', async () => {
  const { autoscaling } = await scaled();
  expect(Object.keys(autoscaling.operations).sort()).toEqual([...(served['application-autoscaling'] ?? [])].sort());
});

test('changes are asked of IAM on the scalable targets, with namespace and dimension', async () => {
  const { autoscaling } = await scaled();
  expect(autoscaling.access?.('RegisterScalableTarget', resource)).toEqual([
    {
      action: 'application-autoscaling:RegisterScalableTarget',
      resource: 'arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/*',
      context: {
        'application-autoscaling:service-namespace': 'ecs',
        'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
      },
    },
  ]);
  expect(autoscaling.access?.('DescribeScalableTargets', resource)).toMatchObject([{ resource: '*' }]);
});
