import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPattern, type EventPattern, matches } from '../../../../local/cloud/events/pattern.ts';
import { AwsError } from '../../../../local/cloud/service.ts';

const operators = [
  'prefix',
  'suffix',
  'wildcard',
  'anything-but',
  'numeric',
  'exists',
  'cidr',
  'equals-ignore-case',
  '$or',
  'constructor',
  '__proto__',
];
const key = fc.oneof(fc.constantFrom(...operators, 'a', 'b'), fc.string({ maxLength: 3 }));
const leaf = fc.oneof(
  fc.constantFrom(null, true, '', '*', '\\*', 'a', 'ab', '=', '>', '<=', '10.0.0.1', '10.0.0.0/8'),
  fc.integer({ min: -3, max: 3 }),
);

const { tree: anyJson } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
  ),
}));
function checked(pattern: unknown): EventPattern | AwsError {
  try {
    return checkPattern(JSON.stringify(pattern));
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

test('any JSON is a pattern or refused as AWS refuses it, and any event can be asked about', () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.dictionary(key, anyJson, { maxKeys: 3 }), anyJson, (pattern, event) => {
      const result = checked(pattern);
      if (result instanceof AwsError) {
        expect(result.code).toMatch(/^(InvalidEventPattern|LimitExceeded)Exception$/);
      } else {
        accepted++;
        expect(typeof matches(result, event)).toBe('boolean');
      }
    }),
    { numRuns: 2000 },
  );
  expect(accepted).toBeGreaterThan(10);
});

test('anything-but is the opposite of each operator for texts that are there', () => {
  const operator = fc.oneof(
    fc.tuple(fc.constantFrom('prefix', 'suffix', 'equals-ignore-case'), fc.stringMatching(/^[abAB]{1,3}$/)),
    fc.tuple(fc.constant('wildcard'), fc.stringMatching(/^\*?[ab]{1,2}(\*[ab])?\*?$/)),
  );
  fc.assert(
    fc.property(operator, fc.stringMatching(/^[abAB]{0,6}$/), ([name, text], value) => {
      const plain = checkPattern(JSON.stringify({ x: [{ [name]: text }] }));
      const opposite = checkPattern(JSON.stringify({ x: [{ 'anything-but': { [name]: text } }] }));
      expect(matches(opposite, { x: value })).toBe(!matches(plain, { x: value }));
    }),
  );
});

test('a wildcard matches as the regular expression with .* does', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^\*?([ab]{1,2}\*)*[ab]{0,2}$/),
      fc.stringMatching(/^[ab]{0,8}$/),
      (pattern, value) => {
        fc.pre(!pattern.includes('**'));
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(value);
        expect(matches(checkPattern(JSON.stringify({ x: [{ wildcard: pattern }] })), { x: value })).toBe(expected);
      },
    ),
    { numRuns: 500 },
  );
});
