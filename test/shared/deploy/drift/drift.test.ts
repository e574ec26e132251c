import {
  type ContainerDefinition,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { deployWorld, REGISTRY } from '../../../support/deploy-world.ts';

type World = ReturnType<typeof deployWorld>;
const worlds: World[] = [];
afterEach(async () => {
  for (const made of worlds.splice(0)) await made.close();
});

/** shop-api with 1.1.0 deployed by us, as revision 2. */
async function deployed(options: Parameters<typeof deployWorld>[0] = {}): Promise<World> {
  const shop = deployWorld(options);
  worlds.push(shop);
  await shop.createService();
  await shop.push('1.1.0').announce();
  await shop.pass(options.events === false ? 70 : 20, 5);
  expect(states(shop)).toEqual(['1.1.0 succeeded']);
  return shop;
}

const states = (shop: World) => shop.deployments().map(({ image, state }) => `${image.tag} ${state}`);
const last = (shop: World) => shop.deployments().at(-1);
const update = (shop: World, taskDefinition: string) =>
  shop.client.send(new UpdateServiceCommand({ cluster: 'prod', service: 'shop-api', taskDefinition }));

/** As `terraform apply` does: what runs, with these changes, as a new revision. */
async function apply(shop: World, container: Partial<ContainerDefinition>): Promise<string> {
  const { services } = await shop.client.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }));
  const { taskDefinition } = await shop.client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: services?.[0]?.taskDefinition }),
  );
  const { family, cpu, memory, networkMode, executionRoleArn, containerDefinitions = [] } = taskDefinition ?? {};
  const made = await shop.client.send(
    new RegisterTaskDefinitionCommand({
      family,
      cpu,
      memory,
      networkMode,
      executionRoleArn,
      requiresCompatibilities: ['FARGATE'],
      containerDefinitions: containerDefinitions.map((one) => ({ ...one, ...container })),
    }),
  );
  const arn = made.taskDefinition?.taskDefinitionArn ?? '';
  await update(shop, arn);
  return arn;
}
const hotfix = { image: `${REGISTRY}/shop/api:hotfix` };
const settings = { environment: [{ name: 'LOG_LEVEL', value: 'very-secret-value' }] };

test("somebody's apply with another image is told once, with what changed", async () => {
  const shop = await deployed();
  const found = await apply(shop, { ...hotfix, ...settings });
  await shop.pass(30 * 60, 20);
  expect(states(shop)).toEqual(['1.1.0 succeeded', '1.1.0 skipped']);
  expect(last(shop)).toMatchObject({
    trigger: { kind: 'drift', found },
    from: { taskDefinitionArn: expect.stringMatching(/shop-api:2$/) },
    outcome: {
      reason: expect.stringMatching(
        /^somebody else put shop-api:3 in the place of shop-api:2\n- containers\.app\.environment\.LOG_LEVEL: added\n- containers\.app\.image: shop\/api@sha256:[0-9a-f]{12} → shop\/api:hotfix$/,
      ),
    },
  });
  expect(JSON.stringify(shop.table.items())).not.toContain('very-secret-value');
  expect(await shop.live()).toBe('shop-api:3 COMPLETED');
});

test('without any event the sweep sees it within eleven minutes', async () => {
  const shop = await deployed({ events: false });
  await apply(shop, hotfix);
  await shop.pass(11 * 60, 20);
  expect(states(shop)).toEqual(['1.1.0 succeeded', '1.1.0 skipped']);
});

test('with drift: restore our image is put back, made from their revision', async () => {
  const shop = await deployed({ service: { drift: 'restore' } });
  await apply(shop, { ...hotfix, ...settings });
  await shop.pass(60, 2);
  expect(states(shop).sort()).toEqual(['1.1.0 skipped', '1.1.0 succeeded', '1.1.0 succeeded']);
  expect(await shop.live()).toBe('shop-api:4 COMPLETED');
  const { taskDefinition } = await shop.client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: 'shop-api:4' }),
  );
  expect(taskDefinition?.containerDefinitions?.[0]).toMatchObject({
    environment: settings.environment,
    image: `${REGISTRY}/shop/api@${shop.deployments()[0]?.image.digest}`,
  });
});

