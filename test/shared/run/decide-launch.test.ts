import { describe, expect, test } from 'vitest';
import type { TaskAnswer } from '../../../shared/aws/task-request.ts';
import { plus } from '../../../shared/core/time.ts';
import { afterLaunch } from '../../../shared/run/after-launch.ts';
import { decideLaunch } from '../../../shared/run/decide-launch.ts';
import { afterFound, afterMissing, decideStop } from '../../../shared/run/decide-sweep.ts';
import { withIntent } from '../../../shared/run/launch-intent.ts';
import type { Run } from '../../../shared/run/run.ts';
import { report } from '../../support/run-world.ts';
import { anAttempt, aRun, now } from '../../support/runs.ts';
import { aTask } from '../../support/task.ts';

const hour = 3_600_000;
const minute = 60_000;
const launching = (ageMs: number) =>
  aRun({ state: 'launching', attempts: [anAttempt({ intendedAt: plus(now, -ageMs) })] });

test.each([
  ['a queued run is prepared as attempt 1', aRun(), { kind: 'prepare', number: 1 }],
  ['not before its time', aRun({ notBefore: plus(now, 1) }), { kind: 'wait', until: now + 1 }],
  [
    'after a refused attempt comes the next number',
    aRun({ attempts: [anAttempt({ refused: 'x' })] }),
    { kind: 'prepare', number: 2 },
  ],
  ['a launch under way is left alone for half a minute', launching(29_999), { kind: 'wait' }],
  [
    'then the same request is repeated',
    launching(30_000),
    { kind: 'repeat', attempt: { request: { clientToken: 'token-1' } } },
  ],
  ['also after almost 23 hours', launching(23 * hour - 1), { kind: 'repeat' }],
  ['an intent of 23 hours is lost, since ECS forgets tokens after 24', launching(23 * hour), { kind: 'lost' }],
  ['a running run is not launched', aRun({ state: 'running', attempts: [anAttempt()] }), { kind: 'nothing' }],
  ['an ended run is not launched', aRun({ state: 'failed' }), { kind: 'nothing' }],
])('%s', (_fact, run, expected) => expect(decideLaunch(run, now)).toMatchObject(expected));

describe("RunTask's answer", () => {
  const first = { number: 1, repeated: false };
  const run = launching(0);
  const refused: TaskAnswer = { kind: 'refused', reason: 'RESOURCE:CPU', detail: '', retryable: true, proven: true };

  test('started: the task is known and nothing is waited for', () => {
    const next = afterLaunch(
      { ...run, waitingFor: 'x', waits: 3 },
      first,
      { kind: 'started', taskArn: aTask().arn },
      now,
    );
    expect(next).toMatchObject({ state: 'starting', attempts: [{ taskArn: aTask().arn }] });
    expect(next).not.toHaveProperty('waitingFor');
    expect(next).not.toHaveProperty('waits');
  });
  test('want of capacity: back in the queue, and the next launch has another token', () => {
    const next = afterLaunch(run, first, refused, now);
    expect(next).toMatchObject({
      state: 'queued',
      waitingFor: 'RESOURCE:CPU',
      attempts: [{ refused: 'RESOURCE:CPU' }],
    });
    expect(next?.notBefore).toBeGreaterThan(now);
    expect(next && decideLaunch(next, plus(now, hour))).toEqual({ kind: 'prepare', number: 2 });
  });
  test('each wait is longer than the last but one, up to five minutes', () => {
    const waits = Array.from(
      { length: 12 },
      (_, count) => (afterLaunch({ ...run, waits: count }, first, refused, now)?.notBefore ?? 0) - now,
    );
    for (const [index, wait] of waits.slice(2).entries())
      expect(wait).toBeGreaterThanOrEqual(Math.min(waits[index] ?? 0, 150_000));
    expect(Math.max(...waits)).toBeLessThanOrEqual(300_000);
  });
  test('throttled at the first sending: nothing started, back in the queue', () => {
    expect(afterLaunch(run, first, { kind: 'throttled', reason: 'Throttling' }, now)?.state).toBe('queued');
  });
  test('throttled at a repetition: the intent stays, and with it the token', () => {
    const next = afterLaunch(run, { number: 1, repeated: true }, { kind: 'throttled', reason: 'Throttling' }, now);
    expect(next).toMatchObject({ state: 'launching', waitingFor: 'Throttling' });
    expect(next?.attempts[0]).not.toHaveProperty('refused');
  });
  test('no answer: the intent stays', () => {
    expect(afterLaunch(run, first, { kind: 'unknown', reason: 'ECONNRESET' }, now)?.state).toBe('launching');
  });
  test('a refusal for good fails the run with the reason', () => {
    const answer: TaskAnswer = { kind: 'refused', reason: 'MISSING', detail: 'arn:x', retryable: false, proven: true };
    expect(afterLaunch(run, first, answer, now)).toMatchObject({
      state: 'failed',
      finishedAt: now,
      outcome: { cause: 'RunTask was refused: MISSING: arn:x' },
    });
  });
  test('a run that was stopped while it launched does not go back in the queue', () => {
    const stopped = { ...run, stop: { by: 'user' as const, why: 'enough', at: now } };
    expect(afterLaunch(stopped, first, refused, now)).toMatchObject({ state: 'stopped', outcome: { cause: 'enough' } });
  });
  test('an answer that comes after an event has told more changes nothing', () => {
    const running = { ...run, state: 'running' as const };
    expect(afterLaunch(running, first, { kind: 'started', taskArn: 'x' }, now)).toBeUndefined();
    expect(afterLaunch(running, first, refused, now)).toBeUndefined();
  });
});

