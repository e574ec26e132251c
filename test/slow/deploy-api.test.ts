import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ServiceConfig } from '../../shared/config/config.ts';
import { nameOfImage, openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
let deployer: string | undefined;
/** Images that exit at once, by the name of their folder. */
const crashing = new Set<string>();

beforeEach(async () => {
  crashing.clear();
  shop = await openShop({
    behave: (spec) => (crashing.has(nameOfImage(spec)) ? { runMs: 300, exitCode: 1 } : {}),
  });
  deployer = await shop.token('ann', 'deployer');
  await shop.pass(70);
});
afterEach(() => shop.close());

const post = (path: string, body: unknown = {}, more: { token?: string | undefined; key?: string } = {}) =>
  shop.api('POST', path, {
    body,
    token: 'token' in more ? more.token : deployer,
    ...(more.key ? { headers: { 'idempotency-key': more.key } } : {}),
  });
const get = async (path: string) => (await shop.api('GET', path)).body;
const service = async (query = '') => (await get(`/api/services/shop-api${query}`)).service;
const newest = async () => (await get('/api/deployments?service=shop-api&limit=1')).deployments[0];

function configure(parts: Partial<ServiceConfig>) {
  const { 'shop-api': spec } = shop.config.services;
  if (!spec) throw new Error('no shop-api');
  shop.configure({ ...shop.config, services: { 'shop-api': { ...spec, ...parts } } });
}

async function shipped(version: string) {
  await shop.push(version);
  await shop.pass(120);
  expect(await newest()).toMatchObject({ state: 'succeeded', image: { tag: version } });
}

test('the history of a push tells each step and both revisions, in order', async () => {
  await shipped('1.1.0');
  const { deployment } = await get(`/api/deployments/${(await newest()).id}`);
  expect(deployment).toMatchObject({
    service: 'shop-api',
    state: 'succeeded',
    trigger: { kind: 'push' },
    image: { repository: 'shop/api', tag: '1.1.0', digest: expect.stringMatching(/^sha256:/) },
    from: { revision: 'shop-api:1', tag: '1.0.0' },
    to: { revision: 'shop-api:2' },
    crashes: [],
  });
  const steps = ['pushed', 'asked', 'registered', 'updated', 'firstTaskRunning', 'stable', 'finished'];
  const at = steps.map((step) => Date.parse(deployment.times[step]));
  expect(at).toEqual(at.toSorted((a, b) => a - b));
});

test('the history of a failure has the causes of the crashes and the way back', async () => {
  crashing.add('shop-api:1.1.0');
  await shop.push('1.1.0');
  await shop.pass(300);
  const { deployment } = await get(`/api/deployments/${(await newest()).id}`);
  expect(deployment).toMatchObject({
    state: 'rolled-back',
    outcome: { reason: expect.stringContaining('exit code 1') },
    wentBack: { revision: 'shop-api:1', by: 'batuta' },
    times: { rollbackBegan: expect.any(String) },
  });
  expect(deployment.crashes.length).toBeGreaterThanOrEqual(3);
  expect(deployment.crashes[0]).toMatchObject({ cause: 'exit code 1 of container api', hint: expect.any(String) });
});

test('an older tag deployed by hand is recorded as moved back, and the sweep leaves it', async () => {
  await shipped('1.1.0');
  await shipped('1.2.0');
  const asked = await post('/api/services/shop-api/deploy', { tag: '1.1.0' });
  expect(asked).toMatchObject({
    status: 202,
    body: { deployment: { state: 'held', trigger: { kind: 'api', caller: 'ann' } } },
  });
  await shop.pass(900);
  expect((await get(asked.headers.location ?? '')).deployment).toMatchObject({ state: 'succeeded', movedBack: true });
  expect(await service('?plan=true')).toMatchObject({
    accepted: { tag: '1.2.0' },
    lastSuccessful: { tag: '1.1.0' },
    live: { tag: '1.1.0' },
    plan: { kind: 'nothing' },
  });
  await shipped('1.3.0');
});

test('an earlier digest of an exact tag, deployed by hand, stays until the tag is moved', async () => {
  const exact = (tag: string) =>
    configure({ image: { repository: 'shop/api', exclude: [], tags: { kind: 'exact', tag } } });
  exact('live');
  const { digest } = await shop.pushImage('shop/api', 'live', 'shop-api:1');
  await shop.pass(120);
  await shop.pushImage('shop/api', 'live', 'shop-api:2');
  await shop.pass(120);
  expect(await post('/api/services/shop-api/deploy', { digest })).toMatchObject({ status: 202 });
  await shop.pass(600);
  expect(await newest()).toMatchObject({ state: 'succeeded', trigger: { kind: 'api' }, image: { digest } });
  const next = await shop.pushImage('shop/api', 'live', 'shop-api:3');
  await shop.pass(120);
  expect(await newest()).toMatchObject({ state: 'succeeded', image: { digest: next.digest } });
});

test('what failed before is deployed when a person asks for it', async () => {
  crashing.add('shop-api:1.1.0');
  await shop.push('1.1.0');
  await shop.pass(300);
  expect((await service('?plan=true')).plan).toMatchObject({
    kind: 'nothing',
    why: expect.stringContaining('failed before'),
  });
  crashing.clear();
  const { status } = await post('/api/services/shop-api/deploy');
  await shop.pass(120);
  expect({ status, ...(await newest()) }).toMatchObject({ status: 202, state: 'succeeded', image: { tag: '1.1.0' } });
  expect(await service()).toMatchObject({ failed: [], live: { tag: '1.1.0' } });
});

test('a rollback by hand goes to what ran before, the next one back again, and the sweep leaves both', async () => {
  await shipped('1.1.0');
  const first = await post('/api/services/shop-api/rollback');
  expect(first).toMatchObject({ status: 202, body: { deployment: { rollback: true, image: { tag: '1.0.0' } } } });
  await shop.pass(600);
  expect((await get(first.headers.location ?? '')).deployment).toMatchObject({
    state: 'succeeded',
    to: { revision: 'shop-api:1' },
  });
  expect(await service()).toMatchObject({ live: { revision: 'shop-api:1' } });
  const second = await post('/api/services/shop-api/rollback');
  await shop.pass(600);
  expect((await get(second.headers.location ?? '')).deployment).toMatchObject({
    state: 'succeeded',
    image: { tag: '1.1.0' },
    to: { revision: 'shop-api:2' },
  });
});

test('a second rollback while the first is under way does not go further back', async () => {
  await shop.push('1.1.0');
  await shop.pass(60);
  await shop.push('1.2.0');
  await shop.pass(60);
  const { body } = await post('/api/services/shop-api/rollback');
  await shop.pass(1);
  expect(await post('/api/services/shop-api/rollback')).toMatchObject({
    status: 409,
    body: {
      detail: `it goes back to 1.1.0 already as ${body.deployment.id}; name another by --to`,
      deployment: body.deployment.id,
    },
  });
  await shop.pass(60);
  expect(await newest()).toMatchObject({ state: 'succeeded', image: { tag: '1.1.0' } });
});

test('no rollback by hand passes by what a failed deployment goes back to', async () => {
  await shop.push('1.1.0');
  await shop.pass(60);
  crashing.add('shop-api:1.2.0');
  await shop.push('1.2.0');
  let deployment = await newest();
  for (let tries = 0; tries < 300 && deployment.state !== 'rolling-back'; tries++) {
    await shop.pass(0.1);
    deployment = await newest();
  }
  expect(deployment.state).toBe('rolling-back');
  expect(await post('/api/services/shop-api/rollback')).toMatchObject({
    status: 409,
    body: { detail: `1.2.0 failed and goes back to 1.1.0 already (${deployment.id}); name another by --to` },
  });
});

test('a rollback names its deployment', async () => {
  await shipped('1.1.0');
  const { id } = await newest();
  await shipped('1.2.0');
  await shipped('1.3.0');
  const asked = await post('/api/services/shop-api/rollback', { to: id });
  await shop.pass(120);
  expect((await get(asked.headers.location ?? '')).deployment).toMatchObject({
    state: 'succeeded',
    image: { tag: '1.1.0' },
  });
  expect(await post('/api/services/shop-api/rollback', { to: id })).toMatchObject({
    status: 409,
    body: { detail: '1.1.0 runs already' },
  });
});

test('a pause holds a push, and resume rolls it out', async () => {
  const paused = await post('/api/services/shop-api/pause', { reason: 'sale', for: '2h' });
  expect(paused).toMatchObject({
    status: 200,
    body: { service: 'shop-api', pause: { by: 'ann', reason: 'sale', until: '2026-11-20T11:01:20.000Z' } },
  });
  await shop.push('1.1.0');
  await shop.pass(600);
  expect(await newest()).toMatchObject({
    state: 'held',
    holds: [{ kind: 'pause', why: expect.stringMatching(/paused by ann.*: sale/) }],
  });
  expect(await service('?plan=true')).toMatchObject({
    pause: { by: 'ann' },
    live: { revision: 'shop-api:1' },
    plan: { kind: 'deploy', deployment: expect.stringMatching(/^d-/), holds: [{ kind: 'pause' }] },
  });
  const resumed = await post('/api/services/shop-api/resume');
  await shop.pass(60);
  expect(resumed).toMatchObject({ status: 200, body: { resumed: true } });
  expect(await newest()).toMatchObject({ state: 'succeeded', image: { tag: '1.1.0' } });
  expect((await post('/api/services/shop-api/resume')).body).toEqual({ service: 'shop-api', resumed: false });
  const item = await shop.table.get({ pk: 'service#shop-api', sk: 'pause' });
  expect(item).toMatchObject({ lifted: { by: 'ann', at: expect.any(Number) } });
});

async function held() {
  configure({ hold: { freeze: [], approval: { expiresMs: 3_600_000 } } });
  await shop.push('1.1.0');
  await shop.pass(60);
  const deployment = await newest();
  expect(deployment).toMatchObject({
    state: 'held',
    holds: expect.arrayContaining([expect.objectContaining({ kind: 'approval' })]),
  });
  return `/api/deployments/${deployment.id}`;
}

test('an approval is recorded with who, when and why, and lets the deployment go', async () => {
  const path = await held();
  const id = path.slice('/api/deployments/'.length);
  expect((await post('/api/services/shop-api/deploy')).body.detail).toBe(
    `1.1.0 is held already as ${id}: needs approval; wait, batuta approve ${id} or batuta reject ${id}`,
  );
  const approved = await post(`${path}/approve`, { reason: 'tested' }, { key: 'a' });
  const approval = { verdict: 'approved', by: 'ann', at: expect.any(String), reason: 'tested' };
  expect(approved).toMatchObject({ status: 200, body: { deployment: { approval } } });
  await shop.pass(120);
  expect((await get(path)).deployment).toMatchObject({ state: 'succeeded', approval });
  // The same key is the same answer, also when it is long over; another body is none.
  expect(await post(`${path}/approve`, { reason: 'tested' }, { key: 'a' })).toEqual(approved);
  expect((await post(`${path}/approve`, { reason: 'else' }, { key: 'a' })).status).toBe(409);
  const other = await shop.token('bob', 'deployer');
  expect(await post(`${path}/approve`, {}, { token: other })).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('it is succeeded') },
  });
});

