import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { openHeldShop, scanFirst } from '../support/held-shop.ts';
import { inProd, openShipShop, type ShipShop } from '../support/ship-shop.ts';
import type { ShopOptions } from '../support/shop.ts';

let shop: ShipShop;
afterEach(async () => {
  // Whatever came in: no deployment is left without a terminal state.
  expect(await shop.unended()).toEqual([]);
  await shop.close();
});
const open = async (options: ShopOptions = {}) => {
  shop = await openShipShop(options);
};

const updates = () => shop.operations().filter((operation) => operation === 'UpdateService');

/** As EventBridge gives it to the function. */
const pushEvent = (detail: object) => ({
  source: 'aws.ecr',
  'detail-type': 'ECR Image Action',
  account: '123456789012',
  region: 'us-east-1',
  detail: { 'action-type': 'PUSH', result: 'SUCCESS', 'repository-name': 'shop/api', ...detail },
});
const announce = (detail: object) => shop.invoke('deploy-on-image-push', pushEvent(detail));

async function isWholeOn(version: string): Promise<void> {
  const { service, definition, tags } = await shop.live();
  expect(service).toMatchObject({ status: 'ACTIVE', desiredCount: 2, runningCount: 2 });
  expect(service?.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
  const tag = tags.find(({ key }) => key === 'batuta:tag')?.value;
  expect(tag ?? definition?.containerDefinitions?.[0]?.image?.split(':').at(-1)).toBe(version);
}

test('an event for a repository that nobody wants leads to nothing', async () => {
  await open();
  await shop.pushImage('shop/other', '9.9.9');
  await shop.pass(180);
  expect(await shop.deployments()).toEqual([]);
  expect(updates()).toEqual([]);
  expect(shop.hooks).toEqual([]);
});

test('a tag that parses as no version is passed over, and the next version is deployed', async () => {
  await open();
  for (const tag of ['latest', '1.1', 'v2', '01.2.3', '9.9.9.9', 'release_9.9.9']) await shop.push(tag);
  await shop.pass(120);
  expect(await shop.deployments()).toEqual([]);
  await shop.push('1.1.0');
  await shop.pass(60);
  await isWholeOn('1.1.0');
  expect(shop.titles()).toEqual(['shop-api 1.1.0 is deployed']);
});

test('an image deleted between push and decision is not deployed; what ECR holds now decides', async () => {
  await open();
  await shop.pass(70);
  await shop.push('1.1.0');
  await shop.deleteImages('1.1.0');
  await shop.pass(180);
  expect(await shop.deployments()).toEqual([]);
  await isWholeOn('1.0.0');
});

test('an image deleted after the decision fails the deployment, and the service is back as it was', async () => {
  let isDeleted = false;
  await open({
    faults: {
      async before(_service, operation) {
        if (operation !== 'RegisterTaskDefinition' || isDeleted) return;
        isDeleted = true;
        await shop.deleteImages('1.1.0');
      },
    },
  });
  await shop.push('1.1.0');
  await shop.pass(300);
  expect(isDeleted).toBe(true);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'rolled-back' });
  expect((await shop.deployment('1.1.0'))?.outcome?.reason).toMatch(/CannotPullContainerError.*not found/);
  await isWholeOn('1.0.0');
});

test('an event for a repository without images leads to nothing, nor does the sweep', async () => {
  await open();
  await shop.deleteImages('1.0.0');
  const outcome = await announce({ 'image-tag': '1.1.0', 'image-digest': `sha256:${'0'.repeat(64)}` });
  expect(outcome.kind).toBe('done');
  await shop.pass(180);
  expect(await shop.deployments()).toEqual([]);
  expect(shop.errors).toEqual([]);
});

test('a scan that failed, and that nobody overrules, fails the deployment when the hold expires', async () => {
  const scan = { severity: 'HIGH' as const, tellAfterMs: 10 * 60_000, expiresMs: 20 * 60_000 };
  const held = await openHeldShop({ ...scanFirst, scan });
  shop = { ...(await openShipShop({ service: false })) };
  await held.scanOnPush();
  await held.pushImage('1.1.0', { scan: { status: 'FAILED' } });
  await held.pass(25 * 60);
  expect(await held.deployment('1.1.0')).toMatchObject({ state: 'failed' });
  expect((await held.deployment('1.1.0')).outcome?.reason).toMatch(/FAILED/);
  expect(held.updates()).toBe(0);
  await held.close();
});

const deleteService = () => shop.ecs.send(new DeleteServiceCommand({ ...inProd, force: true }));

