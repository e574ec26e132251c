import {
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { AwsError } from '../../../../local/cloud/service.ts';
import { requestDeployment } from '../../../../shared/deploy/request-deployment.ts';
import { deployWorld, digestOf } from '../../../support/deploy-world.ts';

type World = ReturnType<typeof deployWorld>;
const worlds: World[] = [];
async function world(options: Parameters<typeof deployWorld>[0] = {}): Promise<World> {
  const made = deployWorld(options);
  worlds.push(made);
  await made.createService();
  return made;
}
afterEach(async () => {
  for (const made of worlds.splice(0)) await made.close();
});

const states = (shop: World) => shop.deployments().map(({ image, state }) => `${image.tag} ${state}`);
const last = (shop: World) => shop.deployments().at(-1);
const service = { cluster: 'prod', service: 'shop-api' };
const count = (shop: World, operation: string) => shop.calls.filter((called) => called === operation).length;
const deregister = (shop: World, taskDefinition: string) =>
  shop.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
async function until(shop: World, state: string): Promise<void> {
  for (let tenth = 0; last(shop)?.state !== state && tenth < 600; tenth++) await shop.pass(0.1, 0.1);
  expect(last(shop)?.state).toBe(state);
}
const blueGreen = (bakeTimeInMinutes = 5): Partial<CreateServiceCommandInput> => ({
  deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes },
});

test('a blue/green rollout has succeeded when its bake time is over, and its timeout has that added', async () => {
  const shop = await world({ create: blueGreen(), service: { timeoutMs: 60_000 } });
  await shop.push('1.1.0').announce();
  await shop.pass(4 * 60, 10);
  expect(states(shop)).toEqual(['1.1.0 rolling']);
  await shop.pass(2 * 60, 10);
  expect(states(shop)).toEqual(['1.1.0 succeeded']);
  expect(await shop.live()).toBe('shop-api:2 COMPLETED');
});

test.each<[string, Partial<CreateServiceCommandInput>]>([
  ['linear', { deploymentConfiguration: { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50 } } }],
  ['canary', { deploymentConfiguration: { strategy: 'CANARY', bakeTimeInMinutes: 1 } }],
])('a %s rollout is followed to its end, its configuration left alone', async (_strategy, create) => {
  const shop = await world({ create, service: { timeoutMs: 60_000 } });
  const configuration = async () =>
    (await shop.client.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }))).services?.[0]
      ?.deploymentConfiguration;
  const before = await configuration();
  await shop.push('1.1.0').announce();
  await shop.pass(20 * 60, 20);
  expect(states(shop)).toEqual(['1.1.0 succeeded']);
  expect(await configuration()).toEqual(before);
});

test('a blue/green rollout that fails is taken back by ECS at our word, not by a deployment of its own', async () => {
  const shop = await world({ create: blueGreen() });
  await shop.push('1.2.0', 'crash').announce();
  await shop.pass(60);
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  expect(last(shop)).toMatchObject({
    outcome: { reason: expect.stringMatching(/^3 tasks of shop-api:2 died/) },
    rollback: { by: 'batuta' },
  });
  expect(await shop.live()).toBe('shop-api:1 COMPLETED');
  expect([count(shop, 'StopServiceDeployment'), count(shop, 'UpdateService')]).toEqual([1, 1]);
});

test('tasks that die while a blue/green rollout bakes take it back', async () => {
  const shop = await world({ create: blueGreen(), behave: (name) => (name === 'late' ? { runMs: 30_000 } : {}) });
  await shop.push('1.2.0', 'late').announce();
  await shop.pass(20);
  expect(states(shop)).toEqual(['1.2.0 rolling']);
  await shop.pass(160);
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  expect(await shop.live()).toBe('shop-api:1 COMPLETED');
});

test('a blue/green rollout that somebody stopped is told as taken back', async () => {
  const shop = await world({ create: blueGreen(), events: false });
  await shop.push('1.1.0').announce();
  await shop.pass(30);
  await shop.deps.ecs.rollBackDeployment(
    (await shop.deps.ecs.describeService('prod', 'shop-api'))?.serviceDeploymentArn ?? '',
  );
  await shop.pass(180, 10);
  expect(states(shop)).toEqual(['1.1.0 rolled-back']);
  expect(last(shop)?.rollback?.by).toBe('circuit-breaker');
});

test('a revision that was deregistered is registered again to go back to, with its tags', async () => {
  const shop = await world();
  await shop.push('1.1.0').announce();
  await shop.pass(10);
  await shop.push('1.2.0', 'crash').announce();
  await deregister(shop, 'shop-api:2');
  await shop.pass(30);
  expect(states(shop)).toEqual(['1.1.0 succeeded', '1.2.0 rolled-back']);
  expect(await shop.live()).toBe('shop-api:4 COMPLETED');
  const copy = await shop.deps.ecs.describeTaskDefinition('shop-api:4');
  const original = await shop.deps.ecs.describeTaskDefinition('shop-api:2');
  expect(copy.definition.containerDefinitions).toEqual(original.definition.containerDefinitions);
  expect(copy.tags).toEqual([...original.tags, { key: 'batuta:rollback', value: last(shop)?.id }]);
  expect((await shop.deps.pointers.get('shop-api')).lastSuccessful).toMatchObject({
    taskDefinitionArn: expect.stringMatching(/shop-api:4$/),
    digest: digestOf('1.1.0'),
  });
});

