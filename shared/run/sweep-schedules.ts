import type { ScheduleStates } from '../aws/schedule-state.ts';
import { checkParams } from '../config/job-parameters.ts';
import { type RunId, runIdOf } from '../core/ids.ts';
import { type Instant, isoToSecond, toInstant } from '../core/time.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Stores } from '../store/stores.ts';
import { inParallel } from './in-parallel.ts';
import type { JobPauses } from './job-pause.ts';
import { decideMissed, type MissedFiring, markLate } from './missed.ts';
import { type DueFirings, dueNow, type Watched } from './missed-firings.ts';
import type { Watch } from './missed-watch.ts';
import { badParams, requestRun } from './request-run.ts';
import type { Run } from './run.ts';

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

/** As requestRun has it, so that a late delivery finds the run. */
const triggerOf = ({ arn }: Watched, time: Instant) =>
  ({ kind: 'schedule', scheduleArn: arn, scheduledTime: isoToSecond(time) }) as const;
function runOf(watched: Watched, time: Instant): RunId {
  const { scheduleArn, scheduledTime } = triggerOf(watched, time);
  return runIdOf('schedule', scheduleArn, scheduledTime);
}

/** Resolves with the firing up to which the schedule has been looked at. */
async function lookAt({ watched, since, firings }: Due, { config }: Watch, deps: SweepSchedulesDeps): Promise<Instant> {
  const { job, name, schedule } = watched;
  const runs = await inParallel(firings.times, width.firings, (time) => findRun(watched, time, deps));
  const missing = firings.times.filter((_, index) => !runs[index]);
  const last = firings.times.at(-1) ?? since;
  if (missing.length === 0) return last;
  const found = await deps.scheduler.get(deps.group, name);
  const otherRhythm = await rhythmSince(watched, since, found?.changedAt, deps);
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
  await record(watched, decided, deps);
  return last;
}

/** The run of a firing; one that waits for its launch is late by now. */
async function findRun(watched: Watched, time: Instant, { stores, now }: SweepSchedulesDeps) {
  const id = runOf(watched, time);
  const run = (await stores.runs.get(id))?.value;
  if (run && markLate(run, now())) await stores.runs.update(id, (current) => markLate(current, now()));
  return run;
}

const mostRunsLookedAt = 50;

/**
 * From when on a rate has to be followed anew: it was changed, which may start it anew, or it fires at
 * other times than the firing at `since` lets expect. Undefined where its rhythm is the known one.
 */
async function rhythmSince(
  { job, arn, everyMs }: Watched,
  since: Instant,
  changedAt: Instant | undefined,
  { stores }: SweepSchedulesDeps,
): Promise<Instant | undefined> {
  if (everyMs === undefined) return undefined;
  if (changedAt !== undefined && changedAt > since) return changedAt;
  const { values } = await stores.runs.list(`job#${job.name}`, { limit: mostRunsLookedAt });
  const times = values.flatMap(({ trigger }) =>
    trigger.kind === 'schedule' && trigger.scheduleArn === arn ? [toInstant(trigger.scheduledTime)] : [],
  );
  const latest = toInstant(Math.max(since, ...times));
  return (latest - since) % everyMs === 0 ? undefined : latest;
}

/** Else Scheduler delivered it in the very last moment. */
const isOfSweep = ({ missed, outcome }: Run) => missed !== undefined || outcome?.kind === 'missed';

/** Where the one that was to tell of the others was delivered after all, the one before it does. */
async function tellLast(recorded: readonly Run[], { stores }: SweepSchedulesDeps): Promise<void> {
  const last = recorded.at(-1);
  if (!last?.toldWith) return;
  await stores.runs.update(last.id, ({ toldWith, ...run }) => (toldWith ? run : undefined));
}

/** The last one last: a sweep that dies before it decides the same again. */
async function record(watched: Watched, missed: readonly MissedFiring[], deps: SweepSchedulesDeps): Promise<void> {
  const last = missed.at(-1);
  if (!last) return;
  const { job, schedule, name } = watched;
  const checked = checkParams(job, schedule.params);
  const recorded: Run[] = [];
  for (const { time, kind, why, told } of missed) {
    const failure = checked.ok || kind === 'skip' ? undefined : badParams(`schedule ${name}`, checked.problems);
    const { run } = await requestRun(
      {
        job,
        params: checked.ok ? checked.params : {},
        trigger: triggerOf(watched, time),
        ...(failure ? { failure } : kind === 'skip' ? { skipped: why } : { missed: why.cause }),
        ...(told ? {} : { toldWith: runOf(watched, last.time) }),
      },
      deps,
    );
    if (isOfSweep(run)) recorded.push(run);
  }
  await tellLast(recorded, deps);
  deps.log.warn(`${job.name} missed firings of its schedule ${name}`, {
    firings: missed.length,
    started: missed.filter(({ kind }) => kind === 'start').length,
    why: last.why.cause,
  });
}
