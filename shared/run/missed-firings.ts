import type { Config, JobConfig, ScheduleConfig } from '../config/config.ts';
import { type Instant, plus, toInstant } from '../core/time.ts';
import { nextFire } from '../schedule/next-fire.ts';
import { parseSchedule } from '../schedule/parse.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { nameInScheduler } from './schedule-name.ts';

/** A schedule of the configuration, as the sweep looks at it. */
export interface Watched {
  job: JobConfig;
  schedule: ScheduleConfig;
  /** In Scheduler. */
  name: string;
  arn: string;
  parsed: Schedule;
}

/** `schedulesArn`: that of the group's schedules, without the last slash and their names. */
export const watchedSchedules = ({ jobs }: Pick<Config, 'jobs'>, schedulesArn: string): Watched[] =>
  Object.values(jobs).flatMap((job) =>
    job.schedules.map((schedule) => {
      const name = nameInScheduler(job, schedule);
      const parsed = parseSchedule(schedule.expression, schedule.timezone);
      if (!parsed.ok) throw new Error(`the schedule ${name} of batuta.yml cannot be followed: ${parsed.problem}`);
      return { job, schedule, name, arn: `${schedulesArn}/${name}`, parsed: parsed.schedule };
    }),
  );

/** Scheduler fires within a minute of the time (EventBridge Scheduler User Guide, "precision"). */
export const precisionMs = 60_000;

/** How long after a firing's time its run must be there. */
export const patienceMs = ({ graceMs, windowMinutes = 0 }: ScheduleConfig): number =>
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

/** The firings after `after`, up to `to` (inclusive), within the schedule's start and end. */
export function firingsDue(
  { schedule, parsed }: Pick<Watched, 'schedule' | 'parsed'>,
  after: Instant,
  to: Instant,
): DueFirings {
  const from = Math.max(after, schedule.start === undefined ? after : toInstant(schedule.start) - 1);
  const before = schedule.end === undefined ? Number.POSITIVE_INFINITY : toInstant(schedule.end);
  const times = timesOf(parsed, from, to, before) ?? timesOf(parsed, Math.max(from, to - day), to, before) ?? [];
  return { times: times.slice(-mostLookedAt), earlier: Math.max(0, times.length - mostLookedAt) };
}

/** Undefined where they are too many. */
function timesOf(schedule: Schedule, after: number, to: number, before: number): Instant[] | undefined {
  const times: Instant[] = [];
  for (let time = nextFire(schedule, after); time !== undefined; time = nextFire(schedule, time)) {
    if (time > to || time >= before) return times;
    if (times.length === mostCounted) return undefined;
    times.push(toInstant(time));
  }
  return times;
}

/**
 * What is due of a schedule at `now`. Of a rate, what its last known firing lets expect: `since` then is
 * that; of others, when its firings were looked at last.
 */
export function dueNow(watched: Watched, since: Instant, now: Instant): DueFirings {
  const patience = patienceMs(watched.schedule);
  const { parsed, schedule } = watched;
  if (parsed.kind !== 'rate') return firingsDue(watched, plus(since, -patience), plus(now, -patience));
  const anchorMs = Math.max(since, schedule.start === undefined ? since : toInstant(schedule.start));
  return firingsDue({ schedule, parsed: { ...parsed, anchorMs } }, since, plus(now, -patience));
}
