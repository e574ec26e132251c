import { fileURLToPath } from 'node:url';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import type { Config, ServiceConfig } from '../../shared/config/config.ts';
import { toInstant } from '../../shared/core/time.ts';
import type { Deployment } from '../../shared/deploy/deployment.ts';
import { deploymentKind } from '../../shared/deploy/deployment-record.ts';
import type { Run } from '../../shared/run/run.ts';
import { recordStore } from '../../shared/store/records.ts';
import { nameOfImage, openShop, type Shop, type ShopOptions } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/ship/batuta.yml', import.meta.url));
let shop: Shop;
let config: Config;
let deployer: string | undefined;
afterEach(() => shop.close());

/** What runs as a service has no command of its own; jobs do. */
const behave =
  (failing?: string, runMs = 3000): NonNullable<ShopOptions['behave']> =>
  (spec) => {
    const job = spec.command?.includes('migrate') ? 'migrate' : nameOfImage(spec) === 'toolbox' ? 'smoke' : undefined;
    if (job) return { runMs, exitCode: job === failing ? 3 : 0 };
    return nameOfImage(spec).endsWith('-crash') ? { runMs: 300, exitCode: 1 } : {};
  };

async function open(failing?: string, runMs?: number): Promise<void> {
  shop = await openShop({ configFile, behave: behave(failing, runMs), more: ['shop-api-prod'] });
  config = shop.config;
  deployer = await shop.token('ann', 'deployer');
}
type Services = Record<string, Partial<ServiceConfig>>;
function configure(parts: Services): void {
  const services = Object.entries(config.services).map(([name, spec]) => [name, { ...spec, ...parts[name] }]);
  config = { ...config, services: Object.fromEntries(services) };
  shop.configure(config);
}
async function ask(what: string, body: object = {}): Promise<void> {
  const { status } = await shop.api('POST', `/api/services/${what}`, { token: deployer, body });
  expect(status).toBe(202);
}
/** Promotes at once, without jobs and approval. */
const atOnce = { before: [], after: [], promote: { to: 'shop-api-prod', afterMs: 0, approval: false } };

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
  expect(deployment?.outcome?.hint).toBe(`read the run's log: batuta logs ${deployment?.runs.after[0]?.run}`);
  expect(await imageOf('shop-api')).toBe(before);
  expect(await deploymentsOf('shop-api-prod')).toEqual([]);
});

async function approve(service: string): Promise<void> {
  const held = (await deploymentsOf(service)).find(({ state }) => state === 'held');
  const answer = await shop.api('POST', `/api/deployments/${held?.id}/approve`, { token: deployer, body: {} });
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
  await shop.push('1.2.0');
  await shop.pass(12 * 60);
  const { text } = shop.hooks.at(-1)?.body.data ?? {};
  expect(text).toMatch(/^shop-api-prod 1\.2\.0 waits for approval\n(.+\n)*Change: 1\.1\.0 → 1\.2\.0$/m);
});

