import { afterEach, expect, test } from 'vitest';
import type { JobConfig, RouteConfig } from '../../shared/config/config.ts';
import { toInstant } from '../../shared/core/time.ts';
import { silenceStore } from '../../shared/notify/routes/silence.ts';
import { nameOfImage, openShop, type Shop, type ShopOptions } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());
const minute = 60;

const route = (to: string, only: RouteConfig['only']): RouteConfig => ({
  when: {},
  to: [to],
  only,
  continue: true,
  mute: [],
  mentions: [],
  repeatMs: 4 * 3_600_000,
});

/** Two channels: `log` hears all, `ops` what goes wrong and that it is over. Jobs fail while `broken`. */
async function open(options: ShopOptions = {}, plain: Partial<JobConfig> = {}) {
  const state = { broken: true };
  shop = await openShop({
    behave: (spec) => {
      if (nameOfImage(spec).startsWith('shop-api')) return nameOfImage(spec).endsWith('-crash') ? crash : {};
      return state.broken ? crash : { runMs: 100 };
    },
    ...options,
  });
  const channel = (name: string) =>
    ({ name, type: 'webhook', url: `https://hooks.example.com/${name}`, secrets: [] }) as const;
  const channels = { log: channel('log'), ops: channel('ops') };
  const jobs = { ...shop.config.jobs, plain: { ...(shop.config.jobs.plain as JobConfig), ...plain } };
  shop.configure({ ...shop.config, jobs, channels, routes: [route('log', 'all'), route('ops', 'failures')] });
  return state;
}
const crash = { runMs: 100, exitCode: 1 };
/** What a channel heard, without how long it took. */
const heard = (channel: string) =>
  shop.hooks.filter(({ path }) => path === `/${channel}`).map(({ body }) => body.data.title.replace(/ after \d.*/, ''));
const run = () => shop.api('POST', '/api/jobs/plain/runs', { body: {} });

test('a job that fails again and again is told at once, folded after 10 min, and once when it is over', async () => {
  const state = await open({ service: false });
  for (let count = 0; count < 4; count++) {
    await run();
    await shop.pass(2 * minute);
  }
  await shop.pass(4 * minute);
  state.broken = false;
  await run();
  await shop.pass(2 * minute);
  expect(heard('ops')).toEqual([
    'plain failed',
    expect.stringMatching(/^plain failed 3 more times in 1[01] min$/),
    expect.stringMatching(/^plain succeeds again: failed 4 times since \d\d:\d\d UTC$/),
  ]);
  // Who asks for all hears each run as it is, and nothing twice.
  expect(heard('log')).toEqual([...Array(4).fill('plain failed'), 'plain succeeded']);
  expect(shop.errors).toEqual([]);
});

test('who hears failures only hears that the next deployment was a success', async () => {
  await open();
  await shop.push('1.2.0-crash');
  await shop.pass(minute);
  await shop.push('1.3.0');
  await shop.pass(2 * minute);
  expect(heard('ops').at(-1)).toBe('shop-api is deployed again,');
  expect(heard('log').at(-1)).toBe('shop-api 1.3.0 is deployed');
  expect(heard('log').filter((title) => title.includes('again'))).toEqual([]);
});

test('a silence holds a failure back; when it ends, what is not over is told', async () => {
  await open({ service: false });
  let ids = 0;
  const now = () => toInstant(shop.clock.now());
  const silences = silenceStore(shop.table, now, () => `${ids++}`);
  const until = toInstant(now() + 20 * 60_000);
  await silences.create({ matchers: { job: 'pl*' }, until, by: 'ann', why: 'the database moves' });
  for (let count = 0; count < 3; count++) {
    await run();
    await shop.pass(5 * minute);
  }
  expect(shop.hooks).toEqual([]);
  await shop.pass(10 * minute);
  expect(heard('ops')).toEqual([expect.stringMatching(/^plain (keeps failing, since|failed)/)]);
});

test('a silence that is removed early holds nothing back for longer than five minutes', async () => {
  await open({ service: false });
  const now = () => toInstant(shop.clock.now());
  const silences = silenceStore(shop.table, now, () => '1');
  const until = toInstant(now() + 24 * 3_600_000);
  const { id } = await silences.create({ matchers: { job: 'pl*' }, until, by: 'ann', why: 'the database moves' });
  await run();
  await shop.pass(30 * minute);
  expect(shop.hooks).toEqual([]);
  await silences.remove(id);
  await shop.pass(7 * minute);
  expect(heard('ops')).toEqual([expect.stringMatching(/^plain failed once, at/)]);
});

test('what a full queue skips again and again is told at once, folded, and once when runs get through again', async () => {
  let runMs = 90_000;
  const narrow = { overlap: 'queue', maxParallel: 1, queueLimit: 1 } as const;
  await open({ service: false, behave: () => ({ runMs }) }, narrow);
  for (let count = 0; count < 40; count++) {
    await run();
    await shop.pass(minute / 2);
  }
  runMs = 100;
  await shop.pass(5 * minute);
  await run();
  await shop.pass(2 * minute);
  expect(heard('ops')).toEqual([
    'plain was skipped',
    expect.stringMatching(/^plain was skipped \d+ more times in 1\d min$/),
    expect.stringMatching(/^plain is run again: was skipped \d+ times since \d\d:\d\d UTC$/),
  ]);
});