test('a rejection ends the deployment, and the service is untouched', async () => {
  const path = await held();
  expect((await post(`${path}/reject`, { reason: 'not today' })).status).toBe(200);
  await shop.pass(600);
  expect((await get(path)).deployment).toMatchObject({
    state: 'skipped',
    outcome: { reason: expect.stringMatching(/^rejected by ann.*: not today$/) },
  });
  expect((await service()).live.revision).toBe('shop-api:1');
});

test('only an admin lifts every hold', async () => {
  await post('/api/services/shop-api/pause');
  const path = await held();
  expect((await post(`${path}/approve`, { override: true })).status).toBe(403);
  const admin = await shop.token('root', 'admin');
  expect((await post(`${path}/approve`, { override: true, reason: 'fire' }, { token: admin })).status).toBe(200);
  await shop.pass(120);
  expect((await get(path)).deployment).toMatchObject({ state: 'succeeded', override: { by: 'root', reason: 'fire' } });
});

test('one key is one deployment, whatever ECR says later; another body under it is refused', async () => {
  await shipped('1.1.0');
  const [first, again] = [
    await post('/api/services/shop-api/deploy', { tag: '1.0.0' }, { key: 'k' }),
    await post('/api/services/shop-api/deploy', { tag: '1.0.0' }, { key: 'k' }),
  ];
  expect(again.body.deployment.id).toBe(first.body.deployment.id);
  await shop.pass(120);
  const late = await post('/api/services/shop-api/deploy', { tag: '1.0.0' }, { key: 'k' });
  expect(late).toMatchObject({
    status: 202,
    body: { deployment: { id: first.body.deployment.id, state: 'succeeded' } },
  });
  for (const [verb, body] of [
    ['deploy', { tag: '1.1.0' }],
    ['rollback', {}],
  ] as const)
    expect(await post(`/api/services/shop-api/${verb}`, body, { key: 'k' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(first.body.deployment.id) },
    });
});

