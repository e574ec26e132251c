import { expect, test } from 'vitest';
import { parsePattern } from '../../../../local/cloud/logs/pattern.ts';

test.each([
  ['', 'anything', true],
  ['ERROR', '[ERROR 400] BAD', true],
  ['ERROR', 'error', false],
  ['ERROR BAD', '[ERROR 400] BAD', true],
  ['ERROR GOOD', '[ERROR 400] BAD', false],
  ['"ERROR 400"', '[ERROR 400] BAD', true],
  ['"say \\"hi\\""', 'say "hi"', true],
  ['?ERROR ?WARN', 'WARN x', true],
  ['?ERROR ?WARN', 'INFO x', false],
  ['ERROR -EXIT', 'ERROR EXIT', false],
  ['ERROR -EXIT', 'ERROR 2', true],
  ['-"::debug"', '::debug x', false],
  ['?INFO REQUEST ?WARN', 'REQUEST', true],
  ['?"::progress" ?"::output"', '::output rows=1', true],
  ['%ERR[0-9]+%', 'ERR42', true],
  ['%ERR[0-9]+%', 'ERR', false],
  ['{ $.level = "error" }', '{"level":"error"}', true],
  ['{ $.level = "err*" }', '{"level":"error"}', true],
  ['{ $.level != "error" }', '{"level":"info"}', true],
  ['{ $.level != "error" }', '{}', false],
  ['{ $.level = error }', 'not json', false],
  ['{ $.a.b[1] >= 5 }', '{"a":{"b":[1,5]}}', true],
  ['{ $.a = 1 || $.b = 2 && $.c = 3 }', '{"a":1}', true],
  ['{ ($.a = 1 || $.b = 2) && $.c = 3 }', '{"a":1}', false],
  ['{ $.a IS NULL }', '{"a":null}', true],
  ['{ $.a IS TRUE }', '{"a":true}', true],
  ['{ $.a NOT EXISTS }', '{"b":1}', true],
  ['{ $.a NOT EXISTS }', '{"a":1}', false],
  ['[ip, user, time, request, status = 5*]', '1.2.3.4 - [10/Oct:13] "GET / x" 503', true],
  ['[ip, user, time, request, status = 5*]', '1.2.3.4 - [10/Oct:13] "GET / x" 200', false],
  ['[ip, user]', 'one two three', false],
  ['[..., status >= 500, size]', 'a b c 503 17', true],
  ['[..., status >= 500, size]', 'a b c x 17', false],
  ['[a = x || a = y && a != z]', 'y', true],
  ['[a = "*ing*"]', 'testing', true],
  ['{ $.constructor = "*" }', '{}', false],
])('%s on %s: %s', (pattern, message, expected) => {
  expect(parsePattern(pattern)(message)).toBe(expected);
});

test.each([
  ['::progress', '"::progress" in double quotes'],
  ['[ip, user', 'does not end with ]'],
  ['[..., a, ...]', 'more than one ellipsis'],
  ['[a > x]', 'compares numbers'],
  ['[a ~ 1]', 'cannot read the field'],
  ['"open', 'cannot read'],
  ['{ $.a = 1', 'does not end with }'],
  ['{ $.a ~ 1 }', '~ is not an operator'],
  ['{ a = 1 }', 'expected a selector'],
  ['{ $.a = }', 'ends too early'],
  ['{ ($.a = 1 }', 'parenthesis'],
  ['{ $.a = 1 $.b }', 'text after'],
  ['{ $.a < "x" }', 'compares numbers'],
  ['%(%', 'not a regular expression'],
])('%s is refused: %s', (pattern, reason) => {
  expect(() => parsePattern(pattern)).toThrow(reason);
});