test('a promotion that waits survives a newer push that fails on its source', async () => {
  await open();
  const { digest } = await shop.push('1.1.0');
  await shop.pass(60);
  await shop.push('1.2.0-crash');
  await shop.pass(15 * 60);
  expect((await deploymentsOf('shop-api')).at(-1)).toMatchObject({ state: 'rolled-back', image: { tag: '1.2.0' } });
  await approve('shop-api-prod');
  await shop.pass(60);
  expect(await deploymentsOf('shop-api-prod')).toMatchObject([{ state: 'succeeded', image: { digest } }]);
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

test('a newer push waits for the migration that the one before began, and then runs its own', async () => {
  await open(undefined, 60_000);
  await shop.push('1.1.0');
  await shop.pass(20);
  await shop.push('1.2.0');
  await shop.pass(20);
  expect(await runsOf('migrate')).toMatchObject([{ state: 'running' }]);
  expect(await deploymentsOf('shop-api')).toMatchObject([
    { state: 'superseded' },
    { state: 'held', holds: [{ kind: 'before', why: 'the job migrate of an earlier deployment runs first' }] },
  ]);
  await shop.pass(180);
  const [first, second, ...more] = await runsOf('migrate');
  expect(more).toEqual([]);
  expect(second?.createdAt).toBeGreaterThanOrEqual(first?.finishedAt ?? Number.POSITIVE_INFINITY);
  expect(await deploymentsOf('shop-api')).toMatchObject([{ state: 'superseded' }, { image: { tag: '1.2.0' } }]);
  expect(updates()).toHaveLength(1);
});

test('a job that batuta.yml no longer has fails the deployment that waits for it, and says how to go on', async () => {
  await open(undefined, 60_000);
  await shop.push('1.1.0');
  await shop.pass(20);
  const { migrate: _, ...jobs } = shop.config.jobs;
  shop.configure({ ...shop.config, jobs });
  await shop.pass(120);
  const [deployment] = await deploymentsOf('shop-api');
  expect(deployment).toMatchObject({
    state: 'failed',
    outcome: {
      reason: 'the before job migrate is not in batuta.yml any more',
      hint: 'add it again, then: batuta deploy shop-api',
    },
  });
});

test('a promotion to a service in mode observe is told, and nothing is touched', async () => {
  await open();
  configure({ 'shop-api': atOnce, 'shop-api-prod': { mode: 'observe' } });
  await shop.push('1.1.0');
  await shop.pass(60);
  expect(await deploymentsOf('shop-api-prod')).toMatchObject([
    { state: 'skipped', outcome: { reason: 'would deploy shop/api:1.1.0; shop-api-prod is in mode observe' } },
  ]);
  expect(updates()).toHaveLength(1);
});

test('a promotion of what runs there already is skipped', async () => {
  await open();
  configure({ 'shop-api': atOnce });
  for (const version of ['1.1.0', '1.2.0']) {
    await shop.push(version);
    await shop.pass(60);
  }
  await ask('shop-api/rollback');
  await shop.pass(60);
  await ask('shop-api/deploy');
  await shop.pass(60);
  const promotions = await deploymentsOf('shop-api-prod');
  expect(promotions.map(({ image, state }) => `${image.tag} ${state}`)).toEqual([
    '1.1.0 succeeded',
    '1.2.0 succeeded',
    '1.2.0 skipped',
  ]);
  expect(promotions.at(-1)?.outcome?.reason).toBe('shop-api-prod runs it already');
});

test('what failed where it was promoted to is promoted no second time; a person may ask for it by name', async () => {
  await open('migrate');
  configure({ 'shop-api': atOnce, 'shop-api-prod': { before: ['migrate'] } });
  await shop.push('1.1.0');
  await shop.pass(60);
  await ask('shop-api/rollback');
  await shop.pass(60);
  await ask('shop-api/deploy');
  await shop.pass(60);
  const [failed, skipped] = await deploymentsOf('shop-api-prod');
  expect(failed).toMatchObject({ state: 'failed' });
  expect(skipped).toMatchObject({ state: 'skipped', outcome: { reason: `this digest failed before (${failed?.id})` } });
  configure({ 'shop-api-prod': { before: [] } });
  await ask('shop-api-prod/deploy', { tag: '1.1.0' });
  await shop.pass(60);
  expect((await deploymentsOf('shop-api-prod')).at(-1)).toMatchObject({ state: 'succeeded', image: failed?.image });
});

test('a service taken out of batuta.yml ends what waits, and deploys it anew when it is back', async () => {
  await open();
  configure({ 'shop-api': { ...atOnce, hold: { freeze: [], approval: { expiresMs: 3_600_000 } } } });
  await shop.push('1.1.0');
  await shop.pass(30);
  shop.configure({ ...config, services: {} });
  await shop.pass(6 * 60);
  const [deployment] = await deploymentsOf('shop-api');
  expect(deployment).toMatchObject({
    state: 'superseded',
    outcome: { reason: 'shop-api is not in batuta.yml any more' },
  });
  shop.configure(config);
  await shop.pass(130);
  expect((await deploymentsOf('shop-api')).at(-1)).toMatchObject({ state: 'held', image: { tag: '1.1.0' } });
});
