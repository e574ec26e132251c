import type { StopCause, Task } from '../aws/task.ts';
import type { Instant } from '../core/time.ts';
import { currentAttempt, withAttempt, withTask } from './attempts.ts';
import { type Run, type RunState, terminalRunStates } from './run.ts';
import { explainStop } from './stop-cause.ts';

export type RunDecision =
  | { kind: 'ignore'; why: string }
  | { kind: 'starting' }
  | { kind: 'running'; startedAt: Instant }
  | { kind: 'ended'; state: RunState; outcome?: StopCause; finishedAt: Instant };

/** As timeout(1): what the toolbox's entry point answers when it has stopped the script at its deadline. */
const deadlineExitCode = 124;

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
  if (task.lastStatus === 'STOPPED') return { kind: 'ended', ...endOf(run, task, now) };
  if (run.state === 'running') return { kind: 'ignore', why: 'the run is running already' };
  if (task.lastStatus === 'RUNNING' || task.startedAt) return { kind: 'running', startedAt: task.startedAt ?? now };
  return run.state === 'starting' ? { kind: 'ignore', why: 'the run is starting already' } : { kind: 'starting' };
}

/** The run's record after the decision. */
export function applyDecision(run: Run, decision: Exclude<RunDecision, { kind: 'ignore' }>, task: Task): Run {
  const { refused: _, missingSince: __, ...attempt } = currentAttempt(run) ?? {};
  const known = withTask(
    { ...run, attempts: [...run.attempts.slice(0, -1), attempt as Run['attempts'][number]] },
    task.arn,
  );
  switch (decision.kind) {
    case 'starting':
      return { ...known, state: 'starting' };
    case 'running':
      return {
        ...withAttempt(known, { startedAt: decision.startedAt }),
        state: 'running',
        startedAt: decision.startedAt,
      };
    case 'ended':
      return withEnd(known, decision, task);
    default:
      return decision satisfies never;
  }
}

function withEnd(run: Run, { state, outcome, finishedAt }: Extract<RunDecision, { kind: 'ended' }>, task: Task): Run {
  const { exitCode } = explainStop(task);
  const startedAt = run.startedAt ?? task.startedAt;
  const times = { stoppedAt: finishedAt, ...(startedAt === undefined ? {} : { startedAt }) };
  return {
    ...withAttempt(run, { ...times, ...(exitCode === undefined ? {} : { exitCode }) }),
    state,
    finishedAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(outcome ? { outcome } : {}),
  };
}

/** A recorded stop decides between stopped and timed-out, else the evidence of the task. */
function endOf(run: Run, task: Task, now: Instant): { state: RunState; outcome?: StopCause; finishedAt: Instant } {
  const finishedAt = task.stoppedAt ?? now;
  const cause = explainStop(task);
  if (run.stop) return { ...stoppedEnd(run, run.stop, cause), finishedAt };
  if (cause.kind === 'completed') return { state: 'succeeded', finishedAt };
  if (cause.exitCode === deadlineExitCode && run.deadlineAt !== undefined && finishedAt >= run.deadlineAt)
    return { state: 'timed-out', outcome: timeoutOutcome(deadlineWhy(run), cause), finishedAt };
  return { state: 'failed', outcome: cause, finishedAt };
}

function stoppedEnd(run: Run, { by, why }: NonNullable<Run['stop']>, cause: StopCause) {
  const killed =
    cause.exitCode === 137
      ? `; it did not end on SIGTERM and was killed after ${run.spec.stopTimeoutSeconds} s (stopTimeout)`
      : '';
  if (by === 'timeout') return { state: 'timed-out', outcome: timeoutOutcome(`${why}${killed}`, cause) } as const;
  const { exitCode } = cause;
  const outcome = { kind: 'user', cause: `${why}${killed}`, hint: '', ...(exitCode === undefined ? {} : { exitCode }) };
  return { state: 'stopped', outcome } as const;
}

/** Why a run that is past its deadline is stopped. */
export const deadlineWhy = (run: Run) => `it ran longer than its timeout of ${duration(run.spec.timeoutMs)}`;

const timeoutOutcome = (cause: string, { exitCode }: StopCause): StopCause => ({
  kind: 'timeout',
  cause,
  hint: 'raise timeout, or make the script do less in one run',
  ...(exitCode === undefined ? {} : { exitCode }),
});

function duration(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}
