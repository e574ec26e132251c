import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toInstant } from '../../../shared/core/time.ts';
import { maskLinesBefore, withMaskLine } from '../../../shared/run/mask-lines.ts';
import { anAttempt, aRun } from '../../support/runs.ts';

const at = toInstant;
const taskArn = (id: string) => `arn:aws:ecs:us-east-1:123456789012:task/prod/${id}`;
const two = aRun({
  attempts: [anAttempt({ number: 1, taskArn: taskArn('one') }), anAttempt({ number: 3, taskArn: taskArn('three') })],
});
const noted = (times: readonly number[], number = 3) =>
  times.reduce((run, ms) => withMaskLine(run, number, at(ms)), two);
const timesOf = (run: typeof two) => run.attempts.at(-1)?.maskLines ?? [];

test('a line that is known, or of an attempt that is not, leaves the very same run', () => {
  const run = noted([5]);
  expect(withMaskLine(run, 3, at(5))).toBe(run);
  expect(withMaskLine(run, 2, at(6))).toBe(run);
});

test('lines hold for their millisecond and what comes later, and for the attempts that follow', () => {
  const run = withMaskLine(noted([5, 9]), 1, at(20));
  const before = (attempt: number, ms: number) =>
    maskLinesBefore(run, { attempt, stream: `stream ${attempt}` }, at(ms)).map((line) => [line.stream, line.at]);
  expect(before(3, 4)).toEqual([['report/job/one', 20]]);
  expect(before(3, 5)).toEqual([
    ['report/job/one', 20],
    ['stream 3', 5],
  ]);
  expect(before(1, 19)).toEqual([]);
  expect(before(1, 20)).toEqual([['stream 1', 20]]);
});

test('a run recorded before there were mask lines has none', () =>
  expect(maskLinesBefore(two, { attempt: 3, stream: 's' }, at(5))).toEqual([]));

test('in whatever order lines come, the first fifty of them are kept, once, and more are told', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 150 }), (times) => {
      const first = [...new Set(times)].toSorted((a, b) => a - b);
      const run = noted(times);
      expect(timesOf(run)).toEqual(first.slice(0, 50));
      expect(run.note === undefined).toBe(first.length <= 50);
      const again = times.reduce((known, ms) => withMaskLine(known, 3, at(ms)), run);
      expect(again).toBe(run);
    }),
  );
});
