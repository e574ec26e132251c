import { expect, test } from 'vitest';
import { PLACE, problemsOf } from '../../../support/configuration.ts';

const problems = (rest: string, name = 'j') =>
  problemsOf(`${PLACE}jobs:\n  ${name}: { script: a.sh, ${rest} }`).map((line) =>
    line.replace(/^batuta\.yml:\d+:\d+ jobs\.[^.]+\./, ''),
  );
const NIGHT = 'cron: "0 3 * * ? *"';

test.each([
  [`schedule: { ${NIGHT}, start: 2026-12-01T00:00:00Z, end: "2027-01-01T00:00-03:00", window: 15m }`],
  [`schedule: { ${NIGHT}, grace: 1h, catchUp: last }`],
  [`schedules: { a: { ${NIGHT} }, b: { rate: 1 day, window: 24h } }`],
  ['schedule: { at: 2020-01-01T00:00:00 }'],
  ['params: { d: { type: date } }, schedule: { rate: 1 day, params: { d: 2026-11-20 } }'],
])('%s is fine', (rest) => expect(problems(rest)).toEqual([]));

test.each([
  [
    'both keys',
    `schedule: { ${NIGHT} }, schedules: { a: { rate: 1 day } }`,
    'schedules: there is a `schedule` already; move it in here under a name of its own',
  ],
  [
    'a bad one of several',
    'schedules: { a: { cron: "0 3 * * *" } }',
    'schedules.a.cron: cron(0 3 * * *) has five fields; EventBridge Scheduler wants six: minutes hours day-of-month month day-of-week year, so write cron(0 3 * * ? *)',
  ],
  ['a bad name', 'schedules: { "a.b": { rate: 1 day } }', 'schedules.a.b: is no possible name'],
  [
    'a local time as start',
    `schedule: { ${NIGHT}, start: 2026-12-01T00:00:00 }`,
    'schedule.start: is no time with a zone; write for example 2026-12-01T00:00:00Z or 2026-12-01T00:00:00-03:00',
  ],
  ['a day that there is not', `schedule: { ${NIGHT}, end: 2026-02-30T00:00:00Z }`, 'schedule.end: is no time with'],
  [
    'an end before the start in another zone',
    `schedule: { ${NIGHT}, start: 2026-12-01T00:00:00Z, end: "2026-12-01T01:00:00+02:00" }`,
    'schedule.end: is not after `start`; write a later time',
  ],
  [
    'a window of a single time',
    'schedule: { at: 2027-01-01T00:00:00, window: 5m }',
    'schedule.window: says nothing about a single time; remove it',
  ],
  [
    'a start of a single time',
    'schedule: { at: 2027-01-01T00:00:00, start: 2026-12-01T00:00:00Z }',
    'schedule.start: says nothing about a single time; remove it',
  ],
  [
    'a window of seconds',
    `schedule: { ${NIGHT}, window: 90s }`,
    'schedule.window: is no window that Scheduler takes; write whole minutes from 1m to 1440m, such as 15m',
  ],
  ['a window over a day', `schedule: { ${NIGHT}, window: 25h }`, 'schedule.window: is no window that Scheduler takes'],
  ['a number as grace', `schedule: { ${NIGHT}, grace: 5 }`, 'schedule.grace: is no duration; write'],
  [
    'another way to catch up',
    `schedule: { ${NIGHT}, catchUp: lst }`,
    'schedule.catchUp: `lst` is not possible; did you mean `last`?',
  ],
  [
    'a time that the clocks skip',
    'schedule: { at: 2027-03-28T01:30:00, timezone: Europe/Lisbon }',
    'schedule.at: does not exist in Europe/Lisbon: clocks go forward over it; write a time an hour later',
  ],
  [
    'a day that never comes',
    'schedule: { cron: "0 3 30 2 ? *" }',
    'schedule.cron: never fires; write a day that there is',
  ],
  [
    'a cron that only names times that the clocks skip',
    'schedule: { cron: "30 1 28 3 ? 2027", timezone: Europe/Lisbon }',
    'schedule.cron: never fires: clocks in Europe/Lisbon go forward over each of its times; write a time an hour later',
  ],
  [
    'a parameter that the job has not',
    `params: { date: { type: date, default: 2026-01-01 } }, schedule: { ${NIGHT}, params: { dat: x } }`,
    'schedule.params.dat: `j` has no parameter `dat`; did you mean `date`?',
  ],
  [
    'a parameter of a job without any',
    `schedule: { ${NIGHT}, params: { dat: x } }`,
    'schedule.params.dat: `j` has no parameter `dat`; it has none; remove this',
  ],
  [
    'a value of the wrong type',
    `params: { n: { type: integer, max: 3 } }, schedule: { ${NIGHT}, params: { n: 5 } }`,
    'schedule.params.n: must be at most 3',
  ],
  [
    'a secret given inline',
    `params: { s: { type: string, secret: true } }, schedule: { ${NIGHT}, params: { s: hunter2 } }`,
    'schedule.params.s: takes no secret itself; give the name of a parameter',
  ],
  [
    'a required parameter that is not given',
    `params: { n: { type: integer } }, schedules: { a: { ${NIGHT} } }`,
    'schedules.a: `j` needs its parameter `n`, which nobody gives it here; add `n` to `params` here, or give it a default',
  ],
])('%s is told', (_fact, rest, expected) => {
  const [first = '', ...more] = problems(rest);
  expect(more).toEqual([]);
  expect(first.slice(0, expected.length)).toBe(expected);
});

test('job and schedule together fit the name that Scheduler gives them', () => {
  const name = (length: number) => `schedules: { ${'s'.repeat(length)}: { rate: 1 day } }`;
  expect(problems(name(23), 'j'.repeat(40))).toEqual([]);
  expect(problems(name(24), 'j'.repeat(40))).toEqual([
    `schedules.${'s'.repeat(24)}: is 65 characters long together with its job, Scheduler takes 64; shorten one of the two`,
  ]);
});

test.each([
  ['expect: 24h', []],
  [`expect: every 24h, schedule: { ${NIGHT} }`, []],
  ['expect: 10m, schedules: { a: { rate: 1 hour }, b: { cron: "5 * * * ? *" } }', []],
  [
    `expect: 12h, schedule: { ${NIGHT} }`,
    ['expect: its schedule starts it every 1d at most; write at least that, and the time that it takes'],
  ],
  [
    'expect: 4m, schedule: { rate: 5 minutes }',
    ['expect: its schedule starts it every 5m at most; write at least that, and the time that it takes'],
  ],
  ['expect: 1h, schedule: { at: 2027-01-01T00:00:00 }', []],
  ['expect: 24', ['expect: is no time between two successes; write for example 24h, or every 24h']],
  ['expect: each 24h', ['expect: is no time between two successes; write for example 24h, or every 24h']],
])('%s: %j', (rest, expected) => expect(problems(rest)).toEqual(expected));
