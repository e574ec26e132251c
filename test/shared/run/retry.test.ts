import { describe, expect, test } from 'vitest';
import type { StopCause } from '../../../shared/aws/task.ts';
import type { FailureClass, JobConfig, RetryConfig } from '../../../shared/config/config.ts';
import { plus } from '../../../shared/core/time.ts';
import { capacityOf, memoryOf } from '../../../shared/run/attempt-place.ts';
import { decideRetry, failureClassesOf } from '../../../shared/run/retry.ts';
import type { Run } from '../../../shared/run/run.ts';
import { report } from '../../support/run-world.ts';
import { anAttempt, aRun, now } from '../../support/runs.ts';

const minute = 60_000;
const policy: RetryConfig = {
  attempts: 3,
  on: ['spot', 'capacity', 'start'],
  backoffMs: minute,
  maxBackoffMs: 60 * minute,
};
const cause = (kind: string, exitCode?: number): StopCause => ({
  kind,
  cause: `${kind} happened`,
  hint: '',
  ...(exitCode === undefined ? {} : { exitCode }),
});
const withSpec = (spec: Partial<JobConfig>, parts: Partial<Run> = {}) =>
  aRun({ state: 'running', attempts: [anAttempt()], ...parts, spec: { ...report, ...spec } });
const retrying = (on: readonly FailureClass[], parts: Partial<Run> = {}) =>
  withSpec({ retry: { ...policy, on } }, parts);

describe('what a failure counts as', () => {
  test.each<[string, StopCause, boolean, FailureClass[]]>([
    ['an image that cannot be pulled', cause('image'), false, ['start', 'any']],
    ['secrets that cannot be read', cause('secrets'), false, ['start', 'any']],
    ['no reason, no container, and it never ran', cause('unknown'), false, ['start', 'any']],
    ['a runtime that got stuck once the script ran is no failed start', cause('runtime'), true, ['any']],
    ['an exit code', cause('exit', 75), true, ['exit:75', 'any']],
    ['a crash by its code', cause('crash', 139), true, ['exit:139', 'any']],
    ['out of memory', cause('oom', 137), true, ['oom', 'exit:137', 'any']],
    ["an attempt's time", cause('timeout', 143), true, ['timeout', 'exit:143', 'any']],
    ['Spot', cause('spot', 143), true, ['spot', 'exit:143', 'any']],
    ['maintenance takes the machine away as Spot does', cause('maintenance'), true, ['spot', 'any']],
    ['a lost task may have done its work', cause('lost'), true, ['any']],
    ['a person in ECS', cause('user', 143), true, []],
    ['a run that took its place', cause('replaced'), true, []],
  ])('%s', (_fact, outcome, began, expected) => expect(failureClassesOf({ outcome, began })).toEqual(expected));
});

describe('whether another attempt follows', () => {
  const decide = (run: Run, outcome: StopCause, began = true) => decideRetry(run, { outcome, began, at: now });

  test.each<[string, FailureClass[], StopCause, string]>([
    ['a code that the policy names', ['exit:75'], cause('exit', 75), 'retry'],
    ['another code', ['exit:75'], cause('exit', 1), 'no'],
    ['the first of a range', ['exit:1-9'], cause('exit', 1), 'retry'],
    ['the last of a range', ['exit:1-9'], cause('exit', 9), 'retry'],
    ['beyond a range', ['exit:1-9'], cause('exit', 10), 'no'],
    ['a range is no prefix', ['exit:1'], cause('exit', 12), 'no'],
    ['any covers what a script does', ['any'], cause('exit', 1), 'retry'],
    ['any does not cover what a person does', ['any'], cause('user', 143), 'no'],
    ['nothing without a policy of that class', ['spot'], cause('oom', 137), 'no'],
  ])('%s', (_fact, on, outcome, expected) => expect(decide(retrying(on), outcome).kind).toBe(expected));

  test('without retry in the job nothing is retried', () =>
    expect(decide(withSpec({}), cause('spot'))).toEqual({ kind: 'no', why: 'not-wanted' }));

  test('it says which attempt it waits for, and why', () =>
    expect(decide(retrying(['any']), cause('exit', 1))).toMatchObject({
      because: 'any',
      waitingFor: 'attempt 2 of 3 after exit happened',
    }));

  test('tasks count, refused launches do not', () => {
    const refused = anAttempt({ number: 7, refused: 'RESOURCE:FARGATE' });
    const one = retrying(['any'], { attempts: [anAttempt(), refused] });
    expect(decide(one, cause('exit', 1)).kind).toBe('retry');
    const three = retrying(['any'], { attempts: [1, 4, 9].map((number) => anAttempt({ number })) });
    expect(decide(three, cause('exit', 1))).toEqual({ kind: 'no', why: 'used-up' });
  });

  test('each wait is twice the one before, cut by up to half, and never above maxBackoff', () => {
    const waits = Array.from({ length: 8 }, (_, count) => {
      const attempts = Array.from({ length: count + 1 }, (__, index) => anAttempt({ number: index + 1 }));
      const retry = { ...policy, attempts: 10, on: ['any' as const], maxBackoffMs: 20 * minute };
      const decision = decide(withSpec({ retry }, { attempts }), cause('exit', 1));
      return decision.kind === 'retry' ? decision.notBefore - now : 0;
    });
    for (const [count, wait] of waits.entries()) {
      const full = Math.min(2 ** count, 20) * minute;
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }
  });

  test("an attempt that would begin after the run's deadline does not", () => {
    const soon = retrying(['any'], { deadlineAt: plus(now, 10_000) });
    expect(decide(soon, cause('exit', 1))).toMatchObject({ kind: 'no', why: 'no-time' });
  });
});

