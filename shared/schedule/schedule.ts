import type { TimeZone } from './zone.ts';

/** `cron(…)`: tables that answer "which day, hour, minute comes next" without walking minutes. */
export interface CronSchedule {
  kind: 'cron';
  zone: TimeZone;
  /** `nextMinute[m]`: the first matching minute ≥ m, or -1. */
  nextMinute: readonly number[];
  nextHour: readonly number[];
  /** Index 1–12. */
  months: readonly boolean[];
  /** Index year - 1970. */
  years: readonly boolean[];
  /** The matching days of a month, bit 1 for the first, by the weekday of its first day (0 = Sunday) and its length. */
  days: (firstWeekday: number, length: number) => number;
}

/** `rate(n unit)`: every `everyMs` after the anchor. Days are 24 hours, whatever the clocks do. */
export interface RateSchedule {
  kind: 'rate';
  everyMs: number;
  /** Milliseconds since the epoch; 0 after parsing. The schedule's creation or StartDate belongs here. */
  anchorMs: number;
}

/** `at(…)`: once. */
interface AtSchedule {
  kind: 'at';
  /** Undefined where the wall clock skips that time (a DST gap): such a schedule never fires. */
  atMs: number | undefined;
}

export type Schedule = CronSchedule | RateSchedule | AtSchedule;

export const firstYear = 1970;
export const lastYear = 2199;
