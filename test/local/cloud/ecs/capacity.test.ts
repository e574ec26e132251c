import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { capacityProviderOf, type StrategyItem } from '../../../../local/cloud/ecs/capacity.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';
import { service } from '../../../support/rolled-service.ts';

/** How many of `count` tasks each provider gets. */
function spread(strategy: StrategyItem[], count: number): Record<string, number> {
  const placed = new Map<string, number>();
  for (let task = 0; task < count; task++) {
    const provider = capacityProviderOf(strategy, placed) ?? '';
    placed.set(provider, (placed.get(provider) ?? 0) + 1);
  }
  return Object.fromEntries(placed);
}

const SPOT_FIRST = [
  { capacityProvider: 'FARGATE', base: 2, weight: 1 },
  { capacityProvider: 'FARGATE_SPOT', weight: 3 },
];

test.each<[string, StrategyItem[], number, Record<string, number>]>([
  ['the base comes first', SPOT_FIRST, 2, { FARGATE: 2 }],
  ['beyond the base the weights decide', SPOT_FIRST, 10, { FARGATE: 4, FARGATE_SPOT: 6 }],
  ['one provider needs no weight', [{ capacityProvider: 'FARGATE_SPOT' }], 3, { FARGATE_SPOT: 3 }],
  [
    'a provider of weight 0 gets its base only',
    [
      { capacityProvider: 'FARGATE', base: 1, weight: 0 },
      { capacityProvider: 'FARGATE_SPOT', weight: 1 },
    ],
    5,
    { FARGATE: 1, FARGATE_SPOT: 4 },
  ],
])('%s', (_fact, strategy, count, expected) => expect(spread(strategy, count)).toEqual(expected));

test('whatever the weights, no provider is more than one task off its share', () => {
  const weights = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(weights, fc.integer({ min: 1, max: 50 }), ([a, b], count) => {
      const placed = spread(
        [
          { capacityProvider: 'a', weight: a },
          { capacityProvider: 'b', weight: b },
        ],
        count,
      );
      expect(Math.abs((placed.a ?? 0) - (count * a) / (a + b))).toBeLessThanOrEqual(1);
    }),
  );
});

test('a service with a weighted capacity-provider strategy keeps it', async () => {
  const { client, change, update, clock, describe, list } = await service({ 'v:1': {}, 'v:2': {} });
  await change({ capacityProviderStrategy: SPOT_FIRST, forceNewDeployment: true, desiredCount: 10 });
  await clock.advance(10_000);
  await update('app:2');
  await clock.advance(10_000);
  const after = await describe();
  expect(after).toMatchObject({
    capacityProviderStrategy: SPOT_FIRST,
    runningCount: 10,
    deployments: [{ rolloutState: 'COMPLETED', capacityProviderStrategy: SPOT_FIRST }],
  });
  expect(after).not.toHaveProperty('launchType');
  const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster: 'prod', tasks: await list() }));
  expect(tasks.map(({ capacityProviderName }) => capacityProviderName).sort()).toEqual([
    ...Array(4).fill('FARGATE'),
    ...Array(6).fill('FARGATE_SPOT'),
  ]);
  expect(new Set(tasks.map(({ launchType }) => launchType))).toEqual(new Set(['FARGATE']));
});

test.each<[string, StrategyItem[], RegExp]>([
  ['a provider of another cluster', [{ capacityProvider: 'big-machines', weight: 1 }], /not associated.*big-machines/],
  [
    'two bases',
    [
      { capacityProvider: 'FARGATE', base: 1, weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', base: 1 },
    ],
    /Only one/,
  ],
  ['only weights of 0', [{ capacityProvider: 'FARGATE' }, { capacityProvider: 'FARGATE_SPOT' }], /greater than 0/],
])('a strategy with %s is refused, and the service stays as it was', async (_fact, strategy, message) => {
  const { change, describe } = await service({ 'v:1': {} });
  const before = await describe();
  await expect(
    change({ desiredCount: 5, capacityProviderStrategy: strategy as { capacityProvider: string }[] }),
  ).rejects.toMatchObject({ name: 'InvalidParameterException', message: expect.stringMatching(message) });
  expect(await describe()).toEqual(before);
});

test('a changed strategy starts no deployment by itself: what starts next follows it', async () => {
  const { client, change, clock, describe, list } = await service({ 'v:1': {} });
  const before = (await describe())?.deployments?.map(({ id }) => id);
  await change({ capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }], desiredCount: 3 });
  await clock.advance(3000);
  expect((await describe())?.deployments?.map(({ id }) => id)).toEqual(before);
  const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster: 'prod', tasks: await list() }));
  expect(tasks.map(({ capacityProviderName = 'by launch type' }) => capacityProviderName)).toEqual([
    'by launch type',
    'by launch type',
    'FARGATE_SPOT',
  ]);
});

test('a service that says nothing of capacity gets the default strategy of its cluster', async () => {
  const clock = virtualClock();
  const { client } = localEcs({ clock, engine: createFakeEngine(clock, () => ({})) });
  const defaultCapacityProviderStrategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
  await client.send(new CreateClusterCommand({ defaultCapacityProviderStrategy }));
  await client.send(new RegisterTaskDefinitionCommand(fargateDefinition('v:1')));
  const { networkConfiguration } = FARGATE;
  await client.send(
    new CreateServiceCommand({ serviceName: 'api', taskDefinition: 'app', desiredCount: 1, networkConfiguration }),
  );
  await clock.advance(2000);
  const { services } = await client.send(new DescribeServicesCommand({ services: ['api'] }));
  expect(services).toMatchObject([{ capacityProviderStrategy: defaultCapacityProviderStrategy, runningCount: 1 }]);
  const { taskArns } = await client.send(new ListTasksCommand({ serviceName: 'api' }));
  const { tasks } = await client.send(new DescribeTasksCommand({ tasks: taskArns }));
  expect(tasks).toMatchObject([{ capacityProviderName: 'FARGATE_SPOT', launchType: 'FARGATE' }]);
});
