import type { Config, RouteConfig } from '../../shared/config/config.ts';
import { defaultPrices } from '../../shared/config/prices.ts';
import { deploymentIdOf, runIdOf, type TaskArn } from '../../shared/core/ids.ts';
import { type Instant, plus, toInstant } from '../../shared/core/time.ts';
import type { Deployment } from '../../shared/deploy/deployment.ts';
import { makeDigests } from '../../shared/notify/digests/digest-make.ts';
import { digestWatch } from '../../shared/notify/digests/digest-store.ts';
import { readNews } from '../../shared/notify/news.ts';
import type { Run } from '../../shared/run/run.ts';
import type { Table } from '../../shared/store/table.ts';
import { aDeployment, shopApi } from './deployments.ts';
import { memoryTable } from './memory-table.ts';
import { recordStores } from './record-stores.ts';
import { report } from './run-world.ts';
import { anAttempt, aRun } from './runs.ts';

const [minute, hour] = [60_000, 3_600_000];

/** A route that asks for a digest, daily at 08:00 UTC unless it says otherwise. */
export const digestRoute = (
  digest: Partial<NonNullable<RouteConfig['digest']>> = {},
  parts: Partial<RouteConfig> = {},
): RouteConfig => ({
  ...{ when: {}, to: ['team'], only: 'failures', continue: false, mute: [], mentions: [], repeatMs: 4 * hour },
  digest: { every: 'day', day: 'mon', at: '08:00', timezone: 'UTC', ...digest },
  ...parts,
});

/** Makes digests of records that tests write, in a table in memory or the given one, with a clock that tests set. */
export function digestWorld(routes: readonly RouteConfig[], given?: Table) {
  let clock = toInstant('2026-11-20T08:03:00Z');
  let fuse = Number.POSITIVE_INFINITY;
  const now = () => clock;
  const memory = memoryTable();
  const inner: Table = given ?? memory;
  const table: Table = {
    ...inner,
    async put(item, expected) {
      if (fuse-- <= 0) throw new Error('the function dies');
      return inner.put(item, expected);
    },
  };
  const bus = { put: async () => [] };
  const stores = recordStores(table, bus, now);
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const config = {
    routes,
    channels: {} as Config['channels'],
    jobs: { report, backup: { ...report, name: 'backup' } } as Config['jobs'],
    services: { 'shop-api': shopApi } as Config['services'],
    scheduledTasks: {} as Config['scheduledTasks'],
    prices: defaultPrices,
  };
  const deps = { stores, config, watch: digestWatch(table), silences: async () => [], now, log: quiet };
  let count = 0;
  /** The clock stands at that time meanwhile. */
  async function recordedAt<T>(time: string, write: () => Promise<T>): Promise<T> {
    const before = clock;
    clock = toInstant(time);
    return write().finally(() => {
      clock = before;
    });
  }
  return {
    stores,
    config,
    now,
    at(time: string) {
      clock = toInstant(time);
    },
    /** The wake-up dies at its write number `writes`, counted from 0. */
    dieAt(writes: number) {
      fuse = writes;
    },
    wake: () => makeDigests(deps),
    /** A run that ended then, having taken ten minutes unless it says otherwise. */
    run: (finishedAt: string, parts: Partial<Run> = {}) =>
      recordedAt(finishedAt, () => stores.runs.create(endedRun(`${count++}`, finishedAt, parts))),
    deployment: (finishedAt: string, parts: Partial<Deployment> = {}) =>
      recordedAt(finishedAt, () =>
        stores.deployments.create(
          aDeployment({
            id: deploymentIdOf(`${count++}`),
            state: 'succeeded',
            createdAt: plus(toInstant(finishedAt), -hour),
            finishedAt: toInstant(finishedAt),
            ...parts,
          }),
        ),
      ),
    recordedAt,
    /** Who is told what, by the delivery records. */
    async deliveries() {
      const found = memory.items().filter(({ pk }) => pk.startsWith('delivery#'));
      return Promise.all(
        found.map(async ({ value }) => {
          const { channel, about } = value as { channel: string; about: { kind: 'digest'; id: string } };
          const { message } = (await readNews(stores, about)) ?? {};
          return { channel, title: message?.title, facts: message?.facts ?? [] };
        }),
      );
    },
  };
}

function endedRun(id: string, ended: string, parts: Partial<Run>): Run {
  const finishedAt = toInstant(ended);
  const startedAt = parts.startedAt ?? plus(finishedAt, -10 * minute);
  return aRun({
    id: runIdOf('test', id),
    state: 'succeeded',
    createdAt: startedAt as Instant,
    startedAt,
    finishedAt,
    attempts: [anAttempt({ intendedAt: startedAt, stoppedAt: finishedAt, taskArn: `task/${id}` as TaskArn })],
    ...parts,
  });
}
