import type { Instant } from '../core/time.ts';
import { weekdayOf } from './calendar.ts';
import { type TimeZone, timeZone } from './zone.ts';

/** `from` included and `to` not; days as 0 = Sunday, minutes since midnight. `to` before `from` wraps over the week's end. */
export interface WeeklyWindow {
  from: { day: number; minute: number };
  to: { day: number; minute: number };
  timezone: string;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
export const weekMs = 7 * dayMs;

/**
 * The window that holds `now`, and when the last of the windows that follow each other without a gap ends; undefined
 * where none holds it. Windows that touch are followed through, for a week and the window it ends in: longer means
 * that together they never end.
 * @throws Error for a window whose time zone does not exist.
 */
export function windowAt<Window extends WeeklyWindow>(
  windows: readonly Window[],
  now: Instant,
): { window: Window; until: Instant } | undefined {
  const window = windows.find((candidate) => endOf(candidate, now) !== undefined);
  if (window === undefined) return undefined;
  let until = now;
  while (until < now + weekMs) {
    const ends = windows.map((candidate) => endOf(candidate, until)).filter((end) => end !== undefined);
    if (ends.length === 0) break;
    until = Math.max(...ends) as Instant;
  }
  return { window, until };
}

/** When the window's occurrence that holds `now` ends; undefined where none holds it. */
function endOf({ from, to, timezone }: WeeklyWindow, now: Instant): number | undefined {
  const zone = timeZone(timezone);
  if (zone === undefined) throw new Error(`there is no time zone ${timezone}`);
  const begins = minuteOfWeek(from) * minuteMs;
  const lasts = (((minuteOfWeek(to) * minuteMs - begins) % weekMs) + weekMs) % weekMs;
  const thisWeek = startOfWeek(now + zone.offsetAt(now));
  // Next week's too: where the clock goes back over Saturday's midnight, Sunday has been before.
  for (const week of [thisWeek - weekMs, thisWeek, thisWeek + weekMs]) {
    const start = firstInstant(zone, week + begins);
    const end = lastInstant(zone, week + begins + lasts);
    if (start <= now && now < end) return end;
  }
  return undefined;
}

const minuteOfWeek = ({ day, minute }: WeeklyWindow['from']) => day * 1440 + minute;

/** Sunday's midnight of the wall clock, written as if it were UTC. */
function startOfWeek(localMs: number): number {
  const day = Math.floor(localMs / dayMs);
  return (day - weekdayOf(day)) * dayMs;
}

/** When the wall clock first shows this time, or where it skips it, the first later one. */
export function firstInstant(zone: TimeZone, localMs: number): number {
  let shown = localMs;
  for (;;) {
    const instant = zone.instantOf(shown);
    if (instant !== undefined) return instant;
    shown += minuteMs;
  }
}

/** As `firstInstant`, but where the clock goes back and shows it twice, the second time. */
function lastInstant(zone: TimeZone, localMs: number): number {
  // The offset after any change that is near, as in zone.ts.
  const later = localMs - zone.offsetAt(localMs + dayMs);
  return zone.offsetAt(later) + later === localMs ? later : firstInstant(zone, localMs);
}
