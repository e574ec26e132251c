import { expect, test } from 'vitest';
import { judge, type Measurement, words } from '../../bench/benchmark.ts';
import { countTo } from '../../bench/support/counted-system.ts';
import { median } from '../../bench/support/median.ts';

const measured: Measurement = { name: 'x', value: 120, unit: 'ms', baseline: 40, limits: 'value', limit: 120 };

test('a result has exactly the documented keys, rounded to four digits', () => {
  expect(judge({ ...measured, value: 12.34567, baseline: 3 })).toEqual({
    name: 'x',
    value: 12.35,
    unit: 'ms',
    baseline: 3,
    ratio: 4.115,
    limit: 120,
    ok: true,
  });
});

test.each<[fact: string, change: Partial<Measurement>, ok: boolean]>([
  ['a value at its limit is ok', {}, true],
  ['a value just above its limit is not, however it is rounded', { value: 120.0001 }, false],
  ['a limit of the ratio does not look at the value', { limits: 'ratio', limit: 3 }, true],
  ['a ratio above its limit is not ok', { limits: 'ratio', limit: 2.9 }, false],
  ['what could not be measured is not ok', { value: Number.NaN }, false],
])('%s', (_fact, change, ok) => expect(judge({ ...measured, ...change }).ok).toBe(ok));

test('the line for people says what the limit is for', () => {
  expect(words({ ...measured, limits: 'ratio', limit: 0.5 })).toMatch(/^✘ .*ratio 3 .*limit 0\.5 ×$/);
  expect(words(measured)).toMatch(/^✔ .*limit 120 ms$/);
});

test('the median of an even number of values is between the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
  expect(() => median([])).toThrow(RangeError);
});

test('calls are counted up to the first of the last operation, of the named services only', () => {
  const call = (service: string, operation: string) => ({ service, operation, byFunction: true });
  const calls = [call('dynamodb', 'GetItem'), call('ecr', 'DescribeImages'), call('ecs', 'UpdateService')];
  expect(countTo([...calls, call('ecs', 'UpdateService')], ['ecs', 'ecr'], 'UpdateService')).toBe(2);
  expect(countTo(calls, ['ecs'], 'RunTask')).toBeUndefined();
});