test('where somebody applies the same image again and again, Batuta gives in after two times within an hour', async () => {
  const shop = await deployed({ service: { drift: 'restore' } });
  const foreign = await apply(shop, hotfix);
  await shop.pass(120, 5);
  for (let again = 0; again < 3; again++) {
    await update(shop, foreign);
    await shop.pass(5 * 60, 5);
  }
  const told = shop.deployments().filter(({ state }) => state === 'skipped');
  const restored = shop.deployments().filter(({ trigger, state }) => trigger.kind === 'drift' && state === 'succeeded');
  expect([told.length, restored.length]).toEqual([3, 2]);
  expect(told.at(-1)?.outcome?.hint).toMatch(/put back 2 times within an hour and replaced again/);
  expect(await shop.live()).toBe('shop-api:3 COMPLETED');
});

test('where only other fields changed it is told and taken over: the next deployment keeps them', async () => {
  const shop = await deployed({ service: { drift: 'restore' } });
  const found = await apply(shop, settings);
  await shop.pass(60, 5);
  expect(states(shop)).toEqual(['1.1.0 succeeded', '1.1.0 skipped']);
  expect((await shop.deps.pointers.get('shop-api')).lastSuccessful?.taskDefinitionArn).toBe(found);
  await shop.push('1.2.0').announce();
  await shop.pass(20);
  const { taskDefinition } = await shop.client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: 'shop-api:4' }),
  );
  expect(taskDefinition?.containerDefinitions?.[0]?.environment).toEqual(settings.environment);
  expect(states(shop).at(-1)).toBe('1.2.0 succeeded');
});

test('the same image under its tag is ours', async () => {
  const shop = await deployed({ service: { drift: 'restore' } });
  await apply(shop, { image: `${REGISTRY}/shop/api:1.1.0` });
  await shop.pass(60, 5);
  expect(states(shop)).toEqual(['1.1.0 succeeded', '1.1.0 skipped']);
  expect(last(shop)?.outcome?.hint).toMatch(/it runs our image/);
});

test('in mode observe it is only told', async () => {
  const shop = await deployed({ service: { drift: 'restore' } });
  (shop.deps.config.services as Record<string, unknown>)['shop-api'] = { ...shop.spec, mode: 'observe' };
  await apply(shop, hotfix);
  await shop.pass(20 * 60, 20);
  expect(states(shop)).toEqual(['1.1.0 succeeded', '1.1.0 skipped']);
  expect(await shop.live()).toBe('shop-api:3 COMPLETED');
});

test('a service that Batuta never deployed has no drift', async () => {
  const shop = deployWorld({ service: { drift: 'restore' } });
  worlds.push(shop);
  shop.push('1.0.0');
  await shop.createService();
  await shop.pass(120, 30);
  await apply(shop, hotfix);
  await shop.pass(20 * 60, 20);
  expect(shop.deployments()).toEqual([]);
});

test('a failure of ours that stayed in place is no drift', async () => {
  const shop = await deployed({ service: { drift: 'restore', rollback: false } });
  await shop.push('1.2.0', 'crash').announce();
  await shop.pass(25 * 60, 20);
  expect(states(shop)).toEqual(['1.1.0 succeeded', '1.2.0 failed']);
});

test('what ECS itself went back to is no drift', async () => {
  const shop = await deployed({ breaker: true, behave: (name) => (name === 'bad' ? { cannotStart: 'no' } : {}) });
  await shop.push('1.2.0', 'bad').announce();
  await shop.pass(25 * 60, 20);
  expect(states(shop)).toEqual(['1.1.0 succeeded', '1.2.0 rolled-back']);
});

test('nothing is told again because a handler died in the middle', async () => {
  const play = async (crashAfter: number) => {
    const shop = await deployed({ service: { drift: 'restore' } });
    await apply(shop, hotfix);
    shop.crashAfter(crashAfter);
    await shop.pass(20, 2);
    await shop.pass(15 * 60, 30);
    const calls = shop.callsMade();
    shop.crashAfter(Number.POSITIVE_INFINITY);
    return { states: states(shop).sort(), live: await shop.live(), calls };
  };
  const { calls: _, ...expected } = await play(Number.POSITIVE_INFINITY);
  expect(expected.states).toEqual(['1.1.0 skipped', '1.1.0 succeeded', '1.1.0 succeeded']);
  for (let call = 1; call <= 60; call += 4) {
    const { calls: __, ...end } = await play(call);
    expect(end, `crash after call ${call}`).toEqual(expected);
  }
});

test('a sweep with nothing to do asks ECS once in ten minutes', async () => {
  const shop = await deployed();
  shop.calls.length = 0;
  await shop.pass(20 * 60, 30);
  expect(shop.calls.filter((called) => called !== 'DescribeImages')).toEqual(['DescribeServices', 'DescribeServices']);
});
