import type { ScheduleStates } from '../aws/schedule-state.ts';
import type { Instant } from '../core/time.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Stores } from '../store/stores.ts';
import { inParallel } from './in-parallel.ts';
import type { JobPauses } from './job-pause.ts';
import { decideMissed, markLate } from './missed.ts';
import { type DueFirings, dueNow, type Watched } from './missed-firings.ts';
import { newRhythm } from './missed-rhythm.ts';
import type { Watch } from './missed-watch.ts';
import { recordMissed, runOf } from './record-missed.ts';

export interface SweepSchedulesDeps {
  stores: Pick<Stores, 'runs'>;
  pauses: Pick<JobPauses, 'history'>;
  scheduler: ScheduleStates;
  /** The schedules' group in Scheduler. */
  group: string;
  log: Log;
  now(): Instant;
}

interface Due {
  watched: Watched;
  /** Of a rate, its last known firing; of others, until when its firings have been looked at. */
  since: Instant;
  firings: DueFirings;
}

type Looked = Pick<Watch, 'behind' | 'rates'> & {
  failures: Error[];
  /** Something was due. */
  any: boolean;
};

/** Schedules looked at once, and runs of each. */
const width = { schedules: 8, firings: 4 };
/** The rest is for the next sweep. */
const mostMs = 20_000;

/** Compares what should have fired with the runs there are. Costs a look-up per firing, and nothing while none is due. */
export async function sweepSchedules(all: readonly Watched[], watch: Watch, deps: SweepSchedulesDeps): Promise<Looked> {
  const now = deps.now();
  const sinceOf = ({ name, everyMs }: Watched) =>
    everyMs === undefined ? (watch.behind[name] ?? watch.lookedAt) : (watch.rates[name] ?? now);
  const due = all.flatMap((watched): Due[] => {
    const since = sinceOf(watched);
    const firings = dueNow(watched, since, now);
    return firings.times.length > 0 ? [{ watched, since, firings }] : [];
  });
  const [behind, failures]: [Record<string, Instant>, Error[]] = [{}, []];
  const ofRates = all.filter(({ everyMs }) => everyMs !== undefined);
  const rates = Object.fromEntries(ofRates.map((watched) => [watched.name, sinceOf(watched)]));
  await inParallel(due, width.schedules, async (one) => {
    const { watched, since } = one;
    const isRate = watched.everyMs !== undefined;
    try {
      const upTo = deps.now() - now < mostMs ? await lookAt(one, watch, deps) : undefined;
      if (isRate) rates[watched.name] = upTo ?? since;
      else if (upTo === undefined) behind[watched.name] = since;
    } catch (error) {
      failures.push(new Error(`schedule ${watched.name}: ${(error as Error).message}`, { cause: error }));
      if (!isRate) behind[watched.name] = since;
    }
  });
  return { behind, rates, failures, any: due.length > 0 };
}

/** Resolves with the firing up to which the schedule has been looked at. */
async function lookAt({ watched, since, firings }: Due, { config }: Watch, deps: SweepSchedulesDeps): Promise<Instant> {
  const { job, name, schedule } = watched;
  const runs = await inParallel(firings.times, width.firings, (time) => findRun(watched, time, deps));
  const missing = firings.times.filter((_, index) => !runs[index]);
  const last = firings.times.at(-1) ?? since;
  if (missing.length === 0) return last;
  const found = await deps.scheduler.get(deps.group, name);
  const otherRhythm = await newRhythm(watched, since, found?.changedAt, deps);
  if (otherRhythm !== undefined) return otherRhythm;
  const decided = decideMissed({
    name,
    schedule,
    found,
    missing: { times: missing, earlier: firings.earlier },
    pauses: await deps.pauses.history(job.name),
    configSince: config.since,
    now: deps.now(),
  });
  await recordMissed(watched, decided, deps);
  return last;
}

/** The run of a firing; one that waits for its launch is late by now. */
async function findRun(watched: Watched, time: Instant, { stores, now }: SweepSchedulesDeps) {
  const id = runOf(watched, time);
  const run = (await stores.runs.get(id))?.value;
  if (run && markLate(run, now())) await stores.runs.update(id, (current) => markLate(current, now()));
  return run;
}
