import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ParamConfig } from '../../../shared/config/config.ts';
import { checkParams, checkParamsOfEach, paramEnvironment, renderArgs } from '../../../shared/config/job-parameters.ts';
import { paramFromText } from '../../../shared/config/param-text.ts';

type Rules = Omit<ParamConfig, 'required'>;
const problemOf = (rules: Rules, value: unknown) => {
  const checked = checkParams({ params: { p: { required: true, ...rules } } }, { p: value });
  return checked.ok ? undefined : checked.problems.map(({ message }) => message).join();
};

const slug: Rules = { type: 'string', pattern: '[a-z]+|x\\d' };
const NAME = "takes no secret itself; give the name of a parameter, such as /shop/db/password, or a secret's ARN";

test.each<[Rules, unknown, string | undefined]>([
  [{ type: 'string', min: 2, max: 3 }, 'ab', undefined],
  [{ type: 'string', min: 2 }, 'a', 'must have at least 2 characters'],
  [{ type: 'string', max: 1 }, 'ab', 'must have at most 1 character'],
  [{ type: 'string', max: 1 }, '😀', undefined],
  [{ type: 'string' }, 'a'.repeat(8193), 'has more than the 8192 characters that a run can be given'],
  [slug, 'abc', undefined],
  [slug, 'x1', undefined],
  [slug, 'abc1', 'must match [a-z]+|x\\d'],
  [slug, 'abc\n', 'must match [a-z]+|x\\d'],
  [{ type: 'integer', min: 1, max: 5 }, 0, 'must be at least 1'],
  [{ type: 'number', max: 1.5 }, 1.6, 'must be at most 1.5'],
  [{ type: 'date' }, '2024-02-29', undefined],
  [{ type: 'date' }, '2026-02-29', 'must be a date such as 2026-11-20'],
  [{ type: 'date' }, '20.11.2026', 'must be a date such as 2026-11-20'],
  [{ type: 'date', min: '2026-01-01' }, '2025-12-31', 'must not be before 2026-01-01'],
  [{ type: 'date', max: '2026-01-01' }, '2026-01-02', 'must not be after 2026-01-01'],
  [{ type: 'duration', min: '90s' }, '2m', undefined],
  [{ type: 'duration', max: '90s' }, '2m', 'must be at most 90s'],
  [{ type: 'duration' }, '5 minutes', 'must be a duration such as 15m'],
  [{ type: 'list' }, [], undefined],
  [{ type: 'list' }, 'a', 'must be a list'],
  [{ type: 'list', min: 1 }, [], 'must have at least 1 item'],
  [{ type: 'list', max: 1 }, ['a', 'b'], 'must have at most 1 item'],
  [{ type: 'list', items: 'integer' }, [1, '2'], 'item 2 must be a whole number'],
  [{ type: 'list', items: 'date' }, ['2026-11-20', '2026-11-31'], 'item 2 must be a date such as 2026-11-20'],
  [{ type: 'list', enum: ['a', 'b'] }, ['a', 'c'], 'item 2 must be one of a, b'],
  [{ type: 'list', pattern: '[a-z]+' }, ['a', 'B'], 'item 2 must match [a-z]+'],
  [{ type: 'list' }, [['a']], 'item 1 must be a string'],
  [{ type: 'list' }, ['a\0'], 'item 1 must not hold a NUL character'],
  [{ type: 'string', secret: true }, '/shop/token', undefined],
  [{ type: 'string', secret: true }, 'arn:aws:ssm:eu-west-1:123456789012:parameter/shop/token', undefined],
  [
    { type: 'string', secret: true },
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-AbCdEf:key::',
    undefined,
  ],
  [{ type: 'string', secret: true }, 'hunter2', NAME],
  [{ type: 'string', secret: true }, 'postgres://user:hunter2@db', NAME],
])('%j given %j: %s', (rules, value, expected) => expect(problemOf(rules, value)).toBe(expected));

test('a pattern that never ends for a text is a problem, not a function that hangs', () => {
  expect(problemOf({ type: 'string', pattern: '(?:a|a)*b?c' }, `${'a'.repeat(40)}!`)).toBe(
    'takes longer than 500 ms to compare with its pattern; write it shorter',
  );
});

test('ten thousand items are compared with a pattern at once', () => {
  const job = { params: { file: { type: 'string', pattern: 'f-\\d+', required: true } as const } };
  const items = Array.from({ length: 10_000 }, (_, i) => ({ file: i === 7777 ? 'g' : `f-${i}` }));
  const wrong = checkParamsOfEach(job, items).flatMap((checked, i) => (checked.ok ? [] : [[i, checked.problems]]));
  expect(wrong).toEqual([[7777, [{ name: 'file', message: 'must match f-\\d+' }]]]);
});

test('many at once are judged as each alone', () => {
  const params: Record<string, ParamConfig> = {
    a: { type: 'string', pattern: '[a-c]*', required: true },
    b: { type: 'list', items: 'integer', max: 2, required: false },
  };
  const some = fc.record(
    { a: fc.string({ unit: fc.constantFrom(...'abcd'), maxLength: 3 }), b: fc.array(fc.integer(), { maxLength: 3 }) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(some, { maxLength: 5 }), (given) => {
      expect(checkParamsOfEach({ params }, given)).toEqual(given.map((one) => checkParams({ params }, one)));
    }),
    { numRuns: 50 },
  );
});

describe('lists reach the script', () => {
  test('as arguments of their own, none where the list is empty or not given', () => {
    const args = ['--files', '{{...files}}', '{{ ... none }}', '--end'];
    expect(renderArgs(args, { files: ['a b', '{{none}}'] })).toEqual(['--files', 'a b', '{{none}}', '--end']);
    expect(renderArgs(args, { files: [] })).toEqual(['--files', '--end']);
  });

  test('never split or joined, whatever their items hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (files) => {
        expect(renderArgs(['x', '{{...files}}', 'y'], { files })).toEqual(['x', ...files, 'y']);
        expect(JSON.parse(paramEnvironment({ files }).PARAM_FILES ?? '')).toEqual(files);
      }),
    );
  });
});

test.each<[Pick<ParamConfig, 'type' | 'items'>, string, unknown]>([
  [{ type: 'string' }, '5', '5'],
  [{ type: 'integer' }, '-5', -5],
  [{ type: 'number' }, '1.5e3', 1500],
  [{ type: 'integer' }, '0x10', '0x10'],
  [{ type: 'integer' }, '', ''],
  [{ type: 'boolean' }, 'true', true],
  [{ type: 'boolean' }, 'yes', 'yes'],
  [{ type: 'date' }, '2026-11-20', '2026-11-20'],
  [{ type: 'list' }, 'a, b', ['a', 'b']],
  [{ type: 'list', items: 'integer' }, '1,2', [1, 2]],
  [{ type: 'list' }, '["a,b"]', ['a,b']],
  [{ type: 'list' }, '[a', '[a'],
  [{ type: 'list' }, '', []],
])('%j from the text %j', (param, text, expected) => expect(paramFromText(param, text)).toEqual(expected));
