import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShop, type Shop } from '../../support/shop.ts';

let shop: Shop;
let deployer: string | undefined;
let deployment: string;

beforeAll(async () => {
  shop = await openShop();
  deployer = await shop.token('ann', 'deployer');
  await shop.pass(70);
  await shop.push('1.1.0');
  await shop.pass(120);
  deployment = (await shop.api('GET', '/api/deployments')).body.deployments[0].id;
});
afterAll(() => shop.close());

const unknownId = `d-${'a'.repeat(24)}`;
const unknownDigest = `sha256:${'0'.repeat(64)}`;

test.each([
  ['deploy', { tag: '0.9.0' }, 422, /the tag policy \(semver:>=1\.0\.0\) does not admit 0\.9\.0/],
  ['deploy', { tag: '7.0.0' }, 422, /shop\/api has no image 7\.0\.0/],
  ['deploy', { digest: unknownDigest }, 422, /no tag that the policy .* admits leads to it, and it never succeeded/],
  ['deploy', { tag: '1.0.0', digest: unknownDigest }, 422, /digest cannot stand beside tag/],
  ['deploy', { tag: 5 }, 422, /tag must be a text/],
  ['deploy', { image: 'evil/image:1' }, 422, /Unknown field image; known: tag, digest/],
  ['deploy', {}, 409, /^1\.1\.0 \(sha256:\w+\) runs already/],
  ['rollback', { to: unknownId }, 404, /There is no deployment d-/],
  ['rollback', { to: 'x' }, 404, /There is no deployment x/],
  ['pause', { for: 'soon' }, 422, /for must be a duration/],
  ['pause', { until: '2026-11-20T09:00:00Z' }, 422, /until must be in the future/],
  ['pause', { until: '2026-12-01 09:00' }, 422, /until must be a time such as/],
  ['pause', { until: '2026-12-01T09:00:00Z', for: '2h' }, 422, /for cannot stand beside until/],
  ['pause', { reason: 'x'.repeat(501) }, 422, /reason must be a text of 1 to 500/],
  ['resume', { reason: 'x' }, 422, /Unknown field reason/],
])('POST …/%s with %j is refused with %i', async (verb, body, status, detail) => {
  const answer = await shop.api('POST', `/api/services/shop-api/${verb}`, { token: deployer, body });
  expect(answer).toMatchObject({
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: { status, detail: expect.stringMatching(detail) },
  });
});

test.each([
  ['7.0.0', 'is no tag in ECR'],
  ['0.9.0', 'is not allowed'],
])('the field tag of %s %s', async (tag, message) => {
  const { body } = await shop.api('POST', '/api/services/shop-api/deploy', { token: deployer, body: { tag } });
  expect(body.problems).toEqual([{ field: 'tag', message }]);
});

test.each(['deploy', 'rollback', 'pause', 'resume'])('POST …/%s of a service that is none is 404', async (verb) => {
  for (const name of ['shop', '__proto__', 'constructor']) {
    const answer = await shop.api('POST', `/api/services/${name}/${verb}`, { token: deployer, body: {} });
    expect(answer).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('batuta.yml has: shop-api') },
    });
  }
});

const posts = () => [
  ...['deploy', 'rollback', 'pause', 'resume'].map((verb) => `/api/services/shop-api/${verb}`),
  ...['approve', 'reject'].map((verb) => `/api/deployments/${deployment}/${verb}`),
];

test('viewers and operators change nothing', async () => {
  const viewer = await shop.token('eve', 'viewer');
  for (const path of posts()) {
    // The shop's own token is an operator's.
    for (const answer of [await shop.api('POST', path, { token: viewer, body: {} }), await shop.api('POST', path)])
      expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringContaining('this needs deployer') } });
  }
  for (const path of ['/api/services', '/api/services/shop-api', '/api/deployments', `/api/deployments/${deployment}`])
    expect((await shop.api('GET', path, { token: viewer })).status).toBe(200);
});

test.each([
  ['approve', { reason: '' }, 422, /reason must be a text/],
  ['approve', { override: 'yes' }, 422, /override must be true or false/],
  ['approve', { verdict: 'approved' }, 422, /Unknown field verdict/],
  ['reject', { override: true }, 422, /Unknown field override/],
  ['approve', {}, 409, /cannot be approved: it is succeeded; only what is held/],
  ['reject', {}, 409, /cannot be rejected: it is succeeded/],
])('POST deployments/…/%s with %j is refused with %i', async (verb, body, status, detail) => {
  const answer = await shop.api('POST', `/api/deployments/${deployment}/${verb}`, { token: deployer, body });
  expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(detail) } });
});

test.each([
  ['/api/services/shop', 404, 'There is no service shop'],
  ['/api/services?limit=0', 422, 'limit must be a whole number from 1 to 100'],
  ['/api/services?cursor=~~~', 422, 'cursor must be'],
  ['/api/services?cursor=zzzz', 422, 'cursor must be'],
  ['/api/services?cursor=c2hvcA%21', 422, 'cursor must be'],
  ['/api/services/shop-api?plan=maybe', 422, 'plan must be true or false'],
  ['/api/deployments?limit=101', 422, 'limit must be'],
  ['/api/deployments?limit=2e1', 422, 'limit must be'],
  ['/api/deployments?cursor=eyJwayI6InRva2VuI2FkbWluIn0', 422, 'cursor must be the cursor of an earlier answer'],
  ['/api/deployments?service=nobody', 404, 'There is no service nobody, and there are no deployments of one'],
  [`/api/deployments/${unknownId}`, 404, 'There is no deployment'],
  ['/api/deployments/token%23root', 404, 'There is no deployment'],
])('GET %s is %i', async (path, status, detail) => {
  const answer = await shop.api('GET', path);
  expect(answer.status).toBe(status);
  expect(answer.body.detail ?? '').toContain(detail);
});

test('a service that ECS does not know is said so, and not deployed', async () => {
  const { 'shop-api': spec } = shop.config.services;
  if (!spec) throw new Error('no shop-api');
  const gone = { ...spec, name: 'gone', service: 'gone' };
  shop.configure({ ...shop.config, services: { ...shop.config.services, gone } });
  const { service } = (await shop.api('GET', '/api/services/gone?plan=true')).body;
  const reason = 'service gone does not exist in cluster prod';
  expect(service).toMatchObject({ live: { problem: { reason } }, plan: { kind: 'refused', reason } });
  const asked = await shop.api('POST', '/api/services/gone/deploy', { token: deployer, body: {} });
  expect(asked).toMatchObject({ status: 409, body: { detail: expect.stringContaining(reason) } });
  expect((await shop.api('GET', '/api/deployments?service=gone')).body.deployments).toEqual([]);
});
