import { afterAll, beforeAll, expect, test } from 'vitest';
import { deploymentIdOf } from '../../../shared/core/ids.ts';
import { deploymentKind } from '../../../shared/deploy/deployment-record.ts';
import { recordStore } from '../../../shared/store/records.ts';
import { aDeployment, minutesIn, shopApi } from '../../support/deployments.ts';
import { openShop, type Shop } from '../../support/shop.ts';
import { keepingBus, thingsNow } from '../../support/things.ts';

let shop: Shop;
const names = ['api', 'web', 'worker'];

/** Deployments of three services, two each minute, all long over. */
beforeAll(async () => {
  shop = await openShop({ service: false });
  const services = Object.fromEntries(names.map((name) => [name, { ...shopApi, name, service: name }]));
  shop.configure({ ...shop.config, services });
  const records = recordStore(shop.table, keepingBus().bus, deploymentKind, () => thingsNow);
  for (let n = 0; n < 30; n++) {
    const at = minutesIn(Math.floor(n / 2));
    const service = names[n % 3] ?? '';
    const id = deploymentIdOf(`${n}`);
    await records.create(aDeployment({ id, service, createdAt: at, finishedAt: at, state: 'succeeded' }));
  }
});
afterAll(() => shop.close());

async function pages(path: string, field: string, limit: number) {
  const found: { id?: string; name?: string; createdAt?: string }[][] = [];
  let cursor = '';
  do {
    const mark = path.includes('?') ? '&' : '?';
    const { body } = await shop.api('GET', `${path}${mark}limit=${limit}${cursor}`);
    found.push(body[field]);
    cursor = body.cursor ? `&cursor=${body.cursor}` : '';
  } while (cursor);
  return found;
}

test.each([1, 7, 29, 30, 31])(
  'the pages of all services, %i each, hold each deployment once, newest first',
  async (limit) => {
    const found = await pages('/api/deployments', 'deployments', limit);
    expect(found.map(({ length }) => length).slice(0, -1)).toEqual(found.slice(1).map(() => limit));
    const all = found.flat();
    expect(new Set(all.map(({ id }) => id)).size).toBe(30);
    expect(all.map(({ createdAt = '' }) => createdAt)).toEqual(
      all
        .map(({ createdAt = '' }) => createdAt)
        .toSorted()
        .reverse(),
    );
  },
);

test.each([1, 3, 10, 11])('the pages of one service, %i each, hold just its own', async (limit) => {
  const all = (await pages('/api/deployments?service=web', 'deployments', limit)).flat();
  expect(all).toHaveLength(10);
  for (const deployment of all) expect(deployment).toMatchObject({ service: 'web' });
});

test.each([1, 2, 3])('the pages of the services, %i each, hold each once', async (limit) => {
  expect((await pages('/api/services', 'services', limit)).flat().map(({ name }) => name)).toEqual(names);
});

test('a service that batuta.yml has no more keeps its history', async () => {
  const { web = shopApi } = shop.config.services;
  shop.configure({ ...shop.config, services: { web } });
  expect((await shop.api('GET', '/api/deployments?service=api')).body.deployments).toHaveLength(10);
});

test('where there are more than 50 services, the list wants one named', async () => {
  const many = Array.from({ length: 51 }, (_, n) => ({ ...shopApi, name: `s${n}` }));
  shop.configure({ ...shop.config, services: Object.fromEntries(many.map((spec) => [spec.name, spec])) });
  expect(await shop.api('GET', '/api/deployments')).toMatchObject({
    status: 422,
    body: { detail: 'There are 51 services; name one: ?service=s0' },
  });
});