test('a service deleted mid-rollout, DRAINING at the next look, fails the deployment, which says so', async () => {
  await open({ behave: () => ({ ignoresSigterm: true }) });
  await shop.push('1.1.0');
  await shop.pass(2);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'rolling' });
  await deleteService();
  await shop.tell('ECS Service Action', { eventName: 'SERVICE_STEADY_STATE' });
  const { services } = await shop.ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }));
  expect(services?.[0]?.status).toBe('DRAINING');
  expect(await shop.deployment('1.1.0')).toMatchObject({
    state: 'failed',
    outcome: { reason: expect.stringContaining('service shop-api was deleted during the deployment') },
  });
  await shop.pass(300);
  expect(updates()).toHaveLength(1);
  expect(shop.titles()).toHaveLength(1);
});

test('a service deleted mid-rollout without any event is found by the sweep', async () => {
  await open({ delivery: ({ source }, deliver) => void (source !== 'aws.ecs' && deliver()) });
  await shop.push('1.1.0');
  await shop.pass(2);
  await deleteService();
  await shop.pass(180);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'failed' });
  expect((await shop.deployment('1.1.0'))?.outcome?.hint).toMatch(/create it again, or remove services.shop-api/);
});

test('a service that is DRAINING before the rollout is refused and left alone', async () => {
  await open({ behave: () => ({ ignoresSigterm: true }) });
  await deleteService();
  await shop.push('1.1.0');
  await shop.pass(180);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'failed' });
  expect((await shop.deployment('1.1.0'))?.outcome?.reason).toMatch(/service shop-api is DRAINING/);
  expect(updates()).toEqual([]);
});

test('a service renamed in ECS mid-rollout, which is a deletion and a creation, fails the deployment', async () => {
  await open();
  await shop.push('1.1.0');
  await shop.pass(1);
  const { service } = await shop.live();
  const { taskDefinition, desiredCount, networkConfiguration, launchType } = service ?? {};
  await deleteService();
  const renamed = { cluster: 'prod', serviceName: 'shop-api-v2', taskDefinition, desiredCount, networkConfiguration };
  await shop.ecs.send(new CreateServiceCommand({ ...renamed, launchType }));
  await shop.pass(300);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'failed' });
  expect((await shop.deployment('1.1.0'))?.outcome?.reason).toMatch(/service shop-api was deleted/);
});

test('a service renamed in batuta.yml mid-rollout is followed to its end as the deployment knew it', async () => {
  await open();
  await shop.push('1.1.0');
  await shop.pass(1);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'rolling' });
  const { 'shop-api': spec } = shop.config.services;
  if (!spec) throw new Error('the configuration has no shop-api');
  shop.configure({ ...shop.config, services: { 'shop-web': { ...spec, name: 'shop-web' } } });
  await shop.pass(300);
  expect((await shop.deployments()).find(({ service }) => service === 'shop-api')?.state).toBe('succeeded');
  await isWholeOn('1.1.0');
  await shop.push('1.2.0');
  await shop.pass(60);
  expect(await shop.deployment('1.2.0')).toMatchObject({ service: 'shop-web', state: 'succeeded' });
});

const deregister = (revision: number) =>
  shop.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: `shop-api:${revision}` }));

test('a revision deregistered before UpdateService fails the deployment with what ECS said, the service untouched', async () => {
  let isDone = false;
  await open({
    faults: {
      async before(_service, operation) {
        if (operation !== 'UpdateService' || isDone) return;
        isDone = true;
        await deregister(2);
      },
    },
  });
  await shop.push('1.1.0');
  await shop.pass(180);
  expect(await shop.deployment('1.1.0')).toMatchObject({
    state: 'failed',
    outcome: { reason: 'UpdateService: ClientException: TaskDefinition is inactive' },
  });
  await isWholeOn('1.0.0');
  await shop.push('1.2.0');
  await shop.pass(60);
  await isWholeOn('1.2.0');
});

test('a revision deregistered mid-rollout rolls on to its end', async () => {
  await open();
  await shop.push('1.1.0');
  await shop.pass(1);
  await deregister(2);
  await shop.pass(120);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
  await isWholeOn('1.1.0');
});

test('the live revision, deregistered before a push, is what the next one is copied from all the same', async () => {
  await open();
  await deregister(1);
  await shop.push('1.1.0');
  await shop.pass(120);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
  await isWholeOn('1.1.0');
});

test('the revision to go back to, deregistered mid-rollout, is registered again for the way back', async () => {
  await open();
  await shop.push('1.1.0-crash');
  await shop.pass(1);
  await deregister(1);
  await shop.pass(300);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'rolled-back' });
  await isWholeOn('1.0.0');
  expect((await shop.live()).definition?.revision).toBe(3);
});