test('a second attempt at a rollback finds the copy that the first one registered', async () => {
  const shop = await world();
  await shop.push('1.2.0', 'crash').announce();
  await deregister(shop, 'shop-api:1');
  let lost = 0;
  // The copy is registered, and UpdateService to it fails twice.
  shop.refuse((operation) =>
    operation === 'UpdateService' && count(shop, 'RegisterTaskDefinition') > 1 && lost++ < 2
      ? new AwsError('ServerException', 'try again', 500)
      : undefined,
  );
  for (let minute = 0; minute < 5; minute++) await shop.pass(60, 10).catch(() => {});
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  expect(await shop.live()).toBe('shop-api:3 COMPLETED');
  expect(count(shop, 'RegisterTaskDefinition')).toBe(2);
});

test('the breaker and we do not both go back', async () => {
  const shop = await world({ breaker: true });
  await shop.push('1.2.0', 'crash').announce();
  await shop.pass(60);
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  expect(await shop.live()).toBe('shop-api:1 COMPLETED');
  const { serviceDeployments } = await shop.client.send(new ListServiceDeploymentsCommand(service));
  const goneBack = serviceDeployments?.filter(({ status }) => status?.startsWith('ROLLBACK')).length ?? 0;
  expect(goneBack + count(shop, 'UpdateService') - 1).toBe(1);
});

test('where ECS went back after we looked, nothing is put back over it', async () => {
  const shop = await world();
  await shop.push('1.2.0', 'crash').announce();
  let looks = 0;
  // Between the look that found the crash loop and the one before the rollback, a person goes back by hand.
  const describe = shop.deps.ecs.describeService;
  shop.deps.ecs.describeService = async (cluster, name) => {
    const isSecond = last(shop)?.state === 'rolling-back' && looks++ === 0;
    if (isSecond) await shop.client.send(new UpdateServiceCommand({ ...service, taskDefinition: 'shop-api:1' }));
    return describe(cluster, name);
  };
  await shop.pass(30);
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  expect(looks).toBeGreaterThan(0);
  expect(count(shop, 'UpdateService')).toBe(1);
});

test('without a history of ours the last success is asked of ECS', async () => {
  const shop = await world();
  // Somebody's own deployment is still under way when ours begins.
  await shop.client.send(new UpdateServiceCommand({ ...service, forceNewDeployment: true }));
  await shop.push('1.2.0', 'crash').announce();
  expect(count(shop, 'ListServiceDeployments')).toBe(1);
  await shop.pass(30);
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  expect(await shop.live()).toBe('shop-api:1 COMPLETED');
});

const byHand = (shop: World, taskDefinition: string, tag: string) =>
  requestDeployment(shop.deps, {
    spec: shop.spec,
    image: { repository: 'shop/api', tag, digest: digestOf(tag), pushedAt: shop.deps.now() },
    goBack: { taskDefinitionArn: `arn:aws:ecs:us-east-1:123456789012:task-definition/${taskDefinition}` },
    trigger: { kind: 'api', caller: 'ann', idempotencyKey: taskDefinition, requestHash: tag },
  });

async function twoSuccesses(): Promise<World> {
  const shop = await world();
  for (const tag of ['1.1.0', '1.2.0']) {
    await shop.push(tag).announce();
    await shop.pass(10);
  }
  return shop;
}

test('a rollback by hand goes to that revision as it is, and the sweep leaves it there', async () => {
  const shop = await twoSuccesses();
  await byHand(shop, 'shop-api:2', '1.1.0');
  await shop.pass(20 * 60, 30);
  expect(states(shop)).toEqual(['1.1.0 succeeded', '1.2.0 succeeded', '1.1.0 succeeded']);
  expect(await shop.live()).toBe('shop-api:2 COMPLETED');
  expect(await shop.deps.pointers.get('shop-api')).toMatchObject({
    accepted: { tag: '1.2.0' },
    lastSuccessful: { taskDefinitionArn: expect.stringMatching(/shop-api:2$/), tag: '1.1.0' },
  });
  expect(count(shop, 'RegisterTaskDefinition')).toBe(2);
});

test('a rollback by hand to a deregistered revision goes to a copy of it', async () => {
  const shop = await twoSuccesses();
  await deregister(shop, 'shop-api:2');
  await byHand(shop, 'shop-api:2', '1.1.0');
  await shop.pass(120, 5);
  expect(states(shop).at(-1)).toBe('1.1.0 succeeded');
  expect(await shop.live()).toBe('shop-api:4 COMPLETED');
});

