import { describe, expect, test } from 'vitest';
import type { ScheduleConfig } from '../../../shared/config/config.ts';
import { runIdOf } from '../../../shared/core/ids.ts';
import { iso, toInstant } from '../../../shared/core/time.ts';
import { dueNow, watchedSchedules } from '../../../shared/run/missed-firings.ts';
import { runOf } from '../../../shared/run/record-missed.ts';
import { report } from '../../support/run-world.ts';
import { hourly } from '../../support/schedule-world.ts';

const group = 'arn:aws:scheduler:us-east-1:123456789012:schedule/batuta-test';
function watched(parts: Partial<ScheduleConfig> = {}) {
  const [one] = watchedSchedules({ jobs: { report: { ...report, schedules: [hourly(parts)] } } }, group);
  if (!one) throw new Error('no schedule');
  return one;
}
/** Of the 20th, by a sweep that looked last at the one time and looks again at the other. */
function due(parts: Partial<ScheduleConfig>, since: string, now: string) {
  const at = (text: string) => toInstant(`2026-11-20T${text}Z`);
  const { times, earlier } = dueNow(watched(parts), at(since), at(now));
  return { times: times.map((time) => iso(time).slice(11, 16)), earlier };
}
const times = (parts: Partial<ScheduleConfig>, since: string, now: string) => due(parts, since, now).times;

describe('a firing is due once its grace, its window and the minute of Scheduler are over', () => {
  test.each<[Partial<ScheduleConfig>, string, string, string[]]>([
    [{}, '10:00:00', '10:05:59', []],
    [{}, '10:00:00', '10:06:00', ['10:00']],
    [{}, '10:06:00', '11:05:59', []],
    [{ windowMinutes: 10 }, '10:00:00', '10:15:00', []],
    [{ windowMinutes: 10 }, '10:00:00', '10:16:00', ['10:00']],
    [{}, '09:00:00', '12:30:00', ['09:00', '10:00', '11:00', '12:00']],
  ])('%j from %s to %s', (parts, since, now, expected) => expect(times(parts, since, now)).toEqual(expected));
});

describe('start and end bound it', () => {
  const [start, end] = ['2026-11-20T11:00:00+01:00', '2026-11-20T12:00:00Z'];
  test('start is included, end is not', () =>
    expect(times({ start, end }, '08:00:00', '15:00:00')).toEqual(['10:00', '11:00']));
  test('what fires once ignores them, as Scheduler does', () =>
    expect(times({ expression: 'at(2026-11-20T09:00:00)', start }, '08:00:00', '15:00:00')).toEqual(['09:00']));
  test('a rate begins at its start, and goes on from the firing known last', () => {
    const rate = { expression: 'rate(30 minutes)', start };
    expect(times(rate, '08:07:00', '11:10:00')).toEqual(['10:00', '10:30', '11:00']);
    expect(times(rate, '10:12:00', '11:30:00')).toEqual(['10:42', '11:12']);
  });
});

test('of thousands of firings the last hundred are looked at', () => {
  const minutely = { expression: 'cron(* * * * ? *)' };
  expect(due(minutely, '01:00:00', '13:00:00')).toMatchObject({ earlier: 620, times: { length: 100 } });
  const watch = watched(minutely);
  const month = dueNow(watch, toInstant('2026-10-20T00:00:00Z'), toInstant('2026-11-20T00:00:00Z'));
  expect(month).toMatchObject({ earlier: 1340, times: { length: 100 } });
});

test('the run of a firing is the one that a delivery of it makes', () => {
  expect(runOf(watched({ name: 'weekly' }), toInstant('2026-11-20T10:00:00Z'))).toBe(
    runIdOf('schedule', `${group}/report.weekly`, '2026-11-20T10:00:00Z'),
  );
});

test('a schedule that cannot be followed is named', () => {
  expect(() => due({ expression: 'cron(0 25 * * ? *)' }, '10:00:00', '11:00:00')).toThrow('schedule');
});
