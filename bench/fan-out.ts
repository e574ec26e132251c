import { createRateLimits } from '../local/cloud/rate-limits.ts';
import { requestFanOut } from '../shared/run/fan-out-request.ts';
import type { Run } from '../shared/run/run.ts';
import { runWorld } from '../test/support/run-world.ts';
import type { Benchmark, Measurement } from './benchmark.ts';
import { costed } from './support/table-cost.ts';

const minute = 60_000;
/** As functions/launch-runs: two minutes of work, then it hands on. */
const worker = { workMs: 2 * minute, leaseMs: 4 * minute, pace: { burst: 50, perSecond: 20 }, width: 10 };

interface Outcome {
  launchedInS: number;
  calls: number;
  throttled: number;
  started: number;
  doubled: number;
  lost: number;
  handedOn: number;
  unitsPerItem: number;
}

/** One fan-out from its request until its end, in virtual time; `takenByOthers` of the account's launches are not ours. */
async function fanOut(items: number, takenByOthers: number): Promise<Outcome> {
  let cost = { reads: 0, writes: 0 };
  let [calls, throttled] = [0, 0];
  const world = await runWorld({
    behave: { runMs: 20_000 },
    limitsOfWorker: worker,
    rates: (clock) => {
      const { before } = createRateLimits(clock, { launches: { takenByOthers } });
      return {
        before(...call) {
          if (call[1] !== 'RunTask') return before?.(...call);
          calls += 1;
          try {
            return before?.(...call);
          } catch (error) {
            throttled += 1;
            throw error;
          }
        },
      };
    },
    watchTable(table) {
      const watched = costed(table);
      cost = watched.cost;
      return watched.table;
    },
  });
  try {
    const [job] = Object.values(world.deps.config.jobs);
    if (!job) throw new Error('there is no job');
    const trigger = { kind: 'api', caller: 'bench', idempotencyKey: 'fan-out', requestHash: '' } as const;
    const list = Array.from({ length: items }, (_, index) => ({ database: `db-${index}` }));
    const request = { job, params: {}, items: list, trigger, maxParallel: items, failFast: false };
    const askedAt = world.clock.now();
    const { run } = await requestFanOut(request, world.deps);
    for (let waited = 0; waited < 3 * 3600 && world.run(run.id).finishedAt === undefined; waited += 10)
      await world.pass(10);
    const children = world.table
      .items()
      .flatMap(({ sk, value }) => (sk === 'run' && (value as Run).trigger.kind === 'item' ? [value as Run] : []));
    const intended = children.map(({ attempts }) => attempts.at(-1)?.intendedAt ?? Number.POSITIVE_INFINITY);
    const started = world.engine.started.map(({ environment }) => environment.PARAM_DATABASE);
    return {
      launchedInS: (Math.max(...intended) - askedAt) / 1000,
      calls,
      throttled,
      started: started.length,
      doubled: started.length - new Set(started).size,
      lost: items - children.filter(({ state }) => state === 'succeeded').length,
      handedOn: world.published.filter((event) => event['detail-type'] === 'Launch Work Left').length,
      unitsPerItem: (cost.reads + cost.writes) / items,
    };
  } finally {
    world.close();
  }
}

/** Fargate's launches of this account: a burst of 100, then 20 per second. */
const boundS = (items: number, share: number) => (items - 100 * share) / (20 * share);

/** @throws Error where an item was lost or ran twice, or no worker handed on. */
function demandWhole(name: string, { doubled, lost, handedOn }: Outcome): void {
  if (doubled || lost || handedOn < 2)
    throw new Error(`${name}: ${doubled} items ran twice, ${lost} were lost, the worker handed on ${handedOn} times`);
}

/** 10 000 items against a simulated account, in virtual time, and with half of its launches taken by others. */
export const fanOutPace: Benchmark = {
  name: 'fan-out',
  async measure() {
    const whole = await fanOut(10_000, 0);
    demandWhole('10 000 items', whole);
    const small = await fanOut(1_000, 0);
    const half = await fanOut(3_000, 0.5);
    demandWhole('3 000 items with half of the launches', half);
    const measured: Measurement[] = [
      {
        name: 'fan-out/launched',
        value: whole.launchedInS,
        unit: 's',
        baseline: boundS(10_000, 1),
        limits: 'ratio',
        limit: 1.1,
      },
      {
        name: 'fan-out/throttled',
        value: (100 * whole.throttled) / whole.calls,
        unit: '%',
        baseline: 1,
        limits: 'value',
        limit: 1,
      },
      {
        name: 'fan-out/half-of-the-bucket',
        value: half.launchedInS,
        unit: 's',
        baseline: boundS(3_000, 0.5),
        limits: 'ratio',
        limit: 1.5,
      },
      {
        name: 'fan-out/units-per-item',
        value: whole.unitsPerItem,
        unit: 'units',
        baseline: small.unitsPerItem,
        limits: 'ratio',
        limit: 1.1,
      },
    ];
    return measured;
  },
};
