import { expect, test } from 'vitest';
import type { ScheduleConfig } from '../../../shared/config/config.ts';
import { toInstant } from '../../../shared/core/time.ts';
import { foldFirings } from '../../../shared/schedule/fold-firings.ts';

const [from, to] = [toInstant('2027-01-01T00:00Z'), toInstant('2027-01-08T00:00Z')];
const schedule = (name: string, expression: string): ScheduleConfig => ({
  name,
  expression,
  timezone: 'UTC',
  params: { shop: name },
  graceMs: 300_000,
  catchUp: 'none',
});
const fold = (expressions: Record<string, string>, end = to) => {
  const schedules = Object.entries(expressions).map(([name, expression]) => schedule(name, expression));
  const { frequent, rare } = foldFirings({ sync: { name: 'sync', schedules } }, from, end);
  return { frequent, rare: rare.sync?.schedules.map(({ name }) => name) };
};

test('what fires more than four times a day becomes one entry, the rest stays', () => {
  const { frequent, rare } = fold({
    minute: 'rate(1 minute)',
    sixHours: 'rate(6 hours)',
    fiveHours: 'rate(5 hours)',
    daily: 'cron(0 3 * * ? *)',
  });
  expect(rare).toEqual(['sixHours', 'daily']);
  expect(frequent.map(({ schedule: name, times, everySeconds }) => [name, times, everySeconds])).toEqual([
    ['minute', 10_080, 60],
    ['fiveHours', 33, 18_000],
  ]);
});

test('it says when it fires first and last, with what, and no interval where that changes', () => {
  const { frequent } = fold({ office: 'cron(0 8-18 ? * MON-FRI *)' });
  expect(frequent).toEqual([
    {
      job: 'sync',
      schedule: 'office',
      params: { shop: 'office' },
      at: toInstant('2027-01-01T08:00Z'),
      last: toInstant('2027-01-07T18:00Z'),
      times: 55,
    },
  ]);
});

test('of what fires without end a hundred thousand are counted', () => {
  const { frequent } = fold({ minute: 'cron(* * * * ? *)' }, toInstant('2028-01-01T00:00Z'));
  expect(frequent).toEqual([expect.not.objectContaining({ last: expect.anything() })]);
  expect(frequent).toMatchObject([{ times: 100_000, everySeconds: 60 }]);
});
