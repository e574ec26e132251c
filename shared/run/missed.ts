import type { ScheduleState } from '../aws/schedule-state.ts';
import type { StopCause } from '../aws/task.ts';
import type { ScheduleConfig } from '../config/config.ts';
import { type Instant, isoToSecond, plus } from '../core/time.ts';
import type { Pause } from '../store/pauses.ts';
import { heldAt } from './job-pause.ts';
import { type DueFirings, precisionMs } from './missed-firings.ts';
import type { Run } from './run.ts';

export interface MissedFacts {
  /** In Scheduler. */
  name: string;
  schedule: ScheduleConfig;
  /** Due, and no run of them is there. */
  missing: DueFirings;
  /** Undefined where Scheduler has none. */
  found: ScheduleState | undefined;
  pauses: readonly Pause[];
  /** Since when the functions have had this configuration. */
  configSince: Instant;
  now: Instant;
}

/** What is recorded of a firing that nothing started. */
export interface MissedFiring {
  time: Instant;
  kind: 'start' | 'skip';
  why: StopCause;
  /** The last one's news tells of all. */
  told: boolean;
}

/** So long after the functions, sync-schedules has made Scheduler match; a failure of it fails the deployment. */
const deploymentMs = 10 * 60_000;

/** A firing that was not to be: the job was paused, or a deployment was putting the schedule in place. */
function isExcused(time: Instant, { found, pauses, configSince }: MissedFacts): boolean {
  if (pauses.some(heldAt(time))) return true;
  return found ? found.changedAt > plus(time, -precisionMs) : time <= plus(configSince, deploymentMs);
}

function reason({ name, schedule, found }: MissedFacts): { cause: string; hint: string } {
  const hint = 'deploy again with a change to batuta.yml, so that sync-schedules puts it right';
  if (!found) return { cause: `Scheduler has no schedule ${name}`, hint };
  if (!found.enabled)
    return {
      cause: `the schedule ${name} is disabled in Scheduler`,
      hint: 'enable it there; to have it rest, pause the job instead',
    };
  if (found.expression !== schedule.expression || found.timezone !== schedule.timezone)
    return {
      cause: `the schedule ${name} is ${found.expression} (${found.timezone}) in Scheduler, not ${schedule.expression} (${schedule.timezone})`,
      hint,
    };
  return {
    cause: 'Scheduler did not start it in time',
    hint: 'look into the dead-letter queues of the schedules and of start-scheduled-run',
  };
}

/** `; so were 3 firings before it, since 2026-11-20T09:00:00Z` */
function alsoMissed(times: readonly Instant[], earlier: number): string {
  const [first] = times;
  if (first === undefined || times.length === 1) return '';
  const before = times.length - 1;
  const more = earlier > 0 ? `, and ${earlier} older ones were not looked for` : '';
  return `; so ${before === 1 ? 'was the firing' : `were ${before} firings`} before it, since ${isoToSecond(first)}${more}`;
}

/** What becomes of firings of which there is no run, oldest first; none where they were not to be. */
export function decideMissed(facts: MissedFacts): MissedFiring[] {
  const { missing, schedule, pauses, now } = facts;
  const isPaused = pauses.some(heldAt(now));
  const missed = missing.times.filter((time) => !isExcused(time, facts));
  const { cause, hint } = reason(facts);
  return missed.map((time, index) => {
    const isLast = index === missed.length - 1;
    const isToStart = schedule.catchUp === 'all' || (schedule.catchUp === 'last' && isLast);
    const also = isLast ? alsoMissed(missed, missing.earlier) : '';
    const rests = isToStart && isPaused ? '; the job is paused now, so it is not started' : '';
    return {
      time,
      kind: isToStart && !isPaused ? 'start' : 'skip',
      why: { kind: 'missed', cause: `missed its time, ${isoToSecond(time)}: ${cause}${also}${rests}`, hint },
      told: isLast,
    };
  });
}

/** A scheduled run that nothing has launched although it should have begun, marked so; undefined where it is not late, or marked. */
export function markLate(run: Run, now: Instant): Run | undefined {
  const wasLaunched = run.attempts.some(({ taskArn }) => taskArn !== undefined);
  if (run.state !== 'queued' || run.late || wasLaunched) return undefined;
  return { ...run, late: { at: now, why: run.waitingFor ?? 'launch-runs has not come to it yet' } };
}
