import { fireTimesBetween, nextFire } from '../shared/schedule/next-fire.ts';
import { parseSchedule } from '../shared/schedule/parse.ts';
import type { CronSchedule } from '../shared/schedule/schedule.ts';
import type { Benchmark } from './benchmark.ts';

const zones = ['Europe/Lisbon', 'America/New_York', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Asia/Kolkata', 'UTC'];
/** What teams write: mostly once a day or less, some hourly, some every quarter of an hour. */
const forms = [
  ...['M H * * ? *', 'M H ? * MON-FRI *', 'M H L * ? *', 'M H ? * 6#2 *', 'M H 15W * ? *', 'M H 1 JAN,JUL ? *'],
  ...['M H LW * ? *', 'M 8-20/2 ? * * *', 'M * * * ? *', '0/15 * * * ? *'],
];
const year = { from: Date.parse('2027-01-01T00:00Z'), to: Date.parse('2028-01-01T00:00Z') };
const SCHEDULES = 2000;
const ROUNDS = 5;
const FIRES = 200_000;

function scheduleOf(index: number): CronSchedule {
  const form = forms[index % forms.length] as string;
  const body = form.replace('M', `${index % 60}`).replace('H', `${(index * 7) % 24}`);
  const parsed = parseSchedule(`cron(${body})`, zones[index % zones.length]);
  if (!parsed.ok || parsed.schedule.kind !== 'cron') throw new Error(`no cron: ${body}`);
  return parsed.schedule;
}

/** The obvious way: look at each minute of the wall clock. Its calendar and time zones are ours, as fast as they are. */
function walk(schedule: CronSchedule, fromMs: number, toMs: number, most = Number.POSITIVE_INFINITY): number {
  let fires = 0;
  for (let instant = fromMs; instant < toMs && fires < most; instant += 60_000) {
    const wall = new Date(instant + schedule.zone.offsetAt(instant));
    const [minute, hour, month] = [wall.getUTCMinutes(), wall.getUTCHours(), wall.getUTCMonth() + 1];
    if (schedule.nextMinute[minute] !== minute || schedule.nextHour[hour] !== hour || !schedule.months[month]) continue;
    const first = new Date(Date.UTC(wall.getUTCFullYear(), month - 1, 1)).getUTCDay();
    const length = new Date(Date.UTC(wall.getUTCFullYear(), month, 0)).getUTCDate();
    if ((schedule.days(first, length) / 2 ** wall.getUTCDate()) & 1) fires += 1;
  }
  return fires;
}

/** The least of some rounds, in milliseconds: what the machine disturbed least. */
function leastMs(rounds: number, work: () => void): number {
  const times = Array.from({ length: rounds }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  });
  return Math.min(...times);
}

/** Microseconds for one next firing, of all forms and zones in turn, times within five years. */
function microsecondsEach(): number {
  const schedules = Array.from({ length: 60 }, (_, index) => scheduleOf(index));
  const after = schedules.map(() => year.from);
  const ms = leastMs(ROUNDS, () => {
    for (let count = 0; count < FIRES; count++) {
      const at = count % schedules.length;
      const next = nextFire(schedules[at] as CronSchedule, after[at] as number) ?? year.from;
      after[at] = next > year.from + 5 * (year.to - year.from) ? year.from : next;
    }
  });
  return (ms * 1000) / FIRES;
}

function walkedMicrosecondsEach(): number {
  let fires = 0;
  const ms = leastMs(1, () => {
    for (const [index] of forms.entries()) fires += walk(scheduleOf(index), year.from, year.to, 20);
  });
  return (ms * 1000) / fires;
}

/** Milliseconds for a year of all schedules, parsed anew. */
const yearMs = () =>
  leastMs(ROUNDS, () => {
    for (let index = 0; index < SCHEDULES; index++) fireTimesBetween(scheduleOf(index), year.from, year.to);
  });

/** One of each form stands for all: a walker takes minutes for 2 000. */
function walkedYearMs(): number {
  const ms = leastMs(1, () => {
    for (const [index] of forms.entries()) walk(scheduleOf(index), year.from, year.to);
  });
  return (ms * SCHEDULES) / forms.length;
}

/** `each`: 10 µs are 100 000 next firings per second. `year`: every firing of 2 000 schedules in a year. */
export const nextFireBench: Benchmark = {
  name: 'next-fire',
  async measure() {
    const each = { value: microsecondsEach(), baseline: walkedMicrosecondsEach(), unit: 'µs', limit: 10 };
    const all = { value: yearMs(), baseline: walkedYearMs(), unit: 'ms', limit: 2000 };
    return [
      { name: 'next-fire/each', ...each, limits: 'value' },
      { name: 'next-fire/year', ...all, limits: 'value' },
    ];
  },
};
