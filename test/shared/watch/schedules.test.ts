import { expect, test } from 'vitest';
import type { LambdaSchedule } from '../../../shared/aws/scheduler.ts';
import { plus, toInstant } from '../../../shared/core/time.ts';
import { differences, worthALook } from '../../../shared/watch/compare-schedules.ts';
import {
  decideSchedules,
  isDue,
  newScheduleWatch,
  type ScheduleWatch,
  troubleOfSchedules,
} from '../../../shared/watch/decide-schedules.ts';

const now = toInstant('2026-11-20T09:00:00Z');
const minute = 60_000;
const schedule = (name: string, parts: Partial<LambdaSchedule> = {}): LambdaSchedule => ({
  name,
  group: 'batuta',
  expression: 'cron(0 12 * * ? *)',
  timezone: 'UTC',
  functionArn: 'arn:f',
  roleArn: 'arn:r',
  input: '{}',
  deadLetterArn: 'arn:q',
  state: 'ENABLED',
  afterCompletion: 'NONE',
  retries: 185,
  maxAgeSeconds: 86_400,
  ...parts,
});
const listed = (...names: string[]) => names.map((name) => ({ name, changedAt: now }));
const compare = (present: string[], found: [string, LambdaSchedule | undefined][]) =>
  differences([schedule('a'), schedule('b')], listed(...present), new Map(found), now).map(
    ({ name, what }) => `${name} ${what}`,
  );

test("what is missing, changed or somebody else's is a difference; what was not looked at is as it was", () => {
  expect(compare(['a', 'b'], [])).toEqual([]);
  expect(compare(['a', 'b'], [['a', schedule('a')]])).toEqual([]);
  expect(compare(['b'], [])).toEqual(['a missing']);
  expect(compare(['a', 'b'], [['a', undefined]])).toEqual(['a missing']);
  expect(compare(['a', 'b', 'c'], [['b', schedule('b', { state: 'DISABLED' })]])).toEqual(['b changed', 'c not ours']);
});

test('a schedule that is over and gone is no difference', () => {
  const over = schedule('once', { expression: 'at(2026-01-01T00:00:00)' });
  expect(differences([over], [], new Map(), now)).toEqual([]);
});

test('only what changed since all was well is looked at', () => {
  const list = [
    { name: 'a', changedAt: plus(now, -minute) },
    { name: 'b', changedAt: now },
  ];
  const names = (since: typeof now | undefined) =>
    worthALook([schedule('a'), schedule('b'), schedule('gone')], list, since).map(({ name }) => name);
  expect([names(undefined), names(now)]).toEqual([['a', 'b'], ['b']]);
});

test('a look is due once the configuration has settled, then hourly, and soon again where something differs', () => {
  const watch = newScheduleWatch('h', now);
  const at = (minutes: number) => plus(now, minutes * minute);
  expect([isDue(watch, at(14)), isDue(watch, at(15))]).toEqual([false, true]);
  const looked: ScheduleWatch = { ...watch, lookedAt: at(20) };
  expect([isDue(looked, at(79)), isDue(looked, at(80))]).toEqual([false, true]);
  expect(isDue({ ...looked, differing: [{ name: 'a', what: 'changed' }] }, at(25))).toBe(true);
});

test('a difference is told when two looks in a row find it, a further one as one more', () => {
  const [a, b] = [{ name: 'a', what: 'changed' } as const, { name: 'b', what: 'missing' } as const];
  const first = decideSchedules(newScheduleWatch('h', now), [a], now);
  expect(troubleOfSchedules(first.differing, [], now)).toBeUndefined();
  const second = decideSchedules(first.watch, [a, b], now);
  const trouble = troubleOfSchedules(second.differing, first.watch.told, now);
  expect(trouble).toMatchObject({ id: 'a', also: [], cause: expect.stringContaining('a (changed)') });
  const third = decideSchedules(second.watch, [a, b], now);
  expect(troubleOfSchedules(third.differing, second.watch.told, now)).toMatchObject({ id: 'b', also: [] });
  expect(decideSchedules(third.watch, [], now)).toMatchObject({ isOver: true, watch: { told: [], matchedAt: now } });
});
