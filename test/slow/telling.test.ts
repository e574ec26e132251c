import { afterEach, expect, test } from 'vitest';
import { nameOfImage, openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

const titles = () => shop.hooks.map(({ body }) => body.data.title.replace(/ after .*/, ''));
const crashing = (spec: Parameters<typeof nameOfImage>[0]) =>
  nameOfImage(spec).endsWith('-crash') ? { runMs: 300, exitCode: 1 } : {};

test('a webhook that is down for an hour gets the news once, when it is back', async () => {
  let up = false;
  shop = await openShop({ service: false, hook: () => (up ? 204 : 503) });
  await shop.api('POST', '/api/jobs/plain/runs', { body: {} });
  await shop.pass(3600);
  const attempts = shop.hooks.length;
  expect(attempts).toBeGreaterThan(3);
  up = true;
  await shop.pass(3600);
  expect(shop.hooks).toHaveLength(attempts + 1);
});

test('a webhook that refuses for good is asked once', async () => {
  shop = await openShop({ service: false, hook: () => 404 });
  await shop.api('POST', '/api/jobs/plain/runs', { body: {} });
  await shop.pass(1800);
  expect(shop.hooks).toHaveLength(1);
});

test('while a webhook is down, a failed and rolled back deployment becomes one piece of news', async () => {
  let up = false;
  shop = await openShop({ hook: () => (up ? 204 : 503), behave: crashing });
  await shop.push('1.2.0-crash');
  await shop.pass(300);
  const attempts = shop.hooks.length;
  up = true;
  await shop.pass(3600);
  expect(titles().slice(attempts)).toEqual(['shop-api 1.2.0 failed and was rolled back to 1.0.0']);
});

test('each message has its own id, so that a receiver can drop a repeated one', async () => {
  shop = await openShop({ behave: crashing });
  await shop.push('1.2.0-crash');
  await shop.pass(60);
  const ids = shop.hooks.map(({ headers }) => headers.get('webhook-id'));
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(2);
});

test('a channel that refuses everything is told of on the other one, once, and never on itself', async () => {
  const idOf = (hook: Shop['hooks'][number]) => hook.headers.get('webhook-id') ?? '';
  shop = await openShop({ service: false, hook: (hook) => (idOf(hook).startsWith('team:') ? 404 : 204) });
  const ops = { name: 'ops', type: 'webhook', url: 'https://hooks.example.com/ops', secrets: [] } as const;
  const routes = shop.config.routes.map((route) => ({ ...route, to: ['team', 'ops'] }));
  shop.configure({ ...shop.config, channels: { ...shop.config.channels, ops }, routes });
  await shop.api('POST', '/api/jobs/plain/runs', { body: {} });
  await shop.pass(600);
  const heard = (channel: string) => shop.hooks.filter((hook) => idOf(hook).startsWith(`${channel}:`));
  expect(heard('team')).toHaveLength(1);
  expect(heard('ops').filter(({ body }) => /channel team takes nothing/.test(body.data.title))).toHaveLength(1);
  expect(heard('ops')).toHaveLength(2);
});
