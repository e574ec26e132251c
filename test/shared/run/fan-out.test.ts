import { describe, expect, test } from 'vitest';
import type { JobConfig } from '../../../shared/config/config.ts';
import { toInstant } from '../../../shared/core/time.ts';
import { failedItems, requestFanOut } from '../../../shared/run/fan-out-request.ts';
import type { FanOutItem } from '../../../shared/run/fan-out-store.ts';
import { requestRun } from '../../../shared/run/request-run.ts';
import type { Run } from '../../../shared/run/run.ts';
import type { Behaviour } from '../../support/fake-engine.ts';
import { type RunWorld, runWorlds } from '../../support/worlds.ts';

const world = runWorlds();
const itemsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ database: `db-${index}` }));

async function fanOut(
  w: RunWorld,
  items: readonly FanOutItem[],
  more: { maxParallel?: number; failFast?: boolean } = {},
) {
  const trigger = { kind: 'api', caller: 'tester', idempotencyKey: 'fan', requestHash: '' } as const;
  const [job] = Object.values(w.deps.config.jobs);
  if (!job) throw new Error('the world has no job');
  const request = { job, params: {}, items, trigger, maxParallel: 20, failFast: false, ...more };
  return (await requestFanOut(request, w.deps)).run.id;
}
const children = (w: RunWorld) =>
  w.table
    .items()
    .flatMap(({ sk, value }) => (sk === 'run' && (value as Run).trigger.kind === 'item' ? [value as Run] : []));
const databaseOf = ({ environment }: RunWorld['engine']['started'][number]) => environment.PARAM_DATABASE;

