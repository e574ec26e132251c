import { civilOf, daysInMonth, firstDayOf, weekdayOf } from './calendar.ts';
import { type CronSchedule, firstYear, lastYear, type RateSchedule, type Schedule } from './schedule.ts';

/**
 * The first time after `afterMs` (exclusive) at which the schedule fires, in milliseconds since the epoch;
 * undefined when it never fires again. A time that daylight saving skips does not fire, one that it
 * repeats fires the first time only.
 */
export function nextFire(schedule: Schedule, afterMs: number): number | undefined {
  switch (schedule.kind) {
    case 'cron':
      return nextCron(schedule, afterMs);
    case 'rate':
      return nextRate(schedule, afterMs);
    case 'at':
      return schedule.atMs !== undefined && schedule.atMs > afterMs ? schedule.atMs : undefined;
    default:
      return schedule satisfies never;
  }
}

/** Every firing from `fromMs` (inclusive) to `toMs` (exclusive), in order. */
export function fireTimesBetween(schedule: Schedule, fromMs: number, toMs: number): number[] {
  if (schedule.kind === 'cron') return cronTimes(schedule, fromMs, toMs);
  const times: number[] = [];
  let next = nextFire(schedule, fromMs - 1);
  while (next !== undefined && next < toMs) {
    times.push(next);
    next = nextFire(schedule, next);
  }
  return times;
}

/** The first firing is the anchor itself: AWS starts a rate schedule at its StartDate, or at once. */
function nextRate({ everyMs, anchorMs }: RateSchedule, afterMs: number): number {
  if (afterMs < anchorMs) return anchorMs;
  return anchorMs + (Math.floor((afterMs - anchorMs) / everyMs) + 1) * everyMs;
}

const minuteMs = 60_000;
const minutesPerDay = 1440;

function nextCron(schedule: CronSchedule, afterMs: number): number | undefined {
  const { zone } = schedule;
  let local = Math.floor((afterMs + zone.offsetAt(afterMs)) / minuteMs);
  for (;;) {
    const minute = nextLocalMinute(schedule, local);
    if (minute === undefined) return undefined;
    const instant = zone.instantOf(minute * minuteMs);
    // Skipped: a time in a gap, and, within the repeated hour, times that already fired before it was repeated.
    if (instant !== undefined && instant > afterMs) return instant;
    local = minute + 1;
  }
}

/** As one call of nextCron after the other, but each day is looked for once. */
function cronTimes(schedule: CronSchedule, fromMs: number, toMs: number): number[] {
  const { zone } = schedule;
  const times: number[] = [];
  const today = Math.floor((fromMs + zone.offsetAt(fromMs)) / (minutesPerDay * minuteMs));
  for (let day = nextDay(schedule, today); day !== undefined; day = nextDay(schedule, day + 1)) {
    for (let minute = timeOfDay(schedule, 0); minute !== undefined; minute = timeOfDay(schedule, minute + 1)) {
      const instant = zone.instantOf((day * minutesPerDay + minute) * minuteMs);
      if (instant === undefined || instant < fromMs) continue;
      if (instant >= toMs) return times;
      times.push(instant);
    }
  }
  return times;
}

/** The first matching wall-clock minute ≥ `from`, both counted since 1970-01-01T00:00 of the wall clock. */
function nextLocalMinute(schedule: CronSchedule, from: number): number | undefined {
  const today = Math.floor(from / minutesPerDay);
  const day = nextDay(schedule, today);
  if (day === undefined) return undefined;
  const later = timeOfDay(schedule, day === today ? from - today * minutesPerDay : 0);
  if (later !== undefined) return day * minutesPerDay + later;
  const tomorrow = nextDay(schedule, day + 1);
  return tomorrow === undefined ? undefined : tomorrow * minutesPerDay + (timeOfDay(schedule, 0) as number);
}

/** The first matching minute of the day ≥ `from`. */
function timeOfDay({ nextHour, nextMinute }: CronSchedule, from: number): number | undefined {
  const hour = Math.floor(from / 60);
  const minute = nextHour[hour] === hour ? (nextMinute[from % 60] as number) : -1;
  if (minute >= 0) return hour * 60 + minute;
  const laterHour = hour < 23 ? (nextHour[hour + 1] as number) : -1;
  return laterHour >= 0 ? laterHour * 60 + (nextMinute[0] as number) : undefined;
}

/** The first matching day number ≥ `from`. */
function nextDay(schedule: CronSchedule, from: number): number | undefined {
  let { year, month, dayOfMonth } = civilOf(from);
  if (year < firstYear) [year, month, dayOfMonth] = [firstYear, 1, 1];
  for (; year <= lastYear; year++, month = 1, dayOfMonth = 1) {
    if (!schedule.years[year - firstYear]) continue;
    for (; month <= 12; month++, dayOfMonth = 1) {
      const day = schedule.months[month] ? nextDayIn(schedule, year, month, dayOfMonth) : undefined;
      if (day !== undefined) return day;
    }
  }
  return undefined;
}

function nextDayIn(schedule: CronSchedule, year: number, month: number, from: number): number | undefined {
  const first = firstDayOf(year, month);
  const length = daysInMonth(year, month);
  const mask = schedule.days(weekdayOf(first), length);
  for (let day = from; day <= length; day++) if ((mask / 2 ** day) & 1) return first + day - 1;
  return undefined;
}
