import type { StopCause } from '../aws/task.ts';
import type { TaskAnswer } from '../aws/task-request.ts';
import { type Instant, plus } from '../core/time.ts';
import { usesFallback } from './attempt-place.ts';
import { currentAttempt, tasksOf, withAttempt, withTask } from './attempts.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import { waitsUntil } from './deadlines.ts';
import type { Run, Stop } from './run.ts';
import { stopEnd } from './stop-end.ts';

const throttled = { baseMs: 1_000, maxMs: 60_000 };
const scarce = { baseMs: 5_000, maxMs: 300_000 };

/** The run waits in `state` and is tried again later. */
export function waiting(
  run: Run,
  state: 'queued' | 'launching',
  why: string,
  now: Instant,
  pace: Backoff = throttled,
): Run {
  const waits = run.waits ?? 0;
  const notBefore = plus(now, backoffMs(run.id, waits, pace));
  return { ...run, state, notBefore, waits: waits + 1, waitingFor: why };
}

/**
 * ECS started nothing, so this was no attempt: the run waits for capacity, or at once asks for its fallback.
 * Its timeout counts only from an attempt that had a task. `waits`: how often it was refused before.
 */
export function withoutCapacity(run: Run, why: string, now: Instant, waits = run.waits ?? 0): Run {
  const inVain = withAttempt(run, { refused: why, noCapacity: true });
  const waiter = waiting({ ...withoutDeadline(inVain), waits }, 'queued', why, now, scarce);
  const turnsToFallback = usesFallback(waiter) && !currentAttempt(run)?.fallback;
  const notBefore = Math.min(turnsToFallback ? now : (waiter.notBefore ?? now), waitsUntil(waiter) ?? Infinity);
  return { ...waiter, notBefore: Math.max(now, notBefore) as Instant };
}

/** Until an attempt has a task the run's own time has not begun. */
function withoutDeadline(run: Run): Run {
  if (tasksOf(run).length > 0) return run;
  const { deadlineAt: _, ...rest } = run;
  return rest;
}

/** The run ended without a task. */
export function ended(
  run: Run,
  state: 'failed' | 'lost' | 'stopped' | 'timed-out' | 'skipped',
  outcome: StopCause,
  now: Instant,
): Run {
  const { notBefore: _, waitingFor: __, waits: ___, ...rest } = run;
  return { ...rest, state, outcome, finishedAt: now };
}

/** The run that was stopped while nothing of it was started. */
export function endedByStop(run: Run, stop: Stop, now: Instant): Run {
  const { state, outcome } = stopEnd(stop);
  return ended({ ...run, stop }, state, outcome, now);
}

/** Nothing was started: it waits for the next launch, unless it was stopped meanwhile. */
function backInQueue(run: Run, answer: Exclude<TaskAnswer, { kind: 'started' | 'unknown' }>, now: Instant): Run {
  const why = whyOf(answer);
  const refused = withAttempt(run, { refused: why });
  if (run.stop) return endedByStop(refused, run.stop, now);
  if (answer.kind === 'refused' && answer.capacity) return withoutCapacity(run, why, now);
  return waiting(withoutDeadline(refused), 'queued', why, now, answer.kind === 'refused' ? scarce : throttled);
}

const whyOf = (answer: Exclude<TaskAnswer, { kind: 'started' }>) =>
  answer.kind === 'refused' && answer.detail ? `${answer.reason}: ${answer.detail}` : answer.reason;

const refusal = (reason: string, detail: string): StopCause => ({
  kind: 'start',
  cause: `RunTask was refused: ${reason}${detail ? `: ${detail}` : ''}`,
  hint: "check the job's cluster, network and image, and what the role of launch-runs may do",
});

/**
 * The run after RunTask's answer to attempt `number`; undefined where an event has told more meanwhile.
 * `repeated`: the same request may have reached ECS before, so only an answer about a task proves anything
 * and throttling does not.
 */
export function afterLaunch(
  run: Run,
  { number, repeated }: { number: number; repeated: boolean },
  answer: TaskAnswer,
  now: Instant,
): Run | undefined {
  if (run.state !== 'launching' || currentAttempt(run)?.number !== number) return undefined;
  switch (answer.kind) {
    case 'started':
      return { ...withTask(run, answer.taskArn), state: 'starting' };
    case 'unknown':
      return waiting(run, 'launching', answer.reason, now);
    case 'throttled':
      return repeated ? waiting(run, 'launching', answer.reason, now) : backInQueue(run, answer, now);
    case 'refused':
      if (answer.retryable) return backInQueue(run, answer, now);
      return ended(withAttempt(run, { refused: whyOf(answer) }), 'failed', refusal(answer.reason, answer.detail), now);
    default:
      return answer satisfies never;
  }
}
