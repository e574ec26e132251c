import type { StopCause } from '../aws/task.ts';
import type { Instant } from '../core/time.ts';
import { withoutCapacity } from './after-launch.ts';
import { currentAttempt, tasksOf, withAttempt } from './attempts.ts';
import { noTimeLeft } from './deadlines.ts';
import { decideRetry } from './retry.ts';
import type { Run, RunState, Stop } from './run.ts';

/** How an attempt ended. `stop`: what was asked for, or what the entry point did by itself at the deadline. */
export interface AttemptEnd {
  state: Extract<RunState, 'succeeded' | 'failed' | 'timed-out' | 'stopped' | 'lost'>;
  outcome?: StopCause;
  at: Instant;
  /** Whether the script can have begun. */
  began: boolean;
  stop?: Stop;
}

/** What becomes of its run. */
export type EndDecision =
  | { kind: 'ended'; state: AttemptEnd['state']; outcome?: StopCause; finishedAt: Instant; end: AttemptEnd }
  | { kind: 'retry'; notBefore: Instant; waitingFor: string; end: AttemptEnd & { outcome: StopCause } }
  /** The task was given up before it started: as good as a refused launch. */
  | { kind: 'no-capacity'; outcome: StopCause; at: Instant };

/** A stop ends the run, whoever asked for it; the end of one attempt's time does not. */
const endsRun = ({ stop }: AttemptEnd) => stop !== undefined && stop.by !== 'attempt-timeout';

export function decideEnd(run: Run, end: AttemptEnd): EndDecision {
  const { state, outcome, at, began } = end;
  const over = { kind: 'ended', state, finishedAt: at, end } as const;
  if (!outcome || endsRun(end)) return { ...over, ...(outcome ? { outcome } : {}) };
  if (outcome.kind === 'capacity' && !began) return { kind: 'no-capacity', outcome, at };
  const retry = decideRetry(run, { outcome, began, at });
  if (retry.kind === 'retry')
    return { kind: 'retry', notBefore: retry.notBefore, waitingFor: retry.waitingFor, end: { ...end, outcome } };
  if (retry.why === 'no-time') return { ...over, state: 'timed-out', outcome: noTimeLeft(run, retry.waitingFor) };
  return { ...over, outcome: withCount(run, outcome) };
}

/** The outcome of the last of several attempts says so. */
function withCount(run: Run, outcome: StopCause): StopCause {
  const count = tasksOf(run).length;
  const most = run.spec.retry?.attempts ?? count;
  return count > 1 ? { ...outcome, cause: `${outcome.cause} (attempt ${count} of ${most})` } : outcome;
}

/** The run after its attempt; `seen`: what else the task told about it. */
export function applyEnd(run: Run, decision: EndDecision, seen: { startedAt?: Instant; exitCode?: number } = {}): Run {
  switch (decision.kind) {
    case 'no-capacity':
      return outOfCapacity(run, decision);
    case 'retry': {
      const { stop: _, ...rest } = withEnded(run, decision.end, seen);
      const { notBefore, waitingFor } = decision;
      return { ...rest, state: 'queued', notBefore, waitingFor };
    }
    case 'ended': {
      const { state, outcome, finishedAt } = decision;
      const { notBefore: _, waitingFor: __, waits: ___, ...rest } = withEnded(run, decision.end, seen);
      return { ...rest, state, finishedAt, ...(outcome ? { outcome } : {}) };
    }
    default:
      return decision satisfies never;
  }
}

function outOfCapacity(run: Run, { outcome, at }: Extract<EndDecision, { kind: 'no-capacity' }>): Run {
  const { log: _, ...rest } = withAttempt(run, { stoppedAt: at });
  const refusedBefore = (currentAttempt(run)?.number ?? 1) - tasksOf(run).length;
  return withoutCapacity(rest, outcome.cause, at, refusedBefore);
}

/** Its attempt's end recorded: when, how, and by whose stop. */
function withEnded(
  run: Run,
  { at, outcome, stop }: AttemptEnd,
  { startedAt, exitCode }: { startedAt?: Instant; exitCode?: number },
): Run {
  const began = currentAttempt(run)?.startedAt ?? startedAt;
  const first = run.startedAt ?? began;
  return {
    ...withAttempt(run, {
      stoppedAt: at,
      ...(began === undefined ? {} : { startedAt: began }),
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(outcome ? { outcome } : {}),
      ...(stop?.by === 'attempt-timeout' ? { stop } : {}),
    }),
    ...(first === undefined ? {} : { startedAt: first }),
  };
}
