import { describe, expect, test } from 'vitest';
import type { TaskArn } from '../../../shared/core/ids.ts';
import { toInstant } from '../../../shared/core/time.ts';
import { applyDecision, decideRun } from '../../../shared/run/decide-run.ts';
import type { Run, Stop } from '../../../shared/run/run.ts';
import { anAttempt, aRun, now } from '../../support/runs.ts';
import { aStoppedTask, aTask } from '../../support/task.ts';

const task = aTask();
const launching = aRun({ state: 'launching', attempts: [anAttempt()] });
const starting = aRun({ state: 'starting', attempts: [anAttempt({ taskArn: task.arn })] });
const running = { ...starting, state: 'running' as const };
const { startedAt: _, ...pending } = aTask({ lastStatus: 'PENDING', version: 1 });
const exited = (exitCode: number) => aStoppedTask({ stopCode: 'EssentialContainerExited' }, { exitCode });
const carriedOn = (run: Run, told = task) => {
  const decision = decideRun(run, 1, told, now);
  return decision.kind === 'ignore' ? decision : applyDecision(run, decision, told);
};

describe('what a task says about its run', () => {
  test.each([
    ['an event before the launch was recorded counts', launching, pending, { kind: 'starting' }],
    ['RUNNING before the launch was recorded is running', launching, task, { kind: 'running' }],
    ['RUNNING moves a starting run', starting, task, { kind: 'running', startedAt: task.startedAt }],
    [
      'a task that passed RUNNING between two looks was running',
      starting,
      aTask({ lastStatus: 'STOPPING' }),
      { kind: 'running' },
    ],
    ['RUNNING again changes nothing', running, task, { kind: 'ignore' }],
    [
      'an older state that comes late changes nothing',
      running,
      aTask({ lastStatus: 'PENDING', version: 1 }),
      { kind: 'ignore' },
    ],
    [
      'a Spot warning is no end',
      running,
      aTask({ desiredStatus: 'STOPPED', stopCode: 'SpotInterruption' }),
      { kind: 'ignore' },
    ],
    ['0 is a success', running, exited(0), { kind: 'ended', state: 'succeeded' }],
    [
      '0 without a stop code is a success too',
      running,
      aStoppedTask({}, { exitCode: 0 }),
      { kind: 'ended', state: 'succeeded' },
    ],
    [
      'another exit code is a failure',
      running,
      exited(75),
      { kind: 'ended', state: 'failed', outcome: { exitCode: 75 } },
    ],
    [
      'STOPPED before RUNNING was seen ends the run',
      starting,
      aStoppedTask({ stopCode: 'TaskFailedToStart', containers: [] }),
      { kind: 'ended', state: 'failed', outcome: { kind: 'start' } },
    ],
    [
      'a task of the name that is not the known one says nothing',
      running,
      aTask({ arn: `${task.arn}x` as TaskArn, lastStatus: 'STOPPED' }),
      { kind: 'ignore' },
    ],
  ])('%s', (_fact, run, told, expected) => {
    expect(decideRun(run, 1, told, now)).toMatchObject(expected);
  });

  test("an earlier attempt's task says nothing", () => {
    const second = aRun({ state: 'launching', attempts: [anAttempt(), anAttempt({ number: 2 })] });
    expect(decideRun(second, 1, exited(1), now).kind).toBe('ignore');
  });

  test.each(['succeeded', 'failed', 'timed-out', 'stopped', 'lost'] as const)('%s never changes', (state) => {
    expect(decideRun({ ...running, state }, 1, exited(0), now).kind).toBe('ignore');
  });
});

describe('how it ends', () => {
  const stop = (by: Stop['by']) => ({ ...running, stop: { by, why: 'because', at: now } });

  test.each(['user', 'timeout', 'attempt-timeout', 'replaced', 'fail-fast'] as const)(
    'a script that was done before the stop by %s reached it has succeeded',
    (by) => expect(carriedOn(stop(by), exited(0))).toMatchObject({ state: 'succeeded' }),
  );
  test('one that ends with 0 on SIGTERM was stopped', () => {
    const told = aStoppedTask({ stopCode: 'UserInitiated', stoppedReason: 'batuta: because' }, { exitCode: 0 });
    expect(carriedOn(stop('user'), told)).toMatchObject({ state: 'stopped' });
    expect(carriedOn(stop('timeout'), told)).toMatchObject({ state: 'timed-out' });
  });
  test.each(['replaced', 'fail-fast'] as const)('a stop by %s says so', (by) =>
    expect(carriedOn(stop(by), exited(143))).toMatchObject({ state: 'stopped', outcome: { kind: by } }),
  );
  test('STOPPED that comes again, with another reason, changes nothing', () => {
    const ended = carriedOn(running, exited(1)) as Run;
    expect(carriedOn(ended, exited(0))).toMatchObject({ kind: 'ignore' });
  });
  test('a minute between the clocks does not make a deadline a failure of the script', () => {
    const at = (deadline: string) => aRun({ ...running, deadlineAt: toInstant(deadline) });
    const hourLong = {
      ...at('2026-11-20T09:05:50Z'),
      attempts: [anAttempt({ intendedAt: toInstant('2026-11-20T07:00:00Z') })],
    };
    expect(carriedOn(hourLong, exited(124))).toMatchObject({ state: 'timed-out' });
  });

  test('a recorded stop by the deadline is timed-out', () =>
    expect(carriedOn(stop('timeout'), exited(143))).toMatchObject({
      state: 'timed-out',
      outcome: { cause: 'because; it ended on SIGTERM' },
    }));
  test('a recorded stop by a person is stopped', () =>
    expect(carriedOn(stop('user'), exited(143))).toMatchObject({
      state: 'stopped',
      outcome: { cause: 'because; it ended on SIGTERM' },
    }));
  test('137 after a recorded stop says that stopTimeout passed', () =>
    expect(carriedOn(stop('user'), exited(137))).toMatchObject({
      outcome: { cause: 'because; it did not end on SIGTERM and was killed after 30 s (stopTimeout)' },
    }));

  test("the entry point's own deadline, exit code 124 in time, is timed-out", () => {
    const late = aRun({ ...running, deadlineAt: toInstant('2026-11-20T09:05:00Z') });
    expect(carriedOn(late, exited(124))).toMatchObject({
      state: 'timed-out',
      outcome: { kind: 'timeout', exitCode: 124 },
    });
  });
  test("124 before the deadline is the script's own failure", () => {
    const early = aRun({ ...running, deadlineAt: toInstant('2026-11-20T10:00:00Z') });
    expect(carriedOn(early, exited(124))).toMatchObject({ state: 'failed', outcome: { kind: 'exit' } });
  });

  test('times, exit code and the place of the lines are recorded', () => {
    expect(carriedOn(launching, exited(3))).toMatchObject({
      startedAt: task.startedAt,
      finishedAt: toInstant('2026-11-20T09:05:00Z'),
      attempts: [{ taskArn: task.arn, exitCode: 3 }],
      log: { group: '/batuta/test/jobs', stream: `report/job/${task.id}` },
    });
  });

  test('a task that started although its launch was refused is taken up, not started again', () => {
    const refused = aRun({
      attempts: [anAttempt({ refused: 'RESOURCE:CPU' })],
      notBefore: now,
      waitingFor: 'RESOURCE:CPU',
    });
    const taken = carriedOn(refused, task) as Run;
    expect(taken.state).toBe('running');
    expect(taken.attempts[0]).not.toHaveProperty('refused');
    expect(taken).not.toHaveProperty('waitingFor');
  });
});
