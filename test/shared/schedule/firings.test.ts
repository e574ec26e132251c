import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScheduleConfig } from '../../../shared/config/config.ts';
import { type Instant, iso, toInstant } from '../../../shared/core/time.ts';
import { firingsBetween, nextFiring } from '../../../shared/schedule/firings.ts';
import { fireTimesBetween } from '../../../shared/schedule/next-fire.ts';
import { parseSchedule } from '../../../shared/schedule/parse.ts';

const schedule = (expression: string, more: Partial<ScheduleConfig> = {}): ScheduleConfig => ({
  name: 'schedule',
  expression,
  timezone: 'UTC',
  params: {},
  graceMs: 300_000,
  catchUp: 'none',
  ...more,
});
const job = (name: string, ...schedules: ScheduleConfig[]) => ({ [name]: { name, schedules } });
const at = (text: string): Instant => toInstant(`2027-01-${text}`);
const told = (firings: ReturnType<typeof firingsBetween>) =>
  firings.map((firing) => `${iso(firing.at).slice(8, 16)} ${firing.job}.${firing.schedule}`);

describe('what fires when', () => {
  test('is in order of time, then of job and schedule, with from and without to', () => {
    const jobs = {
      ...job('late', schedule('cron(0 12 * * ? *)')),
      ...job('both', schedule('cron(0 */12 * * ? *)', { name: 'a' }), schedule('cron(0 6 * * ? *)', { name: 'b' })),
    };
    expect(told(firingsBetween(jobs, at('01T00:00Z'), at('02T00:00Z')))).toEqual([
      '01T00:00 both.a',
      '01T06:00 both.b',
      '01T12:00 late.schedule',
      '01T12:00 both.a',
    ]);
  });
  test('takes the earliest so many', () => {
    const jobs = { ...job('often', schedule('cron(* * * * ? *)')), ...job('rare', schedule('cron(2 0 * * ? *)')) };
    expect(told(firingsBetween(jobs, at('01T00:00Z'), at('31T00:00Z'), { limit: 4 }))).toEqual([
      '01T00:00 often.schedule',
      '01T00:01 often.schedule',
      '01T00:02 often.schedule',
      '01T00:02 rare.schedule',
    ]);
  });
  test('carries the parameters and the window of the schedule', () => {
    const given = schedule('at(2027-01-01T08:00:00)', { params: { database: 'billing' }, windowMinutes: 15 });
    expect(firingsBetween(job('backup', given), at('01T00:00Z'), at('02T00:00Z'))).toEqual([
      { at: at('01T08:00Z'), job: 'backup', schedule: 'schedule', params: { database: 'billing' }, windowMinutes: 15 },
    ]);
  });
  test('lies between start and end, which a one-time schedule ignores', () => {
    const dates = { start: '2027-01-03T00:00:00+01:00', end: '2027-01-05T03:00:00Z' };
    const jobs = { ...job('nightly', schedule('cron(0 3 * * ? *)', dates)) };
    expect(told(firingsBetween(jobs, at('01T00:00Z'), at('31T00:00Z')))).toEqual([
      '03T03:00 nightly.schedule',
      '04T03:00 nightly.schedule',
    ]);
    const once = job('once', schedule('at(2027-01-20T08:00:00)', dates));
    expect(told(firingsBetween(once, at('01T00:00Z'), at('31T00:00Z')))).toEqual(['20T08:00 once.schedule']);
  });
  test('of a rate counts from start, or from where it is known to count, else is approximate', () => {
    const started = job('a', schedule('rate(36 hours)', { start: '2027-01-01T07:30:00Z' }));
    expect(told(firingsBetween(started, at('02T00:00Z'), at('05T00:00Z')))).toEqual([
      '02T19:30 a.schedule',
      '04T07:30 a.schedule',
    ]);
    const known = { anchorOf: () => at('01T00:10Z') };
    const [first] = firingsBetween(job('a', schedule('rate(1 day)')), at('02T00:00Z'), at('03T00:00Z'), known);
    expect(first).toMatchObject({ at: at('02T00:10Z') });
    expect(first).not.toHaveProperty('approximate');
    expect(firingsBetween(job('a', schedule('rate(1 day)')), at('02T00:00Z'), at('03T00:00Z'))).toMatchObject([
      { approximate: true },
    ]);
  });
  test('next is the first after a time, and nothing once it is over', () => {
    const nightly = schedule('cron(0 3 * * ? *)', { end: '2027-01-03T00:00:00Z', timezone: 'Europe/Lisbon' });
    expect(nextFiring(nightly, at('01T03:00Z'))).toBe(at('02T03:00Z'));
    expect(nextFiring(nightly, at('02T03:00Z'))).toBeUndefined();
    expect(nextFiring(schedule('rate(1 hour)'), at('01T00:20Z'), at('01T00:15Z'))).toBe(at('01T01:15Z'));
  });
});

test('the merged firings are those of each schedule, sorted', () => {
  const expressions = ['cron(0/7 * * * ? *)', 'cron(30 3 ? * MON-FRI *)', 'rate(50 minutes)', 'cron(0 0 L * ? *)'];
  const zones = ['UTC', 'Europe/Lisbon', 'Australia/Lord_Howe'];
  const one = fc.record({ expression: fc.constantFrom(...expressions), timezone: fc.constantFrom(...zones) });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 8 }), fc.nat(40 * 24), fc.nat(48), (given, fromHours, hours) => {
      const from = toInstant(at('20T00:00Z') + fromHours * 3_600_000);
      const to = toInstant(from + hours * 3_600_000);
      const jobs = Object.assign({}, ...given.map((part, index) => job(`${index}`, schedule(part.expression, part))));
      const single = given.flatMap(({ expression, timezone }) => {
        const parsed = parseSchedule(expression, timezone);
        return parsed.ok ? fireTimesBetween(parsed.schedule, from, to) : [];
      });
      expect(firingsBetween(jobs, from, to).map((firing) => firing.at)).toEqual(single.sort((a, b) => a - b));
    }),
    { numRuns: 50 },
  );
});
