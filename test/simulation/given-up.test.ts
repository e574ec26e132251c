import { expect, onTestFinished, test } from 'vitest';
import type { RouteConfig } from '../../shared/config/config.ts';
import { openShop } from '../support/shop.ts';

const minute = 60;

test('a notification that a channel refuses is told on those that hear of Batuta, and its end by a replay', async () => {
  let status = 400;
  const shop = await openShop({ service: false, hook: ({ path }) => (path === '/team' ? status : 204) });
  onTestFinished(() => shop.close());
  const channel = (name: string) =>
    ({ name, type: 'webhook', url: `https://hooks.example.com/${name}`, secrets: [] }) as const;
  const route = (to: string, kind: string): RouteConfig =>
    ({ ...shop.config.routes[0], when: { kind: [kind] }, to: [to], only: 'all' }) as RouteConfig;
  const channels = { team: channel('team'), ops: channel('ops') };
  shop.configure({ ...shop.config, channels, routes: [route('ops', 'batuta'), route('team', 'run')] });
  const told = () => shop.hooks.filter(({ path }) => path === '/ops').map(({ body }) => body.data.text as string);

  await shop.api('POST', '/api/jobs/plain/runs', { body: {} });
  await shop.pass(6 * minute);
  expect(told()).toEqual([expect.stringContaining('Batuta gave up notifications')]);
  const [listed] = (await shop.api('GET', '/api/notifications')).body.notifications;
  expect(told()[0]).toContain(`Not told: run ${listed.about.id}`);
  expect(told()[0]).toMatch(/Why: [12] notifications? for team (was|were) given up: it answered HTTP 400/);

  status = 204;
  await shop.api('POST', '/api/notifications/replay', { body: {} });
  await shop.pass(6 * minute);
  expect(told()).toHaveLength(2);
  expect(told()[1]).toContain('Batuta: the trouble with notifications is over');
  expect(shop.errors).toEqual([]);
});