test('a digest is allowed that ran well here, also when its tag is gone', async () => {
  await shipped('1.1.0');
  const { image } = await newest();
  await shipped('1.2.0');
  configure({ image: { repository: 'shop/api', exclude: [], tags: { kind: 'semver', range: '>=1.2.0' } } });
  expect((await post('/api/services/shop-api/deploy', { tag: '1.1.0' })).status).toBe(422);
  expect((await post('/api/services/shop-api/deploy', { digest: image.digest })).status).toBe(202);
  await shop.pass(120);
  expect(await service()).toMatchObject({ live: { tag: '1.1.0' } });
});

test('what waits, rolls out or runs already is not asked for twice', async () => {
  await post('/api/services/shop-api/pause');
  await shop.push('1.1.0');
  await shop.pass(60);
  const { id } = await newest();
  const refusal = async () => (await post('/api/services/shop-api/deploy', { tag: '1.1.0' })).body.detail;
  expect(await refusal()).toMatch(
    new RegExp(
      `^1\\.1\\.0 is held already as ${id}: .*paused by ann.*; wait, batuta resume shop-api or batuta reject ${id}$`,
    ),
  );
  await post('/api/services/shop-api/resume');
  await shop.pass(1);
  expect(await refusal()).toBe(`1.1.0 is rolling already as ${id}`);
  await shop.pass(120);
  expect(await refusal()).toMatch(/^1\.1\.0 \(sha256:\w+\) runs already$/);
});