describe('a fan-out', () => {
  test('runs each item once, with its own parameters, and succeeds with all of them', async () => {
    const w = await world();
    const id = await fanOut(w, itemsOf(250), { maxParallel: 40 });
    await w.pass(120);
    expect(w.run(id)).toMatchObject({
      state: 'succeeded',
      progress: { percent: 100, note: '250 of 250 items succeeded' },
    });
    expect(w.engine.started.map(databaseOf).toSorted()).toEqual(
      itemsOf(250)
        .map(({ database }) => database)
        .toSorted(),
    );
    expect(children(w).every(({ settledAt }) => settledAt !== undefined)).toBe(true);
    expect(w.failures).toEqual([]);
  });

  test('never has more items under way than maxParallel', async () => {
    const w = await world({ behave: { runMs: 30_000 } });
    await fanOut(w, itemsOf(12), { maxParallel: 5 });
    for (let step = 0; step < 20; step++) {
      await w.pass(5);
      expect(children(w).filter(({ finishedAt }) => finishedAt === undefined).length).toBeLessThanOrEqual(5);
    }
    expect(w.engine.started).toHaveLength(12);
  });

  test('goes on after a failed item, and fails at the end with counts and the way to repeat them', async () => {
    const w = await world({
      behaveOf: ({ environment }) => ({ runMs: 5000, exitCode: environment.PARAM_DATABASE === 'db-3' ? 1 : 0 }),
    });
    const id = await fanOut(w, itemsOf(8));
    await w.pass(60);
    expect(w.run(id)).toMatchObject({
      state: 'failed',
      outcome: {
        kind: 'items',
        cause: '1 of 8 items failed, 7 succeeded',
        hint: 'batuta runs RUN --items shows which; batuta retry RUN runs those again',
      },
    });
    expect(await failedItems(w.run(id), w.deps.stores)).toEqual([{ database: 'db-3' }]);
  });

  test('failFast: the first failure stops the rest', async () => {
    const w = await world({
      behaveOf: ({ environment }) => ({
        runMs: environment.PARAM_DATABASE === 'db-0' ? 5000 : 600_000,
        exitCode: environment.PARAM_DATABASE === 'db-0' ? 1 : 0,
      }),
    });
    const id = await fanOut(w, itemsOf(20), { maxParallel: 3, failFast: true });
    await w.pass(120);
    expect(w.run(id)).toMatchObject({
      state: 'failed',
      outcome: {
        cause: 'an item failed (failFast); 1 of 20 items failed, 0 succeeded, 2 stopped, 17 were not started',
      },
    });
    expect(
      children(w)
        .map(({ state }) => state)
        .toSorted(),
    ).toEqual(['failed', 'stopped', 'stopped']);
  });

  test('that is stopped stops its items, and says how many were not started', async () => {
    const w = await world({ behave: { runMs: 600_000 } });
    const id = await fanOut(w, itemsOf(10), { maxParallel: 4 });
    await w.pass(20);
    await w.stop(id);
    await w.pass(60);
    expect(w.run(id)).toMatchObject({
      state: 'stopped',
      outcome: { cause: 'no longer wanted; 0 of 10 items succeeded, 4 stopped, 6 were not started' },
    });
    expect(w.engine.started).toHaveLength(4);
  });

  test('with all events lost is carried on by the sweep', async () => {
    const w = await world({ events: false });
    const id = await fanOut(w, itemsOf(10), { maxParallel: 5 });
    await w.pass(600);
    expect(w.run(id).state).toBe('succeeded');
    expect(w.engine.started).toHaveLength(10);
  });

  test('of a job with a group waits for places of the group', async () => {
    const w = await world({
      behave: { runMs: 20_000 },
      job: { group: 'db' },
      limits: { groups: { db: { maxParallel: 2 } } },
    });
    await fanOut(w, itemsOf(6), { maxParallel: 6 });
    for (let step = 0; step < 20; step++) {
      await w.pass(5);
      const running = children(w).filter(({ state }) => state === 'running');
      expect(running.length).toBeLessThanOrEqual(2);
    }
    expect(w.engine.started).toHaveLength(6);
  });

  test('of a job that skips overlaps counts as one run of it', async () => {
    const w = await world({ behave: { runMs: 60_000 }, job: { overlap: 'skip' } });
    await fanOut(w, itemsOf(3));
    await w.pass(20);
    const other = await w.request('other');
    await w.pass(10);
    expect(w.run(other).state).toBe('skipped');
    expect(w.engine.started).toHaveLength(3);
  });

  test.each([1, 2, 5, 9, 14, 20, 31, 47, 60, 85, 110])(
    'survives a crash after call %i: each item is run once',
    async (count) => {
      const w = await world();
      w.crashAfter(count);
      let id: string | undefined;
      while (!id)
        await w.invoke(async () => {
          id = await fanOut(w, itemsOf(7), { maxParallel: 3 });
        });
      await w.pass(1200, 20);
      expect(w.run(id).state).toBe('succeeded');
      expect(w.engine.started.map(databaseOf).toSorted()).toEqual(itemsOf(7).map(({ database }) => database));
    },
  );

  test.each([6, 9, 12, 15, 18])('that is stopped after a crash after call %i runs no item', async (count) => {
    const w = await world({ behave: { runMs: 600_000 } });
    const id = await fanOut(w, itemsOf(7), { maxParallel: 3 });
    w.crashAfter(count);
    await w.settle();
    expect(w.crashed).toHaveLength(1);
    await w.stop(id);
    await w.pass(300, 20);
    expect(w.run(id).state).toBe('stopped');
    expect(children(w).filter(({ state }) => state !== 'stopped')).toEqual([]);
    expect(w.engine.started).toEqual([]);
  });

  test('that is stopped while its items are being made runs none of them', async () => {
    let id: string | undefined;
    const w = await world({
      behave: { runMs: 600_000 },
      watchTable: (table) => ({
        ...table,
        async put(item, expected) {
          const done = await table.put(item, expected);
          if (id !== undefined && (item.value as Run | undefined)?.trigger.kind === 'item') {
            const parent = id;
            id = undefined;
            await w.stop(parent);
          }
          return done;
        },
      }),
    });
    id = await fanOut(w, itemsOf(7), { maxParallel: 3 });
    const parent = id;
    await w.pass(300, 20);
    expect(w.run(parent).state).toBe('stopped');
    expect(children(w).map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped']);
    expect(w.engine.started).toEqual([]);
  });

  /** The worker ends where it is to count the items that it has just made. */
  async function withUncountedItem(behaveOf: (spec: RunWorld['engine']['started'][number]) => Behaviour) {
    let id: string | undefined;
    const w = await world({
      behaveOf,
      watchTable: (table) => ({
        ...table,
        async put(item, expected) {
          const { fanOut, stop } = (item.value ?? {}) as Partial<Run>;
          if (item.id === id && fanOut?.started === 4 && !stop) throw new Error('the table is throttled');
          return table.put(item, expected);
        },
      }),
    });
    id = await fanOut(w, itemsOf(6), { maxParallel: 3 });
    await w.pass(10, 1);
    const uncounted = children(w).find(({ trigger }) => trigger.kind === 'item' && trigger.index === 3);
    expect([w.run(id).fanOut?.started, uncounted?.state]).toEqual([3, 'queued']);
    const heal = () => {
      id = undefined;
    };
    return { w, id, uncounted, heal };
  }

  test('that is stopped with an item that was made and not counted ends after all that go on', async () => {
    const { w, id, heal } = await withUncountedItem(({ environment }) =>
      environment.PARAM_DATABASE === 'db-0'
        ? { runMs: 5000 }
        : { runMs: 600_000, ignoresSigterm: environment.PARAM_DATABASE === 'db-2' },
    );
    heal();
    await w.stop(id);
    for (let step = 0; step < 200 && w.run(id).finishedAt === undefined; step++) await w.pass(1, 1);
    expect(children(w).filter(({ finishedAt }) => finishedAt === undefined)).toEqual([]);
    expect(w.run(id).outcome?.cause).toBe('no longer wanted; 1 of 6 items succeeded, 2 stopped, 3 were not started');
  });

  test('of which a person stops an item that was made and not counted has no more under way than maxParallel, and ends', async () => {
    const { w, id, uncounted, heal } = await withUncountedItem(({ environment }) => ({
      runMs: environment.PARAM_DATABASE === 'db-0' ? 5000 : 60_000,
    }));
    await w.stop(uncounted?.id ?? '');
    heal();
    for (let step = 0; step < 60; step++) {
      await w.pass(5);
      expect(children(w).filter(({ finishedAt }) => finishedAt === undefined).length).toBeLessThanOrEqual(3);
    }
    expect(w.run(id).outcome?.cause).toBe('5 of 6 items succeeded, 1 stopped');
  });

  test('whose items are gone from the table holds up no other run', async () => {
    let lost: string | undefined;
    const w = await world({
      watchTable: (table) => ({
        ...table,
        get: async (key) => (key.pk === lost ? undefined : table.get(key)),
      }),
    });
    // More than one page of the queue.
    const id = await fanOut(w, itemsOf(110), { maxParallel: 110 });
    await w.pass(4, 1);
    lost = `fan#${w.run(id).fanOut?.key}`;
    const trigger = { kind: 'api', caller: 'tester', idempotencyKey: 'later', requestHash: '' } as const;
    const at = toInstant(w.deps.now() + 120_000);
    const other = await requestRun({ job: w.deps.config.jobs.report as JobConfig, params: {}, trigger, at }, w.deps);
    await w.pass(300);
    expect(w.run(other.run.id).state).toBe('succeeded');
    expect(w.run(id).state).toBe('running');
    expect(String(w.failures[0])).toContain('lack chunk');
  });

  test('that is stopped while the worker looks at it is stopped at once all the same', async () => {
    let id: string | undefined;
    const w = await world({
      behave: { runMs: 3_600_000 },
      watchTable: (table) => ({
        ...table,
        async get(key) {
          const item = await table.get(key);
          if (id !== undefined && item?.id === id) {
            const parent = id;
            id = undefined;
            await w.stop(parent);
          }
          return item;
        },
      }),
    });
    const parent = await fanOut(w, itemsOf(3));
    await w.pass(60);
    id = parent;
    // It is looked at every five minutes.
    while (id !== undefined) await w.pass(5);
    await w.pass(30);
    expect(w.run(parent).state).toBe('stopped');
  });
});
