/** Civil-calendar arithmetic on day numbers (days since 1970-01-01), faster than Date for the inner loop. */

const dayMs = 86_400_000;

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The day number of a month's first day; `month` 1–12. */
export function firstDayOf(year: number, month: number): number {
  return Date.UTC(year, month - 1, 1) / dayMs;
}

/** 0 = Sunday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

export function civilOf(day: number): { year: number; month: number; dayOfMonth: number } {
  const date = new Date(day * dayMs);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, dayOfMonth: date.getUTCDate() };
}
