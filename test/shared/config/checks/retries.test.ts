import { expect, test } from 'vitest';
import { PLACE, problemsOf } from '../../../support/configuration.ts';

const problems = (rest: string) =>
  problemsOf(`${PLACE}jobs:\n  j: { script: a.sh, ${rest} }`).map((line) => line.replace(/^batuta\.yml:\d+:\d+ /, ''));

test.each([
  ['retry: {}'],
  ['retry: { attempts: 10, on: [spot, capacity, start, "exit:75", "exit:1-9", any], backoff: 5s, maxBackoff: 5s }'],
  ['attemptTimeout: 10m, retry: { on: [timeout] }'],
  ['cpu: 512, memory: 1024, retry: { on: [oom], memory: { max: 4096 } }'],
  ['retry: { on: [any], memory: { factor: 1.5, max: 2048 } }'],
  ['capacity: gpu, retry: { on: [oom], memory: { max: 777 } }'],
])('%s is fine', (rest) => expect(problems(rest)).toEqual([]));

test.each([
  ['attempts: 1', 'attempts: must be a whole number from 2 to 10'],
  ['attempts: 11', 'attempts: must be a whole number from 2 to 10'],
  ['on: []', 'on: names no reason to retry; write at least one, or remove `retry`'],
  ['on: [ooom]', 'on[0]: `ooom` is no reason to retry; did you mean `oom`?'],
  [
    'on: [cold]',
    'on[0]: `cold` is no reason to retry; write one of `spot`, `capacity`, `start`, `oom`, `timeout`, `any`, `exit:75`, `exit:1-9`',
  ],
  ['on: ["exit:0"]', 'on[0]: is a success; write exit codes from 1 to 255'],
  ['on: ["exit:0-9"]', 'on[0]: is a success; write exit codes from 1 to 255'],
  ['on: ["exit:9-1"]', 'on[0]: ends before it begins; write exit:1-9'],
  ['on: ["exit:256"]', 'on[0]: is no exit code; write one of 1 to 255 as exit:75, or a range as exit:1-9'],
  ['on: ["exit 75"]', 'on[0]: is no exit code; write one of 1 to 255 as exit:75, or a range as exit:1-9'],
  ['on: [75]', 'on[0]: must be text, not a number; put it in quotes'],
  ['backoff: 2', 'backoff: is no duration; write a whole number and s, m, h or d, such as 30s, 15m, 2h or 1d'],
  [
    'backoff: 10m, maxBackoff: 5m',
    'maxBackoff: is shorter than the first wait, 10m; write more, or a shorter `backoff`',
  ],
  [
    'on: [spot, timeout]',
    'on[1]: no attempt can time out: `timeout` ends the whole run; add an `attemptTimeout`, or remove it',
  ],
  ['memory: { max: 2048 }', 'memory: goes with `oom`; add `oom` to `on`, or remove it'],
  [
    'on: [oom], memory: { max: 3000 }',
    'memory.max: 3000 MiB is not possible with 256 CPU units; use 512, 1024 or 2048',
  ],
  ['on: [oom], memory: { max: 512 }', "memory.max: is not more than the job's own 512 MiB; write more"],
  ['on: [oom], memory: { factor: 1, max: 1024 }', 'memory.factor: must be more than 1; write for example 2'],
  ['on: [oom], memory: {}', 'memory.max: is missing; write for example 4096'],
])('retry: { %s } is told', (retry, expected) =>
  expect(problems(`retry: { ${retry} }`)).toEqual([`jobs.j.retry.${expected}`]),
);