test('a plan shows the difference and the holds, and nothing is called that changes or writes anything', async () => {
  await post('/api/services/shop-api/pause');
  configure({ mode: 'observe' });
  await shop.push('1.1.0');
  await shop.pass(60);
  shop.calls.splice(0);
  const { plan } = await service('?plan=true');
  const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api';
  expect(plan).toMatchObject({
    kind: 'deploy',
    image: { tag: '1.1.0' },
    from: 'shop-api:1',
    holds: [{ kind: 'pause' }],
    diff: [
      { path: 'containers.api.image', before: `${image}:1.0.0`, after: expect.stringContaining(`${image}@sha256:`) },
    ],
  });
  const operations = new Set(shop.calls.map((call) => call.split(' ').at(-1)));
  expect([...operations].toSorted()).toEqual([
    'DescribeImages',
    'DescribeServices',
    'DescribeTaskDefinition',
    'GetItem',
    'Query',
  ]);
  expect(await post('/api/services/shop-api/deploy')).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('mode observe') },
  });
});

test('a plan knows the scan that would hold', async () => {
  configure({ hold: { freeze: [], scan: { severity: 'HIGH', tellAfterMs: 60_000, expiresMs: 600_000 } } });
  await post('/api/services/shop-api/pause');
  await shop.push('1.1.0');
  const { plan } = await service('?plan=true');
  expect(plan.holds.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual(['pause', 'scan']);
});

test.each([
  ['tell', { kind: 'nothing', why: 'somebody else put shop-api:1 in place of 1.1.0, and drift: tell leaves it' }],
  ['restore', { kind: 'deploy', image: { tag: '1.1.0' }, from: 'shop-api:1', holds: [{ kind: 'pause' }] }],
] as const)('a plan sees what somebody else put in place, with drift: %s', async (drift, plan) => {
  configure({ drift });
  await shipped('1.1.0');
  await post('/api/services/shop-api/pause');
  const input = { cluster: 'prod', service: 'shop-api', taskDefinition: 'shop-api:1' };
  await new ECSClient(shop.aws).send(new UpdateServiceCommand(input));
  expect((await service('?plan=true')).plan).toMatchObject(plan);
});

test('each request that changes something is logged with who asked', async () => {
  await post('/api/services/shop-api/resume');
  expect(shop.log).toContainEqual(
    expect.objectContaining({
      function: 'serve-api',
      message: 'done',
      fields: { method: 'POST', path: '/api/services/shop-api/resume', status: 200, caller: 'ann' },
    }),
  );
});

test('without a history of ours, a rollback goes to what ECS knows ran well', async () => {
  const ecs = new ECSClient(shop.aws);
  const refused = await post('/api/services/shop-api/rollback');
  expect(refused).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('neither Batuta nor ECS knows') },
  });
  // Somebody deploys another revision, and the table never hears of the first one.
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'shop-api' }));
  const { family, containerDefinitions, cpu, memory, networkMode, requiresCompatibilities } = taskDefinition ?? {};
  const { executionRoleArn } = taskDefinition ?? {};
  const next = { family, containerDefinitions, cpu, memory, networkMode, requiresCompatibilities, executionRoleArn };
  await ecs.send(new RegisterTaskDefinitionCommand(next));
  await ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'shop-api', taskDefinition: 'shop-api:2' }));
  await shop.pass(120);
  const key = { pk: 'service#shop-api', sk: 'pointer' };
  await shop.table.remove(key, (await shop.table.get(key))?.version ?? 0);
  const { status, headers } = await post('/api/services/shop-api/rollback');
  expect(status).toBe(202);
  await shop.pass(120);
  expect((await get(headers.location ?? '')).deployment).toMatchObject({
    state: 'succeeded',
    image: { tag: '1.0.0' },
    to: { revision: 'shop-api:1' },
  });
});
