import { DescribeTasksCommand, type DesiredStatus, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { createdWith, openShipShop, type ShipShop } from '../support/ship-shop.ts';
import { nameOfImage, type ShopOptions } from '../support/shop.ts';

let shop: ShipShop;
afterEach(async () => {
  expect(await shop.unended()).toEqual([]);
  await shop.close();
});

async function tasks(desiredStatus: DesiredStatus): Promise<Task[]> {
  const listed = await shop.ecs.send(new ListTasksCommand({ cluster: 'prod', serviceName: 'shop-api', desiredStatus }));
  if (!listed.taskArns?.length) return [];
  return (await shop.ecs.send(new DescribeTasksCommand({ cluster: 'prod', tasks: listed.taskArns }))).tasks ?? [];
}

/** At each instant of so many seconds, two a second: how many are healthy, and how many there are in all. */
async function watch(seconds: number) {
  const seen: { healthy: number; present: number }[] = [];
  for (let half = 0; half < 2 * seconds; half++) {
    await shop.pass(0.5);
    const [meant, ending] = await Promise.all([tasks('RUNNING'), tasks('STOPPED')]);
    seen.push({
      healthy: meant.filter(({ healthStatus }) => healthStatus === 'HEALTHY').length,
      present: [...meant, ...ending].filter(({ lastStatus }) => lastStatus !== 'STOPPED').length,
    });
  }
  return {
    fewestHealthy: Math.min(...seen.map(({ healthy }) => healthy)),
    mostPresent: Math.max(...seen.map(({ present }) => present)),
  };
}

const stopTimeout = 10;
const container = { healthCheck: { command: ['CMD', 'true'] }, stopTimeout };
/** Healthy after four seconds, or never; ends only when its stop timeout is over. */
const stubborn: NonNullable<ShopOptions['behave']> = (spec) => ({
  ignoresSigterm: true,
  ...(nameOfImage(spec).endsWith('-sick') ? { unhealthyAfterMs: 5000 } : { healthyAfterMs: 4000 }),
});

test.each([
  ['a push that succeeds', '1.1.0', 100, 200, { fewestHealthy: 4, mostPresent: 8 }],
  ['a push that succeeds', '1.1.0', 100, 150, { fewestHealthy: 4, mostPresent: 6 }],
  ['a push that succeeds', '1.1.0', 50, 100, { fewestHealthy: 2, mostPresent: 4 }],
  ['a push that fails and goes back', '1.1.0-sick', 100, 200, { fewestHealthy: 4, mostPresent: 8 }],
  ['a push that fails and goes back', '1.1.0-sick', 50, 100, { fewestHealthy: 2, mostPresent: 4 }],
] as const)(
  '%s (%s) with minimum healthy %i % and maximum %i %: at no instant fewer or more tasks than promised, none killed early',
  async (_fact, version, minimumHealthyPercent, maximumPercent, promised) => {
    const deploymentConfiguration = { minimumHealthyPercent, maximumPercent };
    shop = await openShipShop({
      create: createdWith(container, { desiredCount: 4, deploymentConfiguration }),
      behave: stubborn,
    });
    await shop.pass(60);
    await shop.push(version);
    const seen = await watch(90);
    expect((await shop.deployment('1.1.0'))?.state).toBe(version.endsWith('-sick') ? 'rolled-back' : 'succeeded');
    expect(seen.fewestHealthy).toBeGreaterThanOrEqual(promised.fewestHealthy);
    expect(seen.mostPresent).toBeLessThanOrEqual(promised.mostPresent);
    const ended = (await tasks('STOPPED')).filter(({ lastStatus }) => lastStatus === 'STOPPED');
    expect(ended.length).toBeGreaterThanOrEqual(4);
    for (const { stoppingAt, stoppedAt } of ended)
      expect(Number(stoppedAt) - Number(stoppingAt)).toBeGreaterThanOrEqual(stopTimeout * 1000);
    expect((await shop.live()).service).toMatchObject({ runningCount: 4, deploymentConfiguration });
  },
);

test('a service with a weighted capacity-provider strategy keeps it, through a push and through a way back', async () => {
  const capacityProviderStrategy = [
    { capacityProvider: 'FARGATE', base: 1, weight: 1 },
    { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 3 },
  ];
  const service = { capacityProviderStrategy, launchType: undefined, desiredCount: 5 };
  shop = await openShipShop({ create: createdWith({}, service) });
  const placed = async () => (await tasks('RUNNING')).map(({ capacityProviderName }) => capacityProviderName).sort();
  const before = await placed();
  expect(before).toEqual(['FARGATE', 'FARGATE', 'FARGATE_SPOT', 'FARGATE_SPOT', 'FARGATE_SPOT']);
  for (const version of ['1.1.0', '1.2.0-crash']) {
    await shop.push(version);
    await shop.pass(120);
    const { service } = await shop.live();
    expect(service).toMatchObject({ capacityProviderStrategy, runningCount: 5 });
    expect(service?.deployments).toMatchObject([{ rolloutState: 'COMPLETED', capacityProviderStrategy }]);
    expect(service).not.toHaveProperty('launchType');
    expect(await placed()).toEqual(before);
  }
  expect((await shop.deployments()).map(({ state }) => state)).toEqual(['succeeded', 'rolled-back']);
});
