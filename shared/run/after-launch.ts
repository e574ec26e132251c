import type { StopCause } from '../aws/task.ts';
import type { TaskAnswer } from '../aws/task-request.ts';
import { type Instant, plus } from '../core/time.ts';
import { currentAttempt, withAttempt, withTask } from './attempts.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import type { Run } from './run.ts';

const throttled = { baseMs: 1_000, maxMs: 60_000 };
const capacity = { baseMs: 5_000, maxMs: 300_000 };

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

/** Nothing was started: it waits for the next launch, unless it was stopped meanwhile. */
function backInQueue(run: Run, why: string, now: Instant, pace: Backoff): Run {
  if (!run.stop) return waiting(run, 'queued', why, now, pace);
  return ended(run, 'stopped', { kind: 'user', cause: run.stop.why, hint: '' }, now);
}

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
      return repeated
        ? waiting(run, 'launching', answer.reason, now)
        : backInQueue(withAttempt(run, { refused: answer.reason }), answer.reason, now, throttled);
    case 'refused': {
      const why = `${answer.reason}${answer.detail ? `: ${answer.detail}` : ''}`;
      const refused = withAttempt(run, { refused: why });
      return answer.retryable
        ? backInQueue(refused, why, now, capacity)
        : ended(refused, 'failed', refusal(answer.reason, answer.detail), now);
    }
    default:
      return answer satisfies never;
  }
}
