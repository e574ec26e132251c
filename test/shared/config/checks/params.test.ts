import { expect, test } from 'vitest';
import { PLACE, problemsOf } from '../../../support/configuration.ts';

const problems = (param: string, rest = '') =>
  problemsOf(`${PLACE}jobs:\n  j: { script: a.sh, params: { p: { ${param} } }${rest} }`).map((line) =>
    line.replace(/^batuta\.yml:\d+:\d+ jobs\.j\./, ''),
  );

test.each([
  ['type: enum, enum: [shop, billing], default: shop'],
  ['type: string, min: 1, max: 10, pattern: "[a-z]+", default: abc'],
  ['type: number, min: -1.5, max: 1.5, default: 0'],
  ['type: integer, enum: [1, 2], default: 2'],
  ['type: date, min: 2026-01-01, max: 2026-12-31, default: 2026-02-28'],
  ['type: duration, min: 1m, max: 1d, default: 90s'],
  ['type: list, items: integer, enum: [1, 2, 3], min: 1, max: 2, default: [1, 3]'],
  ['type: list, pattern: "[a-z]+", default: [abc, d]'],
  ['type: list, default: []'],
  ['type: string, secret: true, default: /shop/token'],
  ['type: boolean, secret: false, default: false'],
])('{ %s } is fine', (param) => expect(problems(param)).toEqual([]));

test.each([
  ['min: 5, max: 2, default: 9', ['max: is less than `min`, 5; swap them', 'default: must be at most 5']],
  ['min: 5, max: 2, default: 3', ['max: is less than `min`, 5; swap them']],
  ['min: 1.5, max: 2, default: 3', ['min: must be a whole number', 'default: must be at most 2']],
  ['pattern: a, enum: [1, x], default: y', ['pattern: goes', 'enum[1]: must be a', 'default: must be a whole number']],
])('what is wrong beside a wrong default is told with it: %s', (param, expected) => {
  const found = problems(`type: integer, ${param}`);
  expect(found.map((line, i) => line.replace('params.p.', '').slice(0, expected[i]?.length))).toEqual(expected);
});

test.each([
  ['type: enum', 'params.p: does not say which values it takes; add `enum: [a, b]`'],
  ['type: enum, enum: [1]', 'params.p.enum[0]: must be a string; put it in quotes'],
  ['type: list, enum: [a], default: [b]', 'params.p.default: item 1 must be one of a'],
  ['type: list, items: date, enum: [x]', 'params.p.enum[0]: must be a date such as 2026-11-20'],
  ['type: list, default: a', 'params.p.default: must be a list'],
  ['type: list, items: integer, default: [1, x]', 'params.p.default: item 2 must be a whole number'],
  [
    'type: list, items: list',
    'params.p.items: `list` is not possible; write one of `string`, `number`, `integer`, `boolean`, `date`, `duration`',
  ],
  ['type: string, items: string', 'params.p.items: goes with a list only; remove it'],
  ['type: integer, pattern: a', 'params.p.pattern: goes with texts only; remove it'],
  ['type: boolean, min: 1', 'params.p.min: goes with numbers, strings, lists, dates and durations only; remove it'],
  ['type: list, secret: true', 'params.p.secret: goes with strings only; remove it'],
  ['type: integer, min: 1.5', 'params.p.min: must be a whole number'],
  ['type: number, max: "5"', 'params.p.max: must be a number'],
  ['type: string, min: -1', 'params.p.min: must be a length: 0, 1, 2 …'],
  ['type: date, min: 2026-02-30', 'params.p.min: must be a date such as 2026-11-20'],
  ['type: duration, max: 5', 'params.p.max: must be a duration such as 15m'],
  ['type: duration, min: 2h, max: 90m', 'params.p.max: is less than `min`, 2h; swap them'],
  ['type: string, pattern: "["', 'params.p.pattern: is no regular expression; write for example [a-z0-9-]+'],
  [
    'type: string, pattern: "(a+)+"',
    'params.p.pattern: takes forever for some texts; write it without repetitions inside repetitions',
  ],
  [`type: string, pattern: "${'a'.repeat(501)}"`, 'params.p.pattern: is longer than 500 characters; write it shorter'],
  ['type: string, pattern: ""', 'params.p.pattern: is empty; write a pattern or remove it'],
  ['type: string, pattern: "[a-z]+", default: A1', 'params.p.default: must match [a-z]+'],
  ['type: sting', 'params.p.type: `sting` is not possible; did you mean `string`?'],
  ['type: secret', 'params.p.type: `secret` is not possible; write `type: string` and `secret: true`'],
])('{ %s } is told', (param, expected) => expect(problems(param)[0]).toBe(expected));

test('a secret as a default is refused, and never repeated', () => {
  const [problem] = problems('type: string, secret: true, default: hunter2');
  expect(problem).toBe(
    "params.p.default: takes no secret itself; give the name of a parameter, such as /shop/db/password, or a secret's ARN",
  );
});

test.each([
  ['type: list', '"{{...p}}"'],
  ['type: list, required: false', '"{{ ... p }}"'],
  ['type: string', '"--p={{p}}"'],
])('{ %s } goes into args as %s', (param, arg) => expect(problems(param, `, args: [${arg}]`)).toEqual([]));

test.each([
  ['type: list', '"{{p}}"', '`{{p}}` is a list; write "{{...p}}" alone in an argument'],
  ['type: list', '"--p={{...p}}"', 'a list becomes arguments of its own; write "{{...p}}" alone'],
  ['type: string', '"{{...p}}"', '`{{...p}}` is no list; write `{{p}}`'],
  [
    'type: string, secret: true',
    '"{{p}}"',
    '`{{p}}` is the name of a secret, which arguments do not show; remove it: the script finds the name in its environment',
  ],
  [
    'type: string',
    '"{{steps.a.outputs.b}}"',
    '`{{steps.a.outputs.b}}`: outputs are given by the job that starts this one; write it there, in `then[].params`, and name a parameter here',
  ],
])('{ %s } in args as %s is told', (param, arg, expected) =>
  expect(problems(param, `, args: [${arg}]`)).toEqual([`args[0]: ${expected}`]),
);
