import { describe, expect, test } from 'vitest';
import { fireTimesBetween, nextFire } from '../../../shared/schedule/next-fire.ts';
import { parseSchedule } from '../../../shared/schedule/parse.ts';
import type { Schedule } from '../../../shared/schedule/schedule.ts';

function schedule(expression: string, zone?: string): Schedule {
  const parsed = parseSchedule(expression, zone);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.schedule;
}

/** Firings after `from`, as AWS's console would list them, in UTC to the minute. */
function fires(expression: string, zone: string, from: string, count: number): string[] {
  const times: string[] = [];
  let after: number | undefined = Date.parse(from);
  while (times.length < count) {
    after = nextFire(schedule(expression, zone), after);
    if (after === undefined) break;
    times.push(new Date(after).toISOString().slice(0, 16));
  }
  return times;
}

// New York: forward 2027-03-14 02:00 → 03:00, back 2027-11-07 02:00 → 01:00. Lisbon: forward 2027-03-28 01:00 → 02:00,
// back 2027-10-31 02:00 → 01:00. São Paulo (until 2019): forward 2018-11-04 00:00 → 01:00, back 2019-02-17 00:00 → 23:00.
describe('clock changes', () => {
  test.each([
    [
      'a time in New York’s gap is skipped that day',
      'cron(30 2 * * ? *)',
      'America/New_York',
      '2027-03-13T00:00Z',
      ['2027-03-13T07:30', '2027-03-15T06:30'],
    ],
    [
      'the hour after New York’s gap fires',
      'cron(0 3 * * ? *)',
      'America/New_York',
      '2027-03-13T12:00Z',
      ['2027-03-14T07:00', '2027-03-15T07:00'],
    ],
    [
      'a time in New York’s overlap fires once, the first time',
      'cron(30 1 * * ? *)',
      'America/New_York',
      '2027-11-06T00:00Z',
      ['2027-11-06T05:30', '2027-11-07T05:30', '2027-11-08T06:30'],
    ],
    [
      'half-hourly pauses during the repeated hour',
      'cron(0/30 * * * ? *)',
      'America/New_York',
      '2027-11-07T05:15Z',
      ['2027-11-07T05:30', '2027-11-07T07:00', '2027-11-07T07:30'],
    ],
    [
      'asked within the repeated hour, what already fired does not fire again',
      'cron(45 1 * * ? *)',
      'America/New_York',
      '2027-11-07T06:10Z',
      ['2027-11-08T06:45'],
    ],
    [
      'a time in Lisbon’s gap is skipped',
      'cron(15 1 * * ? *)',
      'Europe/Lisbon',
      '2027-03-27T00:00Z',
      ['2027-03-27T01:15', '2027-03-29T00:15'],
    ],
    [
      'a time in Lisbon’s overlap fires once',
      'cron(15 1 * * ? *)',
      'Europe/Lisbon',
      '2027-10-30T12:00Z',
      ['2027-10-31T00:15', '2027-11-01T01:15'],
    ],
    [
      'midnight in São Paulo’s gap is skipped',
      'cron(0 0 * * ? *)',
      'America/Sao_Paulo',
      '2018-11-03T00:00Z',
      ['2018-11-03T03:00', '2018-11-05T02:00'],
    ],
    [
      '23:30 in São Paulo’s overlap fires once',
      'cron(30 23 * * ? *)',
      'America/Sao_Paulo',
      '2019-02-16T12:00Z',
      ['2019-02-17T01:30', '2019-02-18T02:30'],
    ],
    [
      'São Paulo has no summer time any more',
      'cron(0 3 * * ? *)',
      'America/Sao_Paulo',
      '2027-11-06T12:00Z',
      ['2027-11-07T06:00', '2027-11-08T06:00'],
    ],
    ['a zone half an hour off', 'cron(0 9 * * ? *)', 'Asia/Kolkata', '2027-01-01T00:00Z', ['2027-01-01T03:30']],
    [
      'a gap of half an hour',
      'cron(15 2 * * ? *)',
      'Australia/Lord_Howe',
      '2027-10-02T00:00Z',
      ['2027-10-03T15:15', '2027-10-04T15:15'],
    ],
    [
      'the day that Samoa left out',
      'cron(0 12 * * ? *)',
      'Pacific/Apia',
      '2011-12-29T00:00Z',
      ['2011-12-29T22:00', '2011-12-30T22:00'],
    ],
  ])('%s', (_fact, expression, zone, from, expected) => {
    expect(fires(expression, zone, from, expected.length)).toEqual(expected);
  });
});

