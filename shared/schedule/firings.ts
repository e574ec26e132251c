import type { ParamValue, ScheduleConfig } from '../config/config.ts';
import { type Instant, toInstant } from '../core/time.ts';
import { nextFire } from './next-fire.ts';
import { parseSchedule } from './parse.ts';
import { type Queued, timeQueue } from './queue.ts';
import type { Schedule } from './schedule.ts';

/** One time at which a schedule fires. */
export interface Firing {
  /** What the expression names; Scheduler calls within the minute after it, or within the window. */
  at: Instant;
  job: string;
  /** Its name in the job. */
  schedule: string;
  params: Readonly<Record<string, ParamValue>>;
  windowMinutes?: number;
  /** A rate without `start`: only Scheduler knows since when it counts. */
  approximate?: true;
}

/** What of a job matters here. */
type Jobs = Readonly<Record<string, { name: string; schedules: readonly ScheduleConfig[] }>>;

interface Options {
  /** The earliest so many; by default all. */
  limit?: number;
  /** From when a rate without `start` counts, where that is known, else from the epoch on. */
  anchorOf?: (job: string, schedule: string) => Instant | undefined;
}

interface Source {
  job: string;
  of: ScheduleConfig;
  schedule: Schedule;
  approximate: boolean;
  untilMs: number;
}

/** What fires from `from` (included) to `to` (not), in order of time, then of job and schedule. */
export function firingsBetween(jobs: Jobs, from: Instant, to: Instant, options: Options = {}): Firing[] {
  const { limit = Number.POSITIVE_INFINITY, anchorOf = () => undefined } = options;
  const queue = timeQueue<Source>(Object.values(jobs).flatMap((job) => begun(job, from, to, anchorOf)));
  const firings: Firing[] = [];
  for (let next = queue.first(); next && firings.length < limit; next = queue.first()) {
    firings.push(firingOf(next));
    queue.move(within(next.value, next.atMs));
  }
  return firings;
}

/** When a schedule fires next after that time; undefined where it never will. */
export function nextFiring(of: ScheduleConfig, after: Instant, anchor?: Instant): Instant | undefined {
  const next = within(sourceOf('', of, Number.POSITIVE_INFINITY, anchor), after);
  return next === undefined ? undefined : toInstant(next);
}

function begun(
  { name, schedules }: Jobs[string],
  from: Instant,
  to: Instant,
  anchorOf: NonNullable<Options['anchorOf']>,
): Queued<Source>[] {
  return schedules.flatMap((of) => {
    const value = sourceOf(name, of, to, anchorOf(name, of.name));
    const atMs = within(value, from - 1);
    return atMs === undefined ? [] : [{ atMs, value }];
  });
}

function sourceOf(job: string, of: ScheduleConfig, toMs: number, anchor: Instant | undefined): Source {
  const parsed = parsedOf(of);
  // Scheduler ignores the dates of what fires once (API reference of CreateSchedule).
  const endMs = of.end === undefined || parsed.kind === 'at' ? Number.POSITIVE_INFINITY : Date.parse(of.end);
  const untilMs = Math.min(toMs, endMs);
  if (parsed.kind !== 'rate') return { job, of, schedule: parsed, approximate: false, untilMs };
  const anchorMs = of.start === undefined ? anchor : Date.parse(of.start);
  const schedule = { ...parsed, anchorMs: anchorMs ?? 0 };
  return { job, of, schedule, approximate: anchorMs === undefined, untilMs };
}

function within({ of, schedule, untilMs }: Source, afterMs: number): number | undefined {
  const startMs = of.start === undefined || schedule.kind === 'at' ? Number.NEGATIVE_INFINITY : Date.parse(of.start);
  const next = nextFire(schedule, Math.max(afterMs, startMs - 1));
  return next !== undefined && next < untilMs ? next : undefined;
}

const firingOf = ({ atMs, value: { job, of, approximate } }: Queued<Source>): Firing => ({
  at: toInstant(atMs),
  job,
  schedule: of.name,
  params: of.params,
  ...(of.windowMinutes === undefined ? {} : { windowMinutes: of.windowMinutes }),
  ...(approximate ? { approximate: true as const } : {}),
});

const known = new WeakMap<ScheduleConfig, Schedule>();

/** @throws Error for what `batuta check` refuses. */
function parsedOf(of: ScheduleConfig): Schedule {
  const before = known.get(of);
  if (before) return before;
  const parsed = parseSchedule(of.expression, of.timezone);
  if (!parsed.ok) throw new Error(`schedule ${of.name}: ${parsed.problem}`);
  known.set(of, parsed.schedule);
  return parsed.schedule;
}
