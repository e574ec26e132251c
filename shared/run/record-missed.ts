import { checkParams } from '../config/job-parameters.ts';
import { type RunId, runIdOf } from '../core/ids.ts';
import { type Instant, isoToSecond } from '../core/time.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Stores } from '../store/stores.ts';
import type { MissedFiring } from './missed.ts';
import type { Watched } from './missed-firings.ts';
import { badParams, requestRun } from './request-run.ts';
import type { Run } from './run.ts';

interface RecordDeps {
  stores: Pick<Stores, 'runs'>;
  log: Log;
  now(): Instant;
}

/** As requestRun has it, so that a late delivery finds the run. */
const triggerOf = ({ arn }: Watched, time: Instant) =>
  ({ kind: 'schedule', scheduleArn: arn, scheduledTime: isoToSecond(time) }) as const;
/** The id of a firing's run. */
export function runOf(watched: Watched, time: Instant): RunId {
  const { scheduleArn, scheduledTime } = triggerOf(watched, time);
  return runIdOf('schedule', scheduleArn, scheduledTime);
}

/** Else Scheduler delivered it in the very last moment. */
const isOfSweep = ({ missed, outcome }: Run) => missed !== undefined || outcome?.kind === 'missed';

/** Where the one that was to tell of the others was delivered after all, the one before it does. */
async function tellLast(recorded: readonly Run[], { stores }: RecordDeps): Promise<void> {
  const last = recorded.at(-1);
  if (!last?.toldWith) return;
  await stores.runs.update(last.id, ({ toldWith, ...run }) => (toldWith ? run : undefined));
}

/** The last one last: a sweep that dies before it decides the same again. */
export async function recordMissed(watched: Watched, missed: readonly MissedFiring[], deps: RecordDeps): Promise<void> {
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
