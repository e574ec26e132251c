import type { Config, JobConfig, ScheduleConfig } from '../config/config.ts';
import { type Instant, plus, toInstant } from '../core/time.ts';
import { nextFiring } from '../schedule/firings.ts';
import { parseSchedule } from '../schedule/parse.ts';
import { nameInScheduler } from './schedule-name.ts';

/** A schedule of the configuration, as the sweep looks at it. */
export interface Watched {
  job: JobConfig;
  schedule: ScheduleConfig;
  /** In Scheduler. */
  name: string;
  arn: string;
  /** Of a rate. */
  everyMs?: number;
}

/** `schedulesArn`: that of the group's schedules, without the last slash and their names. */
export const watchedSchedules = ({ jobs }: Pick<Config, 'jobs'>, schedulesArn: string): Watched[] =>
  Object.values(jobs).flatMap((job) =>
    job.schedules.map((schedule) => {
      const name = nameInScheduler(job, schedule);
      const everyMs = periodOf(schedule);
      return { job, schedule, name, arn: `${schedulesArn}/${name}`, ...(everyMs === undefined ? {} : { everyMs }) };
    }),
  );

function periodOf({ expression }: ScheduleConfig): number | undefined {
  const parsed = expression.startsWith('rate(') ? parseSchedule(expression) : undefined;
  return parsed?.ok && parsed.schedule.kind === 'rate' ? parsed.schedule.everyMs : undefined;
}

/** Scheduler fires within a minute of the time (EventBridge Scheduler User Guide, "precision"). */
export const precisionMs = 60_000;

/** How long after a firing's time its run must be there. */
const patienceMs = ({ graceMs, windowMinutes = 0 }: ScheduleConfig): number =>
  graceMs + windowMinutes * 60_000 + precisionMs;

export interface DueFirings {
  /** The latest ones, oldest first. */
  times: readonly Instant[];
  /** So many before those. */
  earlier: number;
}

/** Each costs a look-up: a sweep that was dead for long looks at so many of a schedule. */
const mostLookedAt = 100;
/** Counted exactly up to here; a schedule with more is followed for the last day only. */
const mostCounted = 2000;
const day = 86_400_000;

type Next = (after: Instant) => Instant | undefined;

/** Those after `after`, up to `to` (inclusive). */
function firingsDue(next: Next, after: Instant, to: Instant): DueFirings {
  const lastDay = toInstant(Math.max(after, to - day));
  const times = timesOf(next, after, to) ?? timesOf(next, lastDay, to) ?? [];
  return { times: times.slice(-mostLookedAt), earlier: Math.max(0, times.length - mostLookedAt) };
}

/** Undefined where they are too many. */
function timesOf(next: Next, after: Instant, to: Instant): Instant[] | undefined {
  const times: Instant[] = [];
  for (let time = next(after); time !== undefined && time <= to; time = next(time)) {
    if (times.length === mostCounted) return undefined;
    times.push(time);
  }
  return times;
}

/**
 * What is due of a schedule at `now`. Of a rate, what its last known firing lets expect: `since` then is
 * that; of others, when its firings were looked at last.
 */
export function dueNow({ schedule, everyMs }: Watched, since: Instant, now: Instant): DueFirings {
  const patience = patienceMs(schedule);
  const upTo = plus(now, -patience);
  if (everyMs === undefined) return firingsDue((after) => nextFiring(schedule, after), plus(since, -patience), upTo);
  const { start, ...rest } = schedule;
  const startsAt = start === undefined ? since : toInstant(start);
  const [after, anchor] = startsAt > since ? [plus(startsAt, -1), startsAt] : [since, since];
  return firingsDue((time) => nextFiring(rest, time, anchor), after, upTo);
}
