import type { MuteWindow, Weekday } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import { type WeeklyWindow, windowAt } from '../../schedule/weekly-windows.ts';

/** In the order of weekday numbers, 0 = Sunday. */
export const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const dayMinutes = 1440;

/**
 * When the windows that hold `now` end, those that touch each other followed through; undefined where none holds it.
 * @throws Error for a window whose time zone does not exist
 */
export const mutedUntil = (windows: readonly MuteWindow[], now: Instant): Instant | undefined =>
  windowAt(windows.flatMap(weekly), now)?.until;

/** One window of the week for each day that it begins on. */
function weekly({ days, from, to, timezone }: MuteWindow): WeeklyWindow[] {
  const [begins, ends] = [minuteOf(from), minuteOf(to)];
  return (days.length > 0 ? days : weekdays).map((name) => {
    const day = weekdays.indexOf(name);
    const end = day * dayMinutes + ends + (ends <= begins ? dayMinutes : 0);
    return {
      from: { day, minute: begins },
      to: { day: Math.floor(end / dayMinutes) % 7, minute: end % dayMinutes },
      timezone,
    };
  });
}

/** Of `22:00`; `24:00` is the day's end. */
function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}
