import type { Task } from '../aws/task.ts';
import { type Instant, plus } from '../core/time.ts';
import { applyEnd, decideEnd, type EndDecision } from './after-attempt.ts';
import { currentAttempt, withAttempt, withTask } from './attempts.ts';
import { type Run, terminalRunStates } from './run.ts';
import { endOfTask } from './run-end.ts';
import { explainStop } from './stop-cause.ts';

export type RunDecision =
  | { kind: 'ignore'; why: string }
  | { kind: 'starting' }
  | { kind: 'running'; startedAt: Instant }
  | EndDecision;

/**
 * What a task's state means for its run. States only go forward, so events that come late, twice or in
 * any order change nothing; a task of another attempt never does.
 */
export function decideRun(run: Run, attemptNumber: number, task: Task, now: Instant): RunDecision {
  const attempt = currentAttempt(run);
  if (terminalRunStates.has(run.state)) return { kind: 'ignore', why: `the run is ${run.state} already` };
  if (attempt?.number !== attemptNumber)
    return { kind: 'ignore', why: `attempt ${attemptNumber} is not the current one` };
  if (attempt.taskArn && attempt.taskArn !== task.arn) return { kind: 'ignore', why: 'another task is known for it' };
  if (attempt.stoppedAt !== undefined) return { kind: 'ignore', why: 'the attempt is over already' };
  if (task.lastStatus === 'STOPPED') return decideEnd(run, endOfTask(run, task, now));
  if (run.state === 'running') return { kind: 'ignore', why: 'the run is running already' };
  if (task.lastStatus === 'RUNNING' || task.startedAt) return { kind: 'running', startedAt: task.startedAt ?? now };
  return run.state === 'starting' ? { kind: 'ignore', why: 'the run is starting already' } : { kind: 'starting' };
}

/** The run's record after the decision. */
export function applyDecision(run: Run, decision: Exclude<RunDecision, { kind: 'ignore' }>, task: Task): Run {
  const known = withKnownTask(run, task);
  switch (decision.kind) {
    case 'starting':
      return { ...known, state: 'starting' };
    case 'running': {
      const { startedAt } = decision;
      return { ...withAttempt(known, { startedAt }), state: 'running', startedAt: run.startedAt ?? startedAt };
    }
    case 'ended':
    case 'retry':
    case 'no-capacity': {
      const { exitCode } = explainStop(task);
      const { startedAt } = task;
      return applyEnd(known, decision, {
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(exitCode === undefined ? {} : { exitCode }),
      });
    }
    default:
      return decision satisfies never;
  }
}

/** The task is there: it was not refused and is not missing, and the run's time has begun with its launch. */
function withKnownTask(run: Run, task: Task): Run {
  const attempt = currentAttempt(run);
  if (!attempt) return run;
  const { refused: _, noCapacity: __, missingSince: ___, ...known } = attempt;
  const deadlineAt = run.deadlineAt ?? plus(known.intendedAt, run.spec.timeoutMs);
  return withTask({ ...run, attempts: [...run.attempts.slice(0, -1), known], deadlineAt }, task.arn);
}
