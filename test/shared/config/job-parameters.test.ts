import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ParamConfig } from '../../../shared/config/config.ts';
import { checkParams, paramEnvironment, renderArgs } from '../../../shared/config/job-parameters.ts';

const params: Record<string, ParamConfig> = {
  database: { type: 'string', enum: ['shop', 'billing'], default: 'shop', required: false },
  rows: { type: 'integer', required: true },
  ratio: { type: 'number', required: false },
  dryRun: { type: 'boolean', required: false },
};
const check = (given?: unknown) => checkParams({ params }, given);

describe('checkParams', () => {
  test('fills in defaults and leaves out what has no value', () => {
    expect(check({ rows: 5 })).toEqual({ ok: true, params: { database: 'shop', rows: 5 } });
  });

  test('takes a value of each type', () => {
    const given = { database: 'billing', rows: 0, ratio: 0.5, dryRun: false };
    expect(check(given)).toEqual({ ok: true, params: given });
  });

  test.each([
    [{ rows: '5' }, 'rows', 'must be a whole number'],
    [{ rows: 1.5 }, 'rows', 'must be a whole number'],
    [{ rows: 2 ** 60 }, 'rows', 'must be a whole number'],
    [{ rows: null }, 'rows', 'must be a whole number'],
    [{}, 'rows', 'is required'],
    [undefined, 'rows', 'is required'],
    [{ rows: 1, ratio: Number.NaN }, 'ratio', 'must be a number'],
    [{ rows: 1, dryRun: 'true' }, 'dryRun', 'must be true or false'],
    [{ rows: 1, database: 'shopp' }, 'database', 'must be one of shop, billing'],
    [{ rows: 1, database: ['shop'] }, 'database', 'must be a string'],
    [{ rows: 1, databse: 'shop' }, 'databse', 'is not a parameter of this job; did you mean `database`?'],
    [
      { rows: 1, toString: 'x' },
      'toString',
      'is not a parameter of this job; write one of `database`, `rows`, `ratio`, `dryRun`',
    ],
    [
      JSON.parse('{"rows":1,"__proto__":{"a":1}}'),
      '__proto__',
      'is not a parameter of this job; write one of `database`, `rows`, `ratio`, `dryRun`',
    ],
    [[1], '', 'must be an object of parameters'],
    ['rows=1', '', 'must be an object of parameters'],
    [null, '', 'must be an object of parameters'],
  ])('refuses %j', (given, name, message) => {
    expect(check(given)).toEqual({ ok: false, problems: [{ name, message }] });
  });

  test('tells everything at once', () => {
    const checked = check({ dryRun: 1, other: 2 });
    expect(checked.ok ? [] : checked.problems.map(({ name }) => name)).toEqual(['other', 'rows', 'dryRun']);
  });

  test('refuses a NUL, which no argument can hold', () => {
    const checked = checkParams({ params: { a: { type: 'string', required: true } } }, { a: 'x\0y' });
    expect(checked).toEqual({ ok: false, problems: [{ name: 'a', message: 'must not hold a NUL character' }] });
  });

  test('says it where a job has no parameters', () => {
    expect(checkParams({ params: {} }, { a: 1 })).toMatchObject({
      problems: [{ name: 'a', message: 'is not a parameter of this job; this job has none' }],
    });
  });

  test('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.anything(), (given) => typeof check(given).ok === 'boolean'));
  });
});

describe('renderArgs', () => {
  test('replaces inside one argument', () => {
    expect(renderArgs(['--db={{db}}-{{n}}', '{{ db }}', 'plain'], { db: 'shop', n: 5 })).toEqual([
      '--db=shop-5',
      'shop',
      'plain',
    ]);
  });

  test('never splits, and never reads a value as a template or a replacement pattern', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(renderArgs(['{{a}}', 'x{{b}}y'], { a, b })).toEqual([a, `x${b}y`]);
      }),
    );
    expect(renderArgs(['{{a}}'], { a: '{{b}} $& $1 "; rm -rf /', b: 'no' })).toEqual(['{{b}} $& $1 "; rm -rf /']);
  });

  test('a name that every object has is no value', () => {
    expect(renderArgs(['{{constructor}}'], {})).toEqual(['']);
  });
});

test('parameters reach the script in upper snake case', () => {
  expect(paramEnvironment({ database: 'shop', dryRun: true, 'max-rows': 5, HTTPPort: 1 })).toEqual({
    PARAM_DATABASE: 'shop',
    PARAM_DRY_RUN: 'true',
    PARAM_MAX_ROWS: '5',
    PARAM_HTTPPORT: '1',
  });
});
