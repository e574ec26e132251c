import { fileURLToPath } from 'node:url';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { toInstant } from '../../shared/core/time.ts';
import type { Deployment } from '../../shared/deploy/deployment.ts';
import { deploymentKind } from '../../shared/deploy/deployment-record.ts';
import type { Run } from '../../shared/run/run.ts';
import { recordStore } from '../../shared/store/records.ts';
import { nameOfImage, openShop, type Shop, type ShopOptions } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/ship/batuta.yml', import.meta.url));
let shop: Shop;
afterEach(() => shop.close());

/** What runs as a service has no command of its own; jobs do. */
const behave =
  (failing?: string): NonNullable<ShopOptions['behave']> =>
  (spec) => {
    const job = spec.command?.includes('migrate') ? 'migrate' : nameOfImage(spec) === 'toolbox' ? 'smoke' : undefined;
    if (job) return { runMs: 3000, exitCode: job === failing ? 3 : 0 };
    return {};
  };

async function open(failing?: string): Promise<void> {
  shop = await openShop({ configFile, behave: behave(failing), more: ['shop-api-prod'] });
}

const records = () =>
  recordStore<Deployment>(shop.table, { put: async () => [] }, deploymentKind, () => toInstant(shop.clock.now()));

async function deploymentsOf(service: string): Promise<Deployment[]> {
  return (await records().list(`service#${service}`)).values.toReversed();
}
async function runsOf(job: string): Promise<Run[]> {
  const { items } = await shop.table.query({ index: 'gsi2', pk: `job#${job}` });
  return items.map(({ value }) => value as Run);
}
async function imageOf(serviceName: string): Promise<string | undefined> {
  const ecs = new ECSClient(shop.aws);
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: [serviceName] }));
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: services?.[0]?.taskDefinition }),
  );
  return taskDefinition?.containerDefinitions?.[0]?.image;
}
const titles = () => shop.hooks.map(({ body }) => body.data.title);
const updates = () => shop.calls.filter((call) => call.endsWith('UpdateService'));

test('a job before runs once, with the new image and the network of the service, and then the service rolls', async () => {
  await open();
  const { digest } = await shop.push('1.1.0');
  await shop.pass(2);
  expect(updates()).toEqual([]);
  await shop.pass(60);
  const runs = await runsOf('migrate');
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({
    state: 'succeeded',
    trigger: { kind: 'deployment', service: 'shop-api', phase: 'before' },
    spec: { image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api@${digest}`, cluster: 'prod' },
  });
  const [deployment] = await deploymentsOf('shop-api');
  expect(deployment).toMatchObject({ state: 'succeeded', runs: { before: [{ job: 'migrate', run: runs[0]?.id }] } });
  expect(await imageOf('shop-api')).toContain(digest);
});

test('a job before that fails is the failure of the deployment, and the service is untouched', async () => {
  await open('migrate');
  await shop.push('1.1.0');
  await shop.pass(120);
  const [deployment] = await deploymentsOf('shop-api');
  expect(deployment?.state).toBe('failed');
  expect(deployment?.outcome?.reason).toMatch(/^the before job migrate failed \(r-[a-z2-7]{24}\): exit code 3/);
  expect(updates()).toEqual([]);
  expect(await runsOf('migrate')).toHaveLength(1);
  expect(titles()).toContain('shop-api 1.1.0 could not be deployed');
});

test('a job after runs once the service is stable, and only then the deployment has succeeded', async () => {
  await open();
  await shop.push('1.1.0');
  await shop.pass(60);
  const [deployment] = await deploymentsOf('shop-api');
  const [smoke, ...more] = await runsOf('smoke');
  expect(more).toEqual([]);
  expect(deployment).toMatchObject({ state: 'succeeded', runs: { after: [{ job: 'smoke', run: smoke?.id }] } });
  expect(smoke?.createdAt).toBeGreaterThanOrEqual(deployment?.stableAt ?? Number.POSITIVE_INFINITY);
  expect(deployment?.finishedAt).toBeGreaterThanOrEqual(smoke?.finishedAt ?? Number.POSITIVE_INFINITY);
});

test('a job after that fails rolls back', async () => {
  await open('smoke');
  const before = await imageOf('shop-api');
  await shop.push('1.1.0');
  await shop.pass(180);
  const [deployment] = await deploymentsOf('shop-api');
  expect(deployment).toMatchObject({ state: 'rolled-back' });
  expect(deployment?.outcome?.reason).toMatch(/^the after job smoke failed/);
  expect(await imageOf('shop-api')).toBe(before);
  expect(await deploymentsOf('shop-api-prod')).toEqual([]);
});

async function approve(service: string): Promise<void> {
  const held = (await deploymentsOf(service)).find(({ state }) => state === 'held');
  const token = await shop.token('ann', 'deployer');
  const answer = await shop.api('POST', `/api/deployments/${held?.id}/approve`, { token, body: {} });
  expect(answer.status).toBeLessThan(300);
}

test('what succeeded goes on to the next service as the same digest, after its time and once approved', async () => {
  await open();
  const { digest } = await shop.push('1.1.0');
  await shop.pass(60);
  expect(await deploymentsOf('shop-api-prod')).toMatchObject([
    { state: 'held', holds: [{ kind: 'promotion' }, { kind: 'approval' }] },
  ]);
  await shop.pass(11 * 60);
  expect(await deploymentsOf('shop-api-prod')).toMatchObject([{ state: 'held', holds: [{ kind: 'approval' }] }]);
  expect(titles()).toContain('shop-api-prod 1.1.0 waits for approval');
  await approve('shop-api-prod');
  await shop.pass(60);
  expect(await deploymentsOf('shop-api-prod')).toMatchObject([
    {
      state: 'succeeded',
      image: { digest },
      trigger: { kind: 'promotion', service: 'shop-api' },
      approval: { by: 'ann' },
    },
  ]);
  expect(await imageOf('shop-api-prod')).toContain(digest);
});

test('a promotion that waits is void once its source has gone on', async () => {
  await open();
  await shop.push('1.1.0');
  await shop.pass(60);
  const { digest } = await shop.push('1.2.0');
  await shop.pass(12 * 60);
  expect(await deploymentsOf('shop-api-prod')).toMatchObject([
    { state: 'superseded', image: { tag: '1.1.0' } },
    { state: 'held', image: { tag: '1.2.0', digest } },
  ]);
});
