import { expect, test } from 'vitest';
import { PLACE, problemsOf } from '../../../support/configuration.ts';

const problems = (...jobs: string[]) =>
  problemsOf(`${PLACE}jobs:\n${jobs.map((job) => `  ${job.replace('{', '{ script: x.sh,')}\n`).join('')}`).map((line) =>
    line.replace(/^batuta\.yml:\d+:\d+ jobs\./, ''),
  );
const file = 'params: { file: { type: string, required: false } }';

test.each([
  ['a name', ['a: { then: [b] }', 'b: {}']],
  ['an own output', ['a: { then: [{ job: b, params: { file: "{{steps.a.outputs.file}}" } }] }', `b: { ${file} }`]],
  [
    'an output of a job before the one before',
    [
      'a: { then: [b] }',
      'b: { onFailure: [{ job: c, params: { file: "s3://x/{{ steps.a.outputs.file }}" } }] }',
      `c: { ${file} }`,
    ],
  ],
  [
    'an output for a number, to be judged when it is there',
    ['a: { then: [{ job: b, params: { n: "{{steps.a.outputs.rows}}" } }] }', 'b: { params: { n: { type: integer } } }'],
  ],
  ['two ways to one job', ['a: { then: [b, c] }', 'b: { then: [d] }', 'c: { then: [d] }', 'd: {}']],
  ['the same job after both ends', ['a: { then: [b], onFailure: [b] }', 'b: {}']],
])('%s is fine', (_fact, jobs) => expect(problems(...jobs)).toEqual([]));

test.each([
  ['a job that there is not', ['a: { then: [bb] }', 'b: {}'], 'a.then[0]: there is no job `bb`; did you mean `b`?'],
  ['a job twice', ['a: { then: [b, b] }', 'b: {}'], 'a.then[1]: `b` stands here twice; keep one of the two'],
  ['itself', ['a: { onFailure: [a] }'], 'a.onFailure[0]: goes in a circle: a → a; remove one of them'],
  [
    'a circle over both kinds, once',
    ['x: { then: [a] }', 'a: { then: [b] }', 'b: { onFailure: [{ job: c }] }', 'c: { then: [a] }'],
    'a.then[0]: goes in a circle: a → b → c → a; remove one of them',
  ],
  [
    'a required parameter that is not given',
    ['a: { then: [b] }', 'b: { params: { n: { type: integer } } }'],
    'a.then[0]: `b` needs its parameter `n`, which nobody gives it here; add `n` to `params` here, or give it a default',
  ],
  [
    'a parameter that it has not',
    ['a: { then: [{ job: b, params: { fil: x } }] }', `b: { ${file} }`],
    'a.then[0].params.fil: `b` has no parameter `fil`; did you mean `file`?',
  ],
  [
    'a value of a wrong type',
    ['a: { then: [{ job: b, params: { file: 5 } }] }', `b: { ${file} }`],
    'a.then[0].params.file: must be a string; put it in quotes',
  ],
  [
    'an output of a job that does not run before',
    ['a: { then: [{ job: b, params: { file: "{{steps.c.outputs.x}}" } }] }', `b: { ${file} }`, 'c: {}'],
    'a.then[0].params.file: `c` does not run before this; did you mean `a`?',
  ],
  [
    'an output of a job that comes later',
    ['a: { then: [{ job: b, params: { file: "{{steps.b.outputs.x}}" } }] }', `b: { ${file} }`],
    'a.then[0].params.file: `b` does not run before this; did you mean `a`?',
  ],
  [
    'an output of no job',
    ['a: { then: [{ job: b, params: { file: "{{steps.zzz.outputs.x}}" } }] }', `b: { ${file} }`],
    'a.then[0].params.file: there is no job `zzz`; write one of `a`',
  ],
  [
    'another template',
    ['a: { then: [{ job: b, params: { file: "{{database}}" } }] }', `b: { ${file} }`],
    'a.then[0].params.file: `{{database}}` is no output; write `{{steps.a.outputs.NAME}}`',
  ],
])('%s is told', (_fact, jobs, expected) => expect(problems(...jobs)).toEqual([expected]));

test('each circle is told, also where two share a job', () => {
  expect(problems('a: { then: [b, c] }', 'b: { then: [a] }', 'c: { then: [a] }')).toEqual([
    'a.then[0]: goes in a circle: a → b → a; remove one of them',
    'a.then[1]: goes in a circle: a → c → a; remove one of them',
  ]);
});

test('a long chain and a wide one take no time', () => {
  const jobs = Array.from({ length: 300 }, (_, i) => `j${i}: { then: [${i < 299 ? `j${i + 1}` : ''}] }`);
  expect(problems(...jobs)).toEqual([]);
});
