import { expect, test } from 'vitest';
import { parseSchedule } from '../../../shared/schedule/parse.ts';

test.each([
  ['five fields', 'cron(0 3 * * *)', 'has five fields; EventBridge Scheduler wants six: minutes hours'],
  ['five fields are translated where that is safe', 'cron(0 3 * * *)', 'so write cron(0 3 * * ? *)'],
  ['five fields with a weekday warn of the other numbering', 'cron(0 3 * * 1-5)', 'with Sunday as 1'],
  ['seven fields', 'cron(0 0 3 * * ? *)', 'has seven fields'],
  ['no fields', 'cron()', 'has no fields'],
  [
    'both day fields given',
    'cron(0 1 * * * *)',
    'exactly one of day-of-month and day-of-week must be "?", but neither is',
  ],
  ['both day fields left open', 'cron(0 1 ? * ? *)', 'but both are "?"'],
  ['a minute too large', 'cron(71 8 1 * ? *)', 'the minutes field "71" has "71"; use 0-59'],
  ['an unknown weekday', 'cron(7 20 ? * NOT *)', 'use 1-7 or SUN-SAT'],
  ['a weekday 0', 'cron(0 3 ? * 0 *)', 'the day-of-week field "0" has "0"'],
  ['a word as hour', 'cron(0 dummy ? * MON-FRI *)', 'the hours field'],
  ['a step of nothing', 'cron(*/0 * * * ? *)', 'has the step "0"; use 1 to 59'],
  ['a year range backwards', 'cron(0 0 1 1 ? 2030-2027)', 'write 2027-2030'],
  ['a year too late', 'cron(0 0 1 1 ? 2200)', 'use 1970-2199'],
  ['? elsewhere', 'cron(? 0 1 1 ? *)', 'the minutes field "?"'],
  ['# with a list', 'cron(0 0 ? * 3#1,6#3 *)', 'stand alone'],
  ['a sixth Friday', 'cron(0 0 ? * 6#6 *)', '# takes 1 to 5'],
  ['W with a range', 'cron(0 0 1-5W * ? *)', 'stand alone'],
  ['L-31', 'cron(0 0 L-31 * ? *)', 'use L-1 to L-30'],
  ['L-0', 'cron(0 0 L-0 * ? *)', 'use L-1 to L-30'],
  ['L in a list', 'cron(0 0 1,L * ? *)', 'stand alone'],
  ['L-3W, which only Quartz knows', 'cron(0 0 L-3W * ? *)', 'stand alone'],
  ['a weekday of the month as weekday', 'cron(0 0 ? * 3W *)', 'the day-of-week field "3W"'],
  ['two last weekdays', 'cron(0 0 ? * 2L,6L *)', 'stand alone'],
  ['a range with two ends', 'cron(0 1-2-3 * * ? *)', 'more than one "-"'],
  ['a step of a step', 'cron(0/5/5 * * * ? *)', 'more than one "/"'],
  ['an empty item', 'cron(0, 1 * * ? *)', 'the minutes field "0,"'],
  ['a step beyond the field', 'cron(0 0/24 * * ? *)', 'use 1 to 23'],
  ['a month by its whole name', 'cron(0 0 1 JANUARY ? *)', 'or JAN-DEC'],
  ['a unit that AWS lacks', 'rate(10 seconds)', 'minutes, hours or days'],
  ['a rate of nothing', 'rate(0 minutes)', 'positive whole number'],
  ['spaces that AWS refuses', 'rate( 10 minutes )', 'positive whole number'],
  ['a space in front', ' rate(10 minutes)', 'is no schedule expression'],
  ['a zone inside at', 'at(2021-12-31T23:59:59Z)', 'without a zone'],
  ['a date without a time', 'at(2021-12-31)', 'existing date and time'],
  ['a day that does not exist', 'at(2027-02-29T00:00:00)', 'existing date and time'],
  ['plain text', 'every day', 'is no schedule expression; use cron('],
])('refused: %s', (_fact, expression, problem) => {
  const parsed = parseSchedule(expression);
  expect(parsed).toEqual({ ok: false, problem: expect.stringContaining(problem) });
});

test.each([
  'cron(15 10 ? * 6L 2002-2005)',
  'cron(* * ? * SAT#3 *)',
  'cron(0/5 5 ? JAN 1-5 2022)',
  'cron(0/30 20-23 ? * mon-fri *)',
  'rate(1 minute)',
  'rate(1 minutes)',
  'rate(10 minute)',
  'at(2022-12-31T23:59:59)',
])('accepted as by AWS: %s', (expression) => {
  expect(parseSchedule(expression)).toMatchObject({ ok: true });
});

test.each(['Europe/Atlantis', '+03:00', 'america/sao_paulo', '', 'Utc', 'America/New_york'])(
  'unknown zone: %s',
  (zone) => {
    expect(parseSchedule('rate(1 day)', zone)).toEqual({ ok: false, problem: expect.stringContaining('IANA name') });
  },
);

test.each(['US/Eastern', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires', 'America/Port-au-Prince', 'UTC', 'GB'])(
  'known zone: %s',
  (zone) => expect(parseSchedule('rate(1 day)', zone)).toMatchObject({ ok: true }),
);
