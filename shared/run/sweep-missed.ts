import type { Config } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import { type Watched, watchedSchedules } from './missed-firings.ts';
import type { Watch, WatchStore } from './missed-watch.ts';
import { type SweepExpectedDeps, sweepExpected } from './sweep-expected.ts';
import { type SweepSchedulesDeps, sweepSchedules } from './sweep-schedules.ts';

export interface SweepMissedDeps extends SweepSchedulesDeps, SweepExpectedDeps {
  watch: WatchStore;
  config: Pick<Config, 'jobs' | 'hash'>;
  /** ARN of the group's schedules: `arn:aws:scheduler:REGION:ACCOUNT:schedule/GROUP`. */
  schedulesArn: string;
}

/** While nothing is due, what is remembered is written no more often. */
const writtenEveryMs = 10 * 60_000;

/** From here on: what was before the first look is none of ours. */
const begin = (hash: string, now: Instant): Watch => ({
  lookedAt: now,
  behind: {},
  rates: {},
  config: { hash, since: now },
  expected: {},
});

/**
 * The sweep's look at what should have run: firings without a run, and jobs without a success. The schedules
 * are read once; while nothing is due, a sweep costs one read.
 */
export function missedSweep(deps: SweepMissedDeps): () => Promise<void> {
  let schedules: readonly Watched[] | undefined;
  return async () => {
    schedules ??= watchedSchedules(deps.config, deps.schedulesArn);
    await sweepOnce(schedules, deps);
  };
}

/** @throws at the end what failed on the way */
async function sweepOnce(schedules: readonly Watched[], deps: SweepMissedDeps): Promise<void> {
  const { config, watch: store } = deps;
  const now = deps.now();
  const { watch: known, version } = await store.read();
  const watch = known ?? begin(config.hash, now);
  const isSame = watch.config.hash === config.hash;
  const current: Watch = isSame ? watch : { ...watch, config: { hash: config.hash, since: now } };
  const { any, failures, behind, rates } = await sweepSchedules(schedules, current, deps);
  const { expected, changed, failures: more } = await sweepExpected(current.expected, deps);
  if (any || changed || !isSame || !known || now - watch.lookedAt >= writtenEveryMs)
    await store.write({ ...current, lookedAt: now, behind, rates, expected }, version);
  const all = [...failures, ...more];
  if (all.length === 1) throw all[0];
  if (all.length > 1) throw new AggregateError(all, all.map(({ message }) => message).join('; '));
}
