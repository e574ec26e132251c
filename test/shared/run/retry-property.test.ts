import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Task } from '../../../shared/aws/task.ts';
import type { TaskAnswer } from '../../../shared/aws/task-request.ts';
import type { FailureClass, JobConfig } from '../../../shared/config/config.ts';
import type { TaskArn } from '../../../shared/core/ids.ts';
import { type Instant, plus } from '../../../shared/core/time.ts';
import { afterLaunch, ended } from '../../../shared/run/after-launch.ts';
import { currentAttempt, tasksOf } from '../../../shared/run/attempts.ts';
import { decideLaunch } from '../../../shared/run/decide-launch.ts';
import { applyDecision, decideRun } from '../../../shared/run/decide-run.ts';
import { afterMissing } from '../../../shared/run/decide-sweep.ts';
import { intentOf, withIntent } from '../../../shared/run/launch-intent.ts';
import { type Run, terminalRunStates } from '../../../shared/run/run.ts';
import { report } from '../../support/run-world.ts';
import { aRun, now as start } from '../../support/runs.ts';
import { aTask } from '../../support/task.ts';

const minute = 60_000;
const settings = {
  stage: 'test',
  registry: 'r',
  region: 'us-east-1',
  toolboxImage: 't',
  taskRoleArn: 'a',
  executionRoleArn: 'e',
  logGroup: '/jobs',
};
const refused: TaskAnswer = {
  kind: 'refused',
  reason: 'RESOURCE:FARGATE',
  detail: '',
  retryable: true,
  proven: true,
  capacity: true,
};
/** How a task may end: its container's exit code and reason, or why it never had one. */
const endings: Partial<Task>[] = [
  { stopCode: 'EssentialContainerExited', containers: [{ name: 'job', exitCode: 0 }] },
  { stopCode: 'EssentialContainerExited', containers: [{ name: 'job', exitCode: 75 }] },
  { containers: [{ name: 'job', exitCode: 137, reason: 'OutOfMemoryError: killed' }] },
  { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.', containers: [] },
  { stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: manifest not found', containers: [] },
  { stopCode: 'TaskFailedToStart', stoppedReason: 'Capacity is unavailable at this time', containers: [] },
];

type Step =
  | { kind: 'launch'; answer: 'started' | 'refused' | 'throttled' }
  | { kind: 'run' }
  | { kind: 'end'; ending: number }
  | { kind: 'event'; which: number }
  | { kind: 'miss' }
  | { kind: 'pass'; ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('launch' as const), answer: fc.constantFrom('started', 'refused', 'throttled') }),
  fc.record({ kind: fc.constant('launch' as const), answer: fc.constant('started' as const) }),
  fc.constant({ kind: 'run' as const }),
  fc.record({ kind: fc.constant('end' as const), ending: fc.nat(endings.length - 1) }),
  fc.record({ kind: fc.constant('event' as const), which: fc.nat() }),
  fc.constant({ kind: 'miss' as const }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(20 * minute) }),
);

/** A run, the tasks that ECS has started for it, and every event that was ever put, to come at any time again. */
function play(spec: JobConfig, steps: readonly Step[]) {
  let run = aRun({ spec });
  let now = start;
  const seen: Run[] = [run];
  const started: string[] = [];
  const events: { attempt: number; task: Task }[] = [];
  const become = (next: Run | undefined) => {
    if (!next) return;
    run = next;
    seen.push(next);
  };
  const tell = ({ attempt, task }: { attempt: number; task: Task }) => {
    const decision = decideRun(run, attempt, task, now);
    if (decision.kind !== 'ignore') become(applyDecision(run, decision, task));
  };
  const put = (parts: Partial<Task>) => {
    const attempt = currentAttempt(run);
    if (!attempt?.taskArn) return;
    const event = { attempt: attempt.number, task: taskOf(attempt.taskArn, now, parts) };
    events.push(event);
    tell(event);
  };
  for (const each of steps) {
    if (each.kind === 'launch') become(launched(run, each.answer, now, started));
    if (each.kind === 'run') put({});
    if (each.kind === 'end') put({ lastStatus: 'STOPPED', stoppedAt: now, ...endings[each.ending] });
    const event = each.kind === 'event' && events[each.which % Math.max(1, events.length)];
    if (event) tell(event);
    if (each.kind === 'miss') become(afterMissing(run, currentAttempt(run)?.taskArn ?? '', now));
    if (each.kind === 'pass') now = plus(now, each.ms);
  }
  return { run, seen, started };
}

function taskOf(arn: string, now: Instant, parts: Partial<Task>): Task {
  const { startedAt: _, ...task } = aTask({ arn: arn as TaskArn, ...parts });
  return parts.containers?.length === 0 ? task : { ...task, startedAt: now };
}

function launched(run: Run, answer: 'started' | 'refused' | 'throttled', now: Instant, started: string[]) {
  const decision = decideLaunch(run, now);
  if (decision.kind === 'expired') return ended(run, 'timed-out', decision.outcome, now);
  if (decision.kind !== 'prepare') return undefined;
  const intent = intentOf(run, decision.number, 'definition', settings, now);
  if (intent.kind !== 'ready') throw new Error(intent.outcome.cause);
  const intended = withIntent(run, intent);
  const answers: Record<typeof answer, TaskAnswer> = {
    started: { kind: 'started', taskArn: `arn:task/prod/${decision.number}` },
    refused,
    throttled: { kind: 'throttled', reason: 'Throttling' },
  };
  if (answer === 'started') started.push(intent.attempt.request.clientToken);
  return afterLaunch(intended, { number: decision.number, repeated: false }, answers[answer], now);
}

const classes: FailureClass[] = ['start', 'spot', 'oom', 'timeout', 'exit:70-80', 'any'];
const policies = fc.record({
  attempts: fc.integer({ min: 2, max: 4 }),
  on: fc.subarray(classes, { minLength: 1 }),
  backoffMs: fc.integer({ min: 1000, max: 5 * minute }),
  maxBackoffMs: fc.constant(10 * minute),
});

test('whatever happens to tasks and events: no more tasks than the policy says, one end, and each reason kept', () => {
  const reached = new Map<string, number>();
  fc.assert(
    fc.property(policies, fc.array(step, { minLength: 20, maxLength: 80 }), (retry, steps) => {
      const { run, seen, started } = play({ ...report, retry, timeoutMs: 4 * 60 * minute }, steps);
      const attempts = tasksOf(run).filter(({ taskArn }) => taskArn !== undefined);
      expect(attempts.length).toBeLessThanOrEqual(retry.attempts);
      expect(new Set(started).size).toBe(started.length);
      const ends = seen.findIndex(({ state }) => terminalRunStates.has(state));
      if (ends >= 0) expect(ends).toBe(seen.length - 1);
      for (const attempt of attempts.slice(0, -1)) expect(attempt.outcome?.cause).toBeTruthy();
      if (terminalRunStates.has(run.state) && run.state !== 'succeeded') expect(run.outcome?.cause).toBeTruthy();
      for (const [index, next] of seen.slice(1).entries()) {
        const kept = (seen[index] as Run).attempts.filter(({ outcome }) => outcome);
        expect(next.attempts.filter(({ outcome }) => outcome).slice(0, kept.length)).toEqual(kept);
      }
      const told = `${run.state} after ${attempts.length}`;
      reached.set(told, (reached.get(told) ?? 0) + 1);
    }),
    { numRuns: 400 },
  );
  expect([...reached.keys()]).toEqual(
    expect.arrayContaining(['succeeded after 1', 'succeeded after 2', 'failed after 2']),
  );
});