describe('cron fields', () => {
  test.each([
    [
      'L is the last day of the month',
      'cron(0 0 L * ? *)',
      '2028-01-31T12:00Z',
      ['2028-02-29', '2028-03-31', '2028-04-30'],
    ],
    ['L-3 is three days before it', 'cron(0 0 L-3 * ? *)', '2027-02-01T00:00Z', ['2027-02-25', '2027-03-28']],
    [
      'L-30 exists only in months of 31 days',
      'cron(0 0 L-30 * ? *)',
      '2027-01-15T00:00Z',
      ['2027-03-01', '2027-05-01'],
    ],
    ['LW is the last weekday', 'cron(0 0 LW * ? *)', '2027-01-01T00:00Z', ['2027-01-29', '2027-02-26', '2027-03-31']],
    [
      '15W moves from Saturday to Friday, from Sunday to Monday',
      'cron(0 0 15W * ? *)',
      '2027-04-30T00:00Z',
      ['2027-05-14', '2027-06-15', '2027-07-15', '2027-08-16'],
    ],
    [
      '1W does not leave the month at its start',
      'cron(0 0 1W * ? *)',
      '2027-04-15T00:00Z',
      ['2027-05-03', '2027-06-01'],
    ],
    [
      '31W does not leave the month at its end',
      'cron(0 0 31W * ? *)',
      '2027-09-15T00:00Z',
      ['2027-10-29', '2027-12-31'],
    ],
    ['6#2 is the second Friday', 'cron(0 0 ? * 6#2 *)', '2027-01-01T00:00Z', ['2027-01-08', '2027-02-12']],
    ['MON#5 exists only in some months', 'cron(0 0 ? * MON#5 *)', '2027-01-01T00:00Z', ['2027-03-29', '2027-05-31']],
    ['6L and FRIL are the last Friday', 'cron(0 0 ? * FRIL *)', '2027-01-01T00:00Z', ['2027-01-29', '2027-02-26']],
    ['L as weekday is Saturday', 'cron(0 0 ? * L *)', '2027-01-01T00:00Z', ['2027-01-02', '2027-01-09']],
    [
      '1 is Sunday and 7 Saturday',
      'cron(0 0 ? * 1,7 *)',
      '2027-01-01T00:00Z',
      ['2027-01-02', '2027-01-03', '2027-01-09'],
    ],
    [
      'FRI-MON wraps over the week’s end',
      'cron(0 0 ? * FRI-MON *)',
      '2027-01-04T12:00Z',
      ['2027-01-08', '2027-01-09', '2027-01-10', '2027-01-11', '2027-01-15'],
    ],
    ['NOV-FEB wraps over the year’s end', 'cron(0 0 1 NOV-FEB ? *)', '2027-01-15T00:00Z', ['2027-02-01', '2027-11-01']],
    ['29 February waits for a leap year', 'cron(0 0 29 2 ? *)', '2027-01-01T00:00Z', ['2028-02-29', '2032-02-29']],
    ['2100 is no leap year', 'cron(0 0 29 2 ? *)', '2097-01-01T00:00Z', ['2104-02-29']],
    [
      'years in a list',
      'cron(0 0 1 1 ? 2030,2035-2036)',
      '2027-01-01T00:00Z',
      ['2030-01-01', '2035-01-01', '2036-01-01'],
    ],
    ['30 February never fires', 'cron(0 0 30 2 ? *)', '2027-01-01T00:00Z', []],
    ['a past year never fires', 'cron(0 0 1 1 ? 1999)', '2027-01-01T00:00Z', []],
    ['2199 is the last year', 'cron(0 0 31 12 ? 2199)', '2027-01-01T00:00Z', ['2199-12-31']],
  ])('%s', (_fact, expression, from, expected) => {
    const days = fires(expression, 'UTC', from, Math.max(expected.length, 1)).map((time) => time.slice(0, 10));
    expect(days).toEqual(expected);
  });

  test.each([
    [
      '20-2 wraps over midnight',
      'cron(0 20-2 * * ? *)',
      '2027-01-01T19:00Z',
      ['20:00', '21:00', '22:00', '23:00', '00:00', '01:00', '02:00', '20:00'],
    ],
    [
      'a step goes on across the wrap',
      'cron(0 22-4/3 * * ? *)',
      '2027-01-01T19:00Z',
      ['22:00', '01:00', '04:00', '22:00'],
    ],
    ['5/20 starts at 5', 'cron(5/20 10 * * ? *)', '2027-01-01T00:00Z', ['10:05', '10:25', '10:45', '10:05']],
    [
      'lists mix values, ranges and steps',
      'cron(1,10-12,50/5 7 * * ? *)',
      '2027-01-01T00:00Z',
      ['07:01', '07:10', '07:11', '07:12', '07:50', '07:55'],
    ],
    ['the present minute is past', 'cron(* * * * ? *)', '2027-01-01T00:00Z', ['00:01', '00:02']],
  ])('%s', (_fact, expression, from, expected) => {
    expect(fires(expression, 'UTC', from, expected.length).map((time) => time.slice(11))).toEqual(expected);
  });
});

describe('rate and at', () => {
  const anchorMs = Date.parse('2027-03-13T12:34:56Z');
  test('a rate fires at its anchor and every n × 24 h from it, across a clock change', () => {
    const daily = { ...schedule('rate(1 day)', 'America/New_York'), anchorMs } as Schedule;
    const times = fireTimesBetween(daily, anchorMs - 1000, anchorMs + 2 * 86_400_000 + 1);
    expect(times).toEqual([anchorMs, anchorMs + 86_400_000, anchorMs + 2 * 86_400_000]);
  });
  test('at is a wall-clock time of its zone, to the second', () => {
    const at = schedule('at(2027-07-01T08:00:03)', 'Europe/Lisbon');
    expect(nextFire(at, 0)).toBe(Date.parse('2027-07-01T07:00:03Z'));
    expect(nextFire(at, Date.parse('2027-07-01T07:00:03Z'))).toBeUndefined();
  });
  test('at in a gap never fires', () => {
    expect(nextFire(schedule('at(2027-03-14T02:30:00)', 'America/New_York'), 0)).toBeUndefined();
  });
  test('a window includes its start and excludes its end', () => {
    const hourly = schedule('cron(0 * * * ? *)');
    const [from, to] = [Date.parse('2027-01-01T00:00Z'), Date.parse('2027-01-01T03:00Z')];
    expect(fireTimesBetween(hourly, from, to)).toHaveLength(3);
  });
});