test('a new intent takes the place of a refused one and keeps those that had a task', () => {
  const attempts = [anAttempt({ taskArn: 'arn' }), anAttempt({ number: 2, refused: 'x' })];
  const next = withIntent(aRun({ attempts, notBefore: now }), {
    kind: 'ready',
    attempt: anAttempt({ number: 3 }),
    deadlineAt: now,
  });
  expect(next.attempts.map(({ number }) => number)).toEqual([1, 3]);
  expect(next).not.toHaveProperty('notBefore');
});

describe('time that is up in the queue', () => {
  const minutesLater = (count: number) => plus(aRun().createdAt, count * minute);
  const waiting = (parts: Partial<Run> = {}) =>
    aRun({ spec: { ...report, queueTimeoutMs: 10 * minute }, waitingFor: 'room in group#db', ...parts });
  const hadTask = { attempts: [anAttempt({ taskArn: 'arn', stoppedAt: now })] };

  test('queueTimeout ends it, and says for what it waited', () => {
    expect(decideLaunch(waiting({ notBefore: minutesLater(30) }), minutesLater(9))).toEqual({
      kind: 'wait',
      until: minutesLater(10),
    });
    expect(decideLaunch(waiting(), minutesLater(10))).toMatchObject({
      kind: 'expired',
      outcome: { kind: 'timeout', cause: 'it waited longer than its queueTimeout of 10 min: room in group#db' },
    });
  });
  test('it counts from the time that was asked for', () =>
    expect(decideLaunch(waiting({ at: minutesLater(60) }), minutesLater(65)).kind).toBe('prepare'));
  test('it is over with the first task', () =>
    expect(decideLaunch(waiting(hadTask), minutesLater(65)).kind).toBe('prepare'));
  test('no attempt begins after the deadline of the run', () =>
    expect(decideLaunch(aRun({ ...hadTask, deadlineAt: now, waitingFor: 'attempt 2 of 3' }), now)).toMatchObject({
      kind: 'expired',
      outcome: { cause: 'its timeout of 30 min left no time for another attempt: attempt 2 of 3' },
    }));
});

describe('what the sweep decides', () => {
  const running = aRun({ state: 'running', attempts: [anAttempt({ taskArn: aTask().arn })], deadlineAt: now });
  const stopped = { ...running, stop: { by: 'user' as const, why: 'enough', at: now } };

  test.each([
    ['before the deadline nothing', running, -1, 'nothing'],
    ['at the deadline it is stopped', running, 0, 'timeout'],
    ['a stop that ECS has not taken up is sent again', stopped, 0, 'stop-again'],
    ['an ended run is not stopped', { ...running, state: 'failed' as const }, 0, 'nothing'],
  ])('%s', (_fact, run, ms, expected) => expect(decideStop(run, aTask(), plus(now, ms))).toBe(expected));
  test('a task that is stopping is not stopped again', () =>
    expect(decideStop(stopped, aTask({ desiredStatus: 'STOPPED' }), now)).toBe('nothing'));

  test('a task just launched may be unknown for minutes: noted, and lost only after ten', () => {
    const noted = afterMissing(running, aTask().arn, now);
    expect(noted).toMatchObject({ state: 'running', attempts: [{ missingSince: now }] });
    expect(noted && afterMissing(noted, aTask().arn, plus(now, 9 * minute))).toBeUndefined();
    expect(noted && afterMissing(noted, aTask().arn, plus(now, 10 * minute))).toMatchObject({ state: 'lost' });
  });
  test('a task that is gone after its stop was asked for was stopped', () => {
    const noted = { ...stopped, attempts: [anAttempt({ taskArn: aTask().arn, missingSince: now })] };
    const over = afterMissing(noted, aTask().arn, plus(now, 10 * minute));
    expect(over).toMatchObject({
      state: 'stopped',
      outcome: { kind: 'user', cause: 'enough; ECS no longer knows its task, and how it ended is not known' },
    });
    expect(over && afterMissing(over, aTask().arn, plus(now, hour))).toBeUndefined();
  });
  test('a task seen again is not missing any more', () => {
    const noted = afterMissing(running, aTask().arn, now);
    expect(noted && afterFound(noted)).toEqual(running);
    expect(afterFound(running)).toBeUndefined();
  });
  test('an ended run is not lost', () => {
    expect(afterMissing({ ...running, state: 'succeeded' }, aTask().arn, now)).toBeUndefined();
  });
});
