import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RouteConfig } from '../../../../shared/config/config.ts';
import type { RunId } from '../../../../shared/core/ids.ts';
import { type Instant, plus, toInstant } from '../../../../shared/core/time.ts';
import { deploymentKind } from '../../../../shared/deploy/deployment-record.ts';
import type { StateChange } from '../../../../shared/events/ours.ts';
import { alertKind } from '../../../../shared/notify/alerts/alert-record.ts';
import { tellDue } from '../../../../shared/notify/alerts/tell-due.ts';
import { settleDelivery } from '../../../../shared/notify/deliver/decide-delivery.ts';
import { deliveryKind } from '../../../../shared/notify/deliver/delivery-record.ts';
import { digestStore } from '../../../../shared/notify/digests/digest-store.ts';
import { readNews } from '../../../../shared/notify/news.ts';
import { aboutOf, notify } from '../../../../shared/notify/notify.ts';
import { runKind } from '../../../../shared/run/run-record.ts';
import { recordStore } from '../../../../shared/store/records.ts';
import { memoryTable } from '../../../support/memory-table.ts';
import { aRun } from '../../../support/runs.ts';

const minute = 60_000;
const hour = 60 * minute;
const start = toInstant('2026-11-20T09:00:00Z');

const route = (to: string, only: RouteConfig['only']): RouteConfig => ({
  ...{ when: {}, to: [to], only, continue: true, mute: [], mentions: [], repeatMs: 4 * hour },
});
const config = { routes: [route('ops', 'failures'), route('log', 'all')], channels: {} };

interface Telling {
  channel: string;
  about: string;
  news: string;
  kind: string;
  at: Instant;
}

/** Records in memory, our events in a list, and channels that take all that is sent. */
function tellingWorld() {
  let clock = start;
  const now = () => clock;
  const queue: StateChange[] = [];
  const seen: StateChange[] = [];
  const told: Telling[] = [];
  /** So many writes from now on the function dies. */
  let fuse = Number.POSITIVE_INFINITY;
  const burn = () => {
    if (fuse-- <= 0) throw new Error('the function dies');
  };
  const memory = memoryTable();
  const table: typeof memory = {
    ...memory,
    put: async (item, expected) => {
      burn();
      return memory.put(item, expected);
    },
  };
  const bus = {
    put: async (events: readonly object[]) => {
      burn();
      queue.push(...(events as StateChange[]));
      return [];
    },
  };
  const stores = {
    runs: recordStore(table, bus, runKind, now),
    deployments: recordStore(table, bus, deploymentKind, now),
    deliveries: recordStore(table, bus, deliveryKind, now),
    alerts: recordStore(table, bus, alertKind, now),
    digests: digestStore(table),
  };
  const deps = { stores, config, silences: async () => [], now };
  /** As Lambda does: once more after it died. */
  async function handle(event: StateChange) {
    const about = aboutOf(event);
    if (!about) return;
    try {
      await notify(about, deps);
    } catch {
      fuse = Number.POSITIVE_INFINITY;
      for (const kind of ['alert', 'delivery'] as const) await flushAll(kind);
      await notify(about, deps);
    }
  }
  /** What the sweep does for outboxes that a dead function left. */
  async function flushAll(kind: 'alert' | 'delivery') {
    const records = kind === 'alert' ? stores.alerts : stores.deliveries;
    for (const { pk, id } of memory.items()) if (pk.startsWith(`${kind}#`)) await records.flush(String(id));
  }
  async function deliver() {
    const pending = memory
      .items()
      .filter(({ pk, value }) => pk.startsWith('delivery#') && (value as { state: string }).state === 'pending');
    for (const { id } of pending) {
      const delivery = (await stores.deliveries.get(String(id)))?.value;
      if (!delivery) continue;
      const news = await readNews(stores, delivery.about);
      const message = news?.message;
      if (message && message.news !== delivery.sentNews)
        told.push({
          channel: delivery.channel,
          about: delivery.about.id,
          news: message.news,
          kind: message.kind,
          at: now(),
        });
      const sent = { version: news?.version ?? delivery.wantedVersion, news: message?.news ?? '' };
      await stores.deliveries.update(String(id), (known) => settleDelivery(known, { kind: 'sent' }, sent, now()));
    }
  }
  let runs = 0;
  return {
    told,
    stores,
    at: now,
    /** The newest event first, so that they come out of order. */
    async work(reversed = false, dieAfter = Number.POSITIVE_INFINITY) {
      while (queue.length > 0) {
        const event = (reversed ? queue.pop() : queue.shift()) as StateChange;
        seen.push(event);
        fuse = dieAfter;
        await handle(event);
        fuse = Number.POSITIVE_INFINITY;
        await deliver();
      }
    },
    /** An event of earlier comes again. */
    async replay(index: number) {
      const event = seen[index % Math.max(1, seen.length)];
      if (event) await handle(event);
    },
    async end(state: 'succeeded' | 'failed', exitCode = 1) {
      clock = plus(clock, 1000);
      const id = `r-${runs++}` as RunId;
      const outcome = { kind: 'exit', cause: `exit code ${exitCode} of container job`, hint: 'read the log', exitCode };
      const ended = { id, job: 'report', state, createdAt: plus(clock, -500), finishedAt: clock };
      await stores.runs.create(aRun({ ...ended, ...(state === 'failed' ? { outcome } : {}) }));
    },
    async pass(minutes: number) {
      for (let passed = 0; passed < minutes; passed++) {
        clock = plus(clock, minute);
        await tellDue(deps);
        await this.work();
      }
    },
  };
}

