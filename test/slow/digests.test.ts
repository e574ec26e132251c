import { afterEach, expect, test } from 'vitest';
import type { EventEnvelope } from '../../local/cloud/events/envelope.ts';
import type { RouteConfig } from '../../shared/config/config.ts';
import { digestRoute } from '../support/digest-world.ts';
import { nameOfImage, openShop, type Shop, type ShopOptions } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());
const [minute, hour] = [60, 3600];
const day = 24 * hour;

const isWakeUp = ({ source, resources }: EventEnvelope) =>
  source === 'aws.events' && resources.some((rule) => rule.includes('send-notification'));

/** Jobs fail and services crash where their image says so. No sweep and no look at troubles: days pass quickly. */
async function open(
  routes: readonly RouteConfig[],
  { wakeUp = (deliver) => deliver(), ...options }: ShopOptions & { wakeUp?: (deliver: () => void) => void } = {},
) {
  shop = await openShop({
    behave: (spec) => {
      const name = nameOfImage(spec);
      if (name.startsWith('shop-api')) return name.endsWith('-crash') ? { runMs: 100, exitCode: 1 } : {};
      return { runMs: 60_000, exitCode: 1 };
    },
    delivery: (event, deliver) => {
      if (isWakeUp(event)) wakeUp(deliver);
      else if (event.source !== 'aws.events') deliver();
    },
    ...options,
  });
  const channel = (name: string) =>
    ({ name, type: 'webhook', url: `https://hooks.example.com/${name}`, secrets: [] }) as const;
  const told = { ...shop.config, channels: { ops: channel('ops'), boss: channel('boss') }, routes };
  shop.configure(told);
  return told;
}
const ops = { to: ['ops'] };
const digests = (channel: string) =>
  shop.hooks.filter(({ path, body }) => path === `/${channel}` && body.data.kind === 'digest-summary');
const titles = (channel: string) => digests(channel).map(({ body }) => body.data.title);
const periods = (channel: string) => digests(channel).map(({ body }) => /Period: (.*)/.exec(body.data.text)?.[1]);

test('days and a week with a change of the clock are told once each, whatever becomes of the wake-ups', async () => {
  const timezone = 'Europe/Lisbon';
  const routes = [
    digestRoute({ timezone }, ops),
    digestRoute({ every: 'week', day: 'sat', timezone }, { to: ['boss'], when: { job: 'back*' } }),
  ];
  let count = 0;
  // Most are lost, some come twice, some late.
  const wakeUp = (deliver: () => void) => {
    const kind = count++ % 7;
    if (kind === 1) deliver();
    if (kind === 1 || kind === 3) deliver();
    if (kind === 5) shop.clock.setTimer(50 * 60_000, deliver);
  };
  await open(routes, { service: false, startAt: '2026-10-24T06:00:00Z', wakeUp });
  await shop.pass(7 * day + 3 * hour);
  const failed = 'The last day: no deployments; 1 run, which failed';
  expect(titles('ops')).toEqual(['The last day: nothing was deployed and nothing ran', ...Array(7).fill(failed)]);
  expect(periods('ops').slice(0, 3)).toEqual([
    'Fri 2026-10-23 08:00 to Sat 2026-10-24 08:00, Europe/Lisbon',
    'Sat 2026-10-24 08:00 to Sun 2026-10-25 08:00, Europe/Lisbon',
    'Sun 2026-10-25 08:00 to Mon 2026-10-26 08:00, Europe/Lisbon',
  ]);
  expect(titles('boss')).toEqual([
    'The last week, back*: nothing ran',
    'The last week, back*: 7 runs, 7 of them failed',
  ]);
  expect(periods('boss')[1]).toBe('Sat 2026-10-24 08:00 to Sat 2026-10-31 08:00, Europe/Lisbon');
  expect(shop.errors).toEqual([]);
});

test('a digest that a channel takes late says what was true at its time, and other channels get it at once', async () => {
  let isDown = true;
  const routes = [digestRoute({ at: '15:00' }, { to: ['ops', 'boss'] })];
  await open(routes, { hook: ({ path }) => (isDown && path === '/ops' ? 503 : 204) });
  await shop.push('1.2.0');
  await shop.pass(hour);
  await shop.push('1.3.0-crash');
  await shop.pass(5 * hour + 5 * minute);
  expect(digests('boss').map(({ body }) => body.data.text.split('\n'))).toEqual([
    [
      'The last day: 2 deployments, 1 of them rolled back; 1 run, which failed',
      'Deployments: shop-api: 1 succeeded, 1 rolled back',
      'Failed runs: backup: 1 of 1, last: exit code 1 of container job',
      'Slowest: backup 1 min',
      expect.stringMatching(/^Most expensive: backup 0\.0\d+ USD$/),
      'Period: Thu 2026-11-19 15:00 to Fri 2026-11-20 15:00, UTC',
    ],
  ]);
  isDown = false;
  await shop.api('POST', '/api/jobs/plain/runs', { body: {} });
  await shop.invoke('sweep', {});
  await shop.pass(hour);
  const sent = digests('ops');
  expect(new Set(sent.map(({ headers }) => headers.get('webhook-id'))).size).toBe(1);
  expect(sent.at(-1)?.body.data.text).toBe(digests('boss')[0]?.body.data.text);
  expect(digests('boss')).toHaveLength(1);
});

test('a run that waited for five days counts when it ends, also where its job has left batuta.yml by then', async () => {
  const routes = [digestRoute({}, { ...ops, when: { job: 'plain' } })];
  const config = await open(routes, { service: false, startAt: '2026-11-20T06:00:00Z' });
  const { status } = await shop.api('POST', '/api/jobs/plain/runs', { body: { at: '2026-11-25T06:30:00Z' } });
  expect(status).toBe(202);
  await shop.pass(5 * day + 31 * minute);
  await shop.invoke('sweep', {});
  const { plain: _, ...jobs } = config.jobs;
  shop.configure({ ...config, jobs });
  await shop.pass(day + 2 * hour);
  expect(titles('ops')).toEqual([
    ...Array(5).fill('The last day, plain: nothing ran'),
    'The last day, plain: 1 run, which failed',
    'The last day, plain: nothing ran',
  ]);
  expect(shop.errors).toEqual([]);
});
