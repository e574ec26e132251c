import { daysInMonth } from './calendar.ts';
import { daysOfMonth, daysOfWeek, remembered } from './cron-days.ts';
import {
  BadExpression,
  dayOfMonthField,
  dayOfWeekField,
  hourField,
  minuteField,
  monthField,
  valuesOf,
  yearField,
} from './cron-field.ts';
import { type CronSchedule, firstYear, lastYear, type Schedule } from './schedule.ts';
import { type TimeZone, timeZone } from './zone.ts';

export type ParsedSchedule = { ok: true; schedule: Schedule } | { ok: false; problem: string };

/**
 * Reads an expression as EventBridge Scheduler does: `cron(…)`, `rate(…)` or `at(…)`, in an IANA time zone (UTC).
 * Where AWS's grammar is not documented, what might be refused at deployment is refused here.
 * `problem` is a clause that fits behind "batuta.yml:4 jobs.x.schedule: ".
 */
export function parseSchedule(expression: string, timezone = 'UTC'): ParsedSchedule {
  try {
    const zone = timeZone(timezone);
    if (!zone) throw new BadExpression(unknownZone(timezone));
    return { ok: true, schedule: scheduleOf(expression, zone) };
  } catch (error) {
    if (error instanceof BadExpression) return { ok: false, problem: error.message };
    throw error;
  }
}

function unknownZone(name: string): string {
  return `unknown time zone "${name}"; use an IANA name such as Europe/Lisbon, America/Sao_Paulo or UTC`;
}

function scheduleOf(expression: string, zone: TimeZone): Schedule {
  const [, kind, body = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'cron') return cron(body, zone);
  if (kind === 'rate') return rate(body);
  if (kind === 'at') return at(body, zone);
  throw new BadExpression(
    `"${expression}" is no schedule expression; use cron(0 3 * * ? *), rate(5 minutes) or at(2027-01-31T08:00:00)`,
  );
}

const counts = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
const layout = 'minutes hours day-of-month month day-of-week year';

function cron(body: string, zone: TimeZone): CronSchedule {
  const fields = body.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== 6) {
    const count = counts[fields.length] ?? fields.length;
    const hint = fields.length === 5 ? fiveFields(fields) : 'as in cron(0 3 * * ? *)';
    throw new BadExpression(
      `cron(${body}) has ${count} field${fields.length === 1 ? '' : 's'}; EventBridge Scheduler wants six: ${layout}, ${hint}`,
    );
  }
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const monthValues = valuesOf(monthField, month);
  const yearValues = valuesOf(yearField, year);
  return {
    kind: 'cron',
    zone,
    nextMinute: nextTable(valuesOf(minuteField, minutes), minuteField.max),
    nextHour: nextTable(valuesOf(hourField, hours), hourField.max),
    months: Array.from({ length: 13 }, (_, index) => monthValues.has(index)),
    years: Array.from({ length: lastYear - firstYear + 1 }, (_, index) => yearValues.has(firstYear + index)),
    days: days(body, dayOfMonth, dayOfWeek),
  };
}

/** What the usual five-field line would be here: Sunday is 1, not 0, so only lines without weekdays are translated. */
function fiveFields([minutes, hours, dayOfMonth, month, dayOfWeek]: string[]): string {
  if (dayOfWeek === '*') return `so write cron(${minutes} ${hours} ${dayOfMonth} ${month} ? *)`;
  if (dayOfMonth === '*') return `with Sunday as 1 and "?" for the day-of-month, as in cron(0 3 ? * MON-FRI *)`;
  return 'as in cron(0 3 * * ? *)';
}

function days(body: string, dayOfMonth: string, dayOfWeek: string): CronSchedule['days'] {
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    const which = dayOfMonth === '?' ? 'both are "?"' : 'neither is "?"';
    throw new BadExpression(
      `cron(${body}): exactly one of ${dayOfMonthField.name} and ${dayOfWeekField.name} must be "?", but ${which}`,
    );
  }
  return remembered(dayOfWeek === '?' ? daysOfMonth(dayOfMonth) : daysOfWeek(dayOfWeek));
}

/** `table[i]`: the least value ≥ i, or -1. */
function nextTable(values: Set<number>, max: number): number[] {
  const table: number[] = [];
  let next = -1;
  for (let value = max; value >= 0; value--) {
    if (values.has(value)) next = value;
    table[value] = next;
  }
  return table;
}

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Scheduler takes `rate(1 minute)` and `rate(1 minutes)` alike; only EventBridge rules insist on the number. */
function rate(body: string): Schedule {
  const [, value, unit] = /^([1-9]\d{0,8}) (minute|hour|day)s?$/.exec(body) ?? [];
  if (!value || !unit)
    throw new BadExpression(
      `rate(${body}) must be a positive whole number and minutes, hours or days: rate(5 minutes)`,
    );
  return { kind: 'rate', everyMs: Number(value) * unitMs[unit as keyof typeof unitMs], anchorMs: 0 };
}

function at(body: string, zone: TimeZone): Schedule {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(body)?.slice(1).map(Number);
  const [year = 0, month = 0, day = 0, hour = 24, minute = 60, second = 60] = parts ?? [];
  const dateExists = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!dateExists || hour > 23 || minute > 59 || second > 59 || year < firstYear || year > lastYear)
    throw new BadExpression(
      `at(${body}) must be an existing date and time without a zone: at(2027-01-31T08:00:00); the zone is a setting of its own`,
    );
  return { kind: 'at', atMs: zone.instantOf(Date.UTC(year, month - 1, day, hour, minute, second)) };
}