test('a rollback by hand that fails is not rolled back further', async () => {
  let broken = false;
  const shop = await world({ behave: (name) => (name === '1.1.0' && broken ? { runMs: 500, exitCode: 1 } : {}) });
  for (const tag of ['1.1.0', '1.2.0']) {
    await shop.push(tag).announce();
    await shop.pass(10);
  }
  broken = true;
  await byHand(shop, 'shop-api:2', '1.1.0');
  await shop.pass(120, 5);
  expect(states(shop).at(-1)).toBe('1.1.0 failed');
  expect(last(shop)?.outcome?.hint).toMatch(/this was a rollback: put it right by hand/);
});

test('tasks that somebody adds in mid-rollout are neither held against it nor taken away', async () => {
  const shop = await world({ create: { desiredCount: 2 } });
  await shop.push('1.1.0').announce();
  await shop.pass(0.3, 0.1);
  await shop.client.send(new UpdateServiceCommand({ ...service, desiredCount: 6 }));
  await shop.pass(30);
  expect(states(shop)).toEqual(['1.1.0 succeeded']);
  const { taskArns } = await shop.client.send(new ListTasksCommand({ cluster: 'prod', serviceName: 'shop-api' }));
  expect(taskArns).toHaveLength(6);
});

test('a service deleted in mid-rollout ends the deployment as failed', async () => {
  const shop = await world();
  await shop.push('1.1.0').announce();
  await shop.client.send(new DeleteServiceCommand({ ...service, force: true }));
  await shop.pass(90, 5);
  expect(states(shop)).toEqual(['1.1.0 failed']);
  expect(last(shop)?.outcome?.reason).toBe('service shop-api was deleted during the deployment');
});

test('a service that is DRAINING when the way back begins ends the deployment as failed', async () => {
  const shop = await world();
  await shop.push('1.2.0', 'crash').announce();
  await until(shop, 'rolling-back');
  await shop.client.send(new DeleteServiceCommand({ ...service, force: true }));
  await shop.pass(90, 5);
  expect(states(shop)).toEqual(['1.2.0 failed']);
  expect(last(shop)?.outcome?.reason).toMatch(/^3 tasks .* died .*; then service shop-api was deleted/);
});

test('a service renamed in batuta.yml in mid-rollout lets the deployment come to its end', async () => {
  const shop = await world();
  await shop.push('1.1.0').announce();
  (shop.deps.config.services as Record<string, unknown>)['shop-web'] = { ...shop.spec, name: 'shop-web' };
  delete (shop.deps.config.services as Record<string, unknown>)['shop-api'];
  await shop.pass(180, 10);
  expect(states(shop)[0]).toBe('1.1.0 succeeded');
});

test('a revision deregistered before UpdateService fails the deployment, the service untouched', async () => {
  const shop = await world();
  shop.refuse((operation) =>
    operation === 'UpdateService' ? new AwsError('ClientException', 'TaskDefinition is inactive') : undefined,
  );
  await shop.push('1.1.0').announce();
  await shop.pass(120, 20);
  expect(states(shop)).toEqual(['1.1.0 failed']);
  expect(last(shop)?.outcome?.reason).toMatch(/TaskDefinition is inactive/);
  expect(await shop.live()).toBe('shop-api:1 COMPLETED');
});

test('the revision that runs may be deregistered: the next is made from it all the same', async () => {
  const shop = await world();
  await deregister(shop, 'shop-api:1');
  await shop.push('1.1.0').announce();
  await shop.pass(20);
  expect(states(shop)).toEqual(['1.1.0 succeeded']);
});

const spot: Partial<CreateServiceCommandInput> = {
  desiredCount: 6,
  launchType: undefined as never,
  capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
};

test('a storm of Spot interruptions in mid-rollout is not held against the revision', async () => {
  const shop = await world({ create: spot });
  await shop.push('1.1.0').announce();
  for (let storm = 0; storm < 3; storm++) {
    await shop.pass(2, 0.5);
    const { taskArns = [] } = await shop.client.send(
      new ListTasksCommand({ cluster: 'prod', serviceName: 'shop-api' }),
    );
    for (const arn of taskArns.slice(0, 4)) shop.ecs.disruptions.interruptSpot(arn);
  }
  await shop.pass(90);
  expect(states(shop)).toEqual(['1.1.0 succeeded']);
  expect(last(shop)?.crashes).toEqual({});
});

test('after a failure that stayed in place, the way back goes past it', async () => {
  const shop = await world({ service: { rollback: false } });
  await shop.push('1.1.0').announce();
  await shop.pass(10);
  await shop.push('1.2.0', 'crash').announce();
  await shop.pass(10);
  (shop.deps.config.services as Record<string, unknown>)['shop-api'] = { ...shop.spec, rollback: true };
  await shop.push('1.3.0', 'crash too').announce();
  await shop.pass(20);
  expect(states(shop)).toEqual(['1.1.0 succeeded', '1.2.0 failed', '1.3.0 rolled-back']);
  expect(await shop.live()).toBe('shop-api:2 COMPLETED');
});