describe('where the next attempt runs', () => {
  const spot = { provider: 'FARGATE_SPOT', weight: 1, base: 0 };
  const onDemand = { provider: 'FARGATE', weight: 1, base: 0 };
  const capacity = { strategy: [spot], fallback: [onDemand] };
  const nextOf = (...attempts: Run['attempts']) => capacityOf(withSpec({ capacity }, { attempts }));

  test('first by the strategy', () => expect(nextOf()).toEqual([spot]));
  test('by the fallback once Spot took one back', () =>
    expect(nextOf(anAttempt({ outcome: cause('spot') }))).toEqual([onDemand]));
  test('by the fallback once there was no capacity', () =>
    expect(nextOf(anAttempt({ refused: 'RESOURCE:FARGATE', noCapacity: true }))).toEqual([onDemand]));
  test('by the fallback for the rest of the run', () =>
    expect(nextOf(anAttempt({ fallback: true, outcome: cause('exit', 1) }))).toEqual([onDemand]));
  test('as before after a failure of the script', () =>
    expect(nextOf(anAttempt({ outcome: cause('exit', 1) }))).toEqual([spot]));
  test('as before where there is no fallback', () =>
    expect(
      capacityOf(withSpec({ capacity: { strategy: [spot] } }, { attempts: [anAttempt({ outcome: cause('spot') })] })),
    ).toEqual([spot]));
});

describe('memory after running out of it', () => {
  const grow = (spec: Partial<JobConfig>, last: Partial<Run['attempts'][number]>, factor = 2, maxMiB = 4096) =>
    memoryOf(
      withSpec(
        { cpu: 512, memoryMiB: 1024, ...spec, retry: { ...policy, memory: { factor, maxMiB } } },
        { attempts: [anAttempt(last)] },
      ),
    );
  const oom = cause('oom', 137);

  test('is the next size of Fargate', () => expect(grow({}, { outcome: oom }, 1.2)).toBe(2048));
  test('grows from what the last attempt had', () => expect(grow({}, { outcome: oom, memoryMiB: 2048 })).toBe(4096));
  test('goes up to max', () => expect(grow({}, { outcome: oom, memoryMiB: 2048 }, 2, 3072)).toBe(3072));
  test('stays at max', () => expect(grow({}, { outcome: oom, memoryMiB: 3072 }, 2, 3072)).toBe(3072));
  test('stays as it was after another failure', () =>
    expect(grow({}, { outcome: cause('exit', 1), memoryMiB: 2048 })).toBe(2048));
  test("is the job's own at first", () => expect(grow({}, {})).toBeUndefined());
  test('is any size on EC2', () => {
    const capacity = { strategy: [{ provider: 'gpu', weight: 1, base: 0 }] };
    expect(grow({ capacity, memoryMiB: 1000 }, { outcome: oom }, 1.5)).toBe(1500);
  });
  test('is not more where the policy does not say so', () =>
    expect(memoryOf(withSpec({ retry: policy }, { attempts: [anAttempt({ outcome: oom })] }))).toBeUndefined());
});