type World = ReturnType<typeof tellingWorld>;
const isTrouble = ({ kind }: Telling) => kind === 'run-failed' || kind === 'run-repeated';
/** Also what was over before it could be told is told as a recovery, once. */
const isOver = ({ kind, news }: Telling) => kind === 'run-recovered' && news.endsWith(':over');

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('fail' as const), code: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('succeed' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      minutes: fc.oneof(fc.integer({ min: 1, max: 15 }), fc.constant(65)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replay' as const), index: fc.nat(200) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('work' as const),
      reversed: fc.boolean(),
      dieAfter: fc.integer({ min: 0, max: 12 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function play(steps: readonly Step[]): Promise<{ world: World; ends: string[] }> {
  const world = tellingWorld();
  const ends: string[] = [];
  for (const one of steps) {
    if (one.kind === 'fail') await world.end('failed', one.code);
    else if (one.kind === 'succeed') await world.end('succeeded');
    else if (one.kind === 'pass') await world.pass(one.minutes);
    else if (one.kind === 'replay') await world.replay(one.index);
    else await world.work(one.reversed, one.dieAfter);
    if (one.kind === 'fail' || one.kind === 'succeed') ends.push(one.kind);
  }
  await world.work();
  // An end that the next failure overtook is told with the next folding.
  await world.pass(65);
  return { world, ends };
}

test('whatever comes twice, late, in disorder or into a crash: no news twice, no end without a trouble, right counts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const { world, ends } = await play(steps);
      const keys = world.told.map(({ channel, about, news }) => `${channel} ${about} ${news}`);
      expect(new Set(keys).size).toBe(keys.length);

      const heard = world.told.filter(({ channel }) => channel === 'ops');
      let open = false;
      for (const telling of heard) {
        if (isOver(telling)) expect(open).toBe(true);
        open = isTrouble(telling);
      }
      if (ends.at(-1) === 'succeed') expect(open).toBe(false);
      const troubles = heard.filter(isTrouble);
      for (const { at } of troubles)
        expect(troubles.filter((other) => other.at > at - hour && other.at <= at).length).toBeLessThanOrEqual(2);

      const alert = (await world.stores.alerts.get('job:report'))?.value;
      const failures = ends.filter((end) => end === 'fail').length;
      const sinceSuccess = ends.length - 1 - ends.lastIndexOf('succeed');
      const counted = Object.values(alert?.causes ?? {}).reduce((sum, { count }) => sum + count, 0);
      expect(alert?.state === 'open').toBe(sinceSuccess > 0);
      expect(counted).toBeGreaterThanOrEqual(sinceSuccess);
      expect(counted).toBeLessThanOrEqual(failures);
      if (failures > 0 && sinceSuccess > 0) expect(troubles.length).toBeGreaterThan(0);
    }),
    { numRuns: 40 },
  );
});

test('a failure whose event comes after that of the success behind it is told, and over at once', async () => {
  const world = tellingWorld();
  await world.end('failed');
  await world.end('succeeded');
  await world.work(true);
  expect(world.told.filter(({ channel }) => channel === 'ops').map(({ kind }) => kind)).toEqual([
    'run-failed',
    'run-recovered',
  ]);
  expect(world.told.filter(({ channel }) => channel === 'log').map(({ kind }) => kind)).toEqual([
    'run-succeeded',
    'run-failed',
  ]);
});

test('what came and went unheard in an hour with two troubles already is told once, when it is over', async () => {
  const world = tellingWorld();
  for (let time = 0; time < 5; time++) {
    await world.end('failed');
    await world.pass(1);
    await world.end('succeeded');
    await world.pass(1);
  }
  await world.pass(70);
  const told = world.told.filter(({ channel }) => channel === 'ops').map(({ news }) => news);
  expect(told).toEqual(['failed', '1:over', 'failed', '2:over', '3:passed-1']);
});
