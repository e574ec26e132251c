import { bad, dayOfMonthField, dayOfWeekField, valueIn, valuesOf } from './cron-field.ts';

/** The matching days of a month as bits (bit 1 = the first), by its first day's weekday (0 = Sunday) and its length. */
export type Days = (firstWeekday: number, length: number) => number;

/** Remembers each of the 28 kinds of month: four lengths, seven first days. */
export function remembered(days: Days): Days {
  const masks: (number | undefined)[] = [];
  return (firstWeekday, length) => {
    const key = firstWeekday * 4 + length - 28;
    const known = masks[key];
    if (known !== undefined) return known;
    const mask = days(firstWeekday, length);
    masks[key] = mask;
    return mask;
  };
}

const bit = (day: number) => 2 ** day;
const weekdayOn = (firstWeekday: number, day: number) => (firstWeekday + day - 1) % 7;
const isWeekend = (weekday: number) => weekday === 0 || weekday === 6;

function maskOf(length: number, matches: (day: number) => boolean): number {
  let mask = 0;
  for (let day = 1; day <= length; day++) if (matches(day)) mask += bit(day);
  return mask;
}

/** `L`, `L-3`, `LW`, `15W`, or lists, ranges and steps. */
export function daysOfMonth(text: string): Days {
  const upper = text.toUpperCase();
  if (upper === 'LW') return (first, length) => bit(nearestWeekday(first, length, length));
  if (upper === 'L') return daysBeforeLast(0);
  const fromLast = /^L-(\d{1,2})$/.exec(upper);
  if (fromLast) return daysBeforeLast(distanceOf(text, Number(fromLast[1])));
  const nearest = /^(\d{1,2})W$/.exec(upper);
  if (nearest) {
    const day = valueIn(dayOfMonthField, text, nearest[1] ?? '');
    return (first, length) => (day > length ? 0 : bit(nearestWeekday(first, length, day)));
  }
  if (/[LW#]/.test(upper)) bad(dayOfMonthField, text, 'is not possible; L, L-3, LW and 15W stand alone');
  const values = valuesOf(dayOfMonthField, upper);
  return (_first, length) => maskOf(length, (day) => values.has(day));
}

function distanceOf(text: string, distance: number): number {
  if (distance < 1 || distance > 30) bad(dayOfMonthField, text, 'is not possible; use L-1 to L-30');
  return distance;
}

function daysBeforeLast(distance: number): Days {
  return (_first, length) => (length - distance >= 1 ? bit(length - distance) : 0);
}

/** The weekday (Monday to Friday) nearest to a day, without leaving the month. */
function nearestWeekday(firstWeekday: number, length: number, day: number): number {
  const weekday = weekdayOn(firstWeekday, day);
  if (!isWeekend(weekday)) return day;
  if (weekday === 6) return day === 1 ? day + 2 : day - 1;
  return day === length ? day - 2 : day + 1;
}

/** `L` (Saturday), `6L` or `FRIL` (the last Friday), `6#2` (the second Friday), or lists, ranges and steps. */
export function daysOfWeek(text: string): Days {
  const upper = text.toUpperCase();
  // AWS: "The L wildcard in Day-of-week specifies the last day of the week", which is Saturday.
  if (upper === 'L') return daysOfWeek('SAT');
  const last = /^([A-Z]{3}|\d)L$/.exec(upper);
  if (last) {
    const weekday = valueIn(dayOfWeekField, text, last[1] ?? '') - 1;
    return (first, length) => maskOf(length, (day) => weekdayOn(first, day) === weekday && day + 7 > length);
  }
  const nth = /^([A-Z]{3}|\d)#([1-5])$/.exec(upper);
  if (nth) {
    const weekday = valueIn(dayOfWeekField, text, nth[1] ?? '') - 1;
    return (first, length) =>
      maskOf(length, (day) => weekdayOn(first, day) === weekday && Math.ceil(day / 7) === Number(nth[2]));
  }
  // AWS: "If you use the # wildcard, you can define only one expression in the day-of-week field."
  if (/#|L/.test(upper)) bad(dayOfWeekField, text, 'is not possible; L, 6L and 6#2 stand alone, # takes 1 to 5');
  const values = valuesOf(dayOfWeekField, upper);
  return (first, length) => maskOf(length, (day) => values.has(weekdayOn(first, day) + 1));
}
