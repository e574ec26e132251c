import { DeregisterTaskDefinitionCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, test } from 'vitest';
import { AwsError } from '../../../local/cloud/service.ts';
import { aRevision, createdWith, openShipShop, type ShipShop } from '../../support/ship-shop.ts';
import { nameOfImage, type ShopOptions } from '../../support/shop.ts';

let shop: ShipShop;
const open = async (options: ShopOptions = {}) => {
  shop = await openShipShop(options);
};
afterEach(async () => {
  expect(await shop.unended()).toEqual([]);
  await shop.close();
});

describe('RegisterTaskDefinition and UpdateService have no client token', () => {
  const losing = (lost: string): ShopOptions => {
    let isLost = false;
    return {
      faults: {
        after(_service, operation) {
          if (operation !== lost || isLost) return;
          isLost = true;
          throw new AwsError('InternalFailure', 'the answer is lost', 500);
        },
      },
    };
  };

  test('a registration whose answer was lost is found, not made again', async () => {
    await open(losing('RegisterTaskDefinition'));
    await shop.push('1.1.0');
    await shop.pass(200);
    expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
    expect(shop.sent('RegisterTaskDefinition')).toHaveLength(1);
    expect((await shop.live()).definition?.revision).toBe(2);
  });

  test('an UpdateService whose answer was lost is seen in the service, not sent again', async () => {
    await open(losing('UpdateService'));
    await shop.push('1.1.0');
    await shop.pass(200);
    expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
    expect(shop.sent('UpdateService')).toHaveLength(1);
  });

  test('"Too many concurrent attempts to create a new revision" is no throttling error to the SDK, and tried again', async () => {
    let refusals = 3;
    await open({
      faults: {
        before(_service, operation) {
          if (operation !== 'RegisterTaskDefinition' || refusals-- <= 0) return;
          throw new AwsError(
            'ClientException',
            'Too many concurrent attempts to create a new revision of the specified family.',
          );
        },
      },
    });
    await shop.roll('1.1.0');
    expect(shop.sent('RegisterTaskDefinition')).toHaveLength(4);
    expect(shop.errors).toEqual([]);
  });
});

test('UpdateService names the service and the revision and nothing else, there and back', async () => {
  await open();
  await shop.push('1.1.0-crash');
  await shop.pass(120);
  const bodies = shop.sent('UpdateService');
  expect(bodies).toHaveLength(2);
  for (const body of bodies) expect(Object.keys(body).sort()).toEqual(['cluster', 'service', 'taskDefinition']);
});

describe('controllers', () => {
  const byController = (type: 'CODE_DEPLOY' | 'EXTERNAL') =>
    createdWith(
      {},
      {
        deploymentController: { type },
        ...(type === 'EXTERNAL' && {
          taskDefinition: undefined,
          launchType: undefined,
          networkConfiguration: undefined,
        }),
      },
    );

  test.each(['CODE_DEPLOY', 'EXTERNAL'] as const)(
    '%s is refused with a clear error, the service untouched',
    async (type) => {
      await open({ create: byController(type) });
      await shop.push('1.1.0');
      await shop.pass(60);
      expect(await shop.deployment('1.1.0')).toMatchObject({
        state: 'failed',
        outcome: { reason: expect.stringContaining(`deployment controller ${type}`) },
      });
      expect([...shop.sent('RegisterTaskDefinition'), ...shop.sent('UpdateService')]).toEqual([]);
    },
  );

  test.each(['BLUE_GREEN', 'LINEAR', 'CANARY'] as const)(
    'native %s is also the controller ECS: told by deploymentConfiguration.strategy, waited for and left as configured',
    async (strategy) => {
      const step = { stepPercent: 50, stepBakeTimeInMinutes: 2 };
      const linear = strategy === 'LINEAR' ? { linearConfiguration: step } : {};
      const deploymentConfiguration = { strategy, bakeTimeInMinutes: 3, ...linear };
      await open({ create: createdWith({}, { deploymentConfiguration }) });
      const before = (await shop.live()).service?.deploymentConfiguration;
      await shop.push('1.1.0');
      await shop.pass(100);
      expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'rolling' });
      await shop.pass(18 * 60);
      expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
      expect((await shop.live()).service?.deploymentConfiguration).toEqual(before);
    },
  );
});

describe('the way back', () => {
  test('after a circuit breaker’s rollback the service is stable on the old revision: that is no success', async () => {
    const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true } };
    await open({
      create: createdWith({}, { deploymentConfiguration }),
      behave: (spec) => (nameOfImage(spec).includes('1.1.0') ? { cannotStart: 'no such file' } : {}),
      delivery: ({ 'detail-type': type }, deliver) => void (type !== 'ECS Task State Change' && deliver()),
    });
    await shop.push('1.1.0');
    await shop.pass(200);
    const { service, definition } = await shop.live();
    expect(service?.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
    expect(definition?.revision).toBe(1);
    expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'rolled-back', rollback: { by: 'circuit-breaker' } });
    const ours = await shop.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'shop-api:2' }));
    expect(ours.taskDefinition?.status).toBe('ACTIVE');
  });

  test('back is the last successful revision, not the next older ACTIVE one', async () => {
    await open();
    await shop.roll('1.1.0');
    await shop.register(aRevision({ command: ['never', 'deployed'] }));
    await shop.push('1.2.0-crash');
    await shop.pass(180);
    expect((await shop.deployment('1.2.0'))?.to?.taskDefinitionArn).toMatch(/:4$/);
    expect(await shop.deployment('1.2.0')).toMatchObject({ state: 'rolled-back' });
    expect((await shop.live()).definition?.revision).toBe(2);
  });

  test('an INACTIVE revision starts no new rollout: what ran well is registered again, with its tags', async () => {
    await open();
    await shop.roll('1.1.0');
    await shop.push('1.2.0-crash');
    await shop.pass(1);
    await shop.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'shop-api:2' }));
    await shop.pass(180);
    expect(await shop.deployment('1.2.0')).toMatchObject({ state: 'rolled-back' });
    const { definition, tags, service } = await shop.live();
    expect(definition).toMatchObject({ revision: 4, status: 'ACTIVE' });
    expect(tags).toContainEqual({ key: 'batuta:tag', value: '1.1.0' });
    expect(service).toMatchObject({ runningCount: 2 });
  });
});

test('the registration bucket of 20, then one a second, fails no service of a push', async () => {
  await open({ rateLimits: true });
  for (let count = 0; count < 20; count++) await shop.register(aRevision({ command: [String(count)] }));
  await shop.roll('1.1.0');
  expect(shop.errors).toEqual([]);
});
