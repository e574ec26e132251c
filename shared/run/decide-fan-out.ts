import type { StopCause } from '../aws/task.ts';
import { type FanOut, type Run, type Stop, terminalRunStates } from './run.ts';

export interface Counts {
  succeeded: number;
  failed: number;
  stopped: number;
  /** Have become runs that go on. */
  active: number;
  total: number;
}

export function countsOf({ chunks, started, total }: FanOut): Counts {
  const sum = (of: 'succeeded' | 'failed' | 'stopped') => chunks.reduce((all, chunk) => all + (chunk?.[of] ?? 0), 0);
  const [succeeded, failed, stopped] = [sum('succeeded'), sum('failed'), sum('stopped')];
  // What was made and ended just before a crash is not counted as started.
  const active = Math.max(0, started - succeeded - failed - stopped);
  return { succeeded, failed, stopped, active, total };
}

export type FanOutDecision =
  /** Items from `from` on, so many. */
  | { kind: 'start'; from: number; count: number }
  /** It was stopped while items go on. */
  | { kind: 'stop-items' }
  | { kind: 'wait' }
  | { kind: 'ended'; state: 'succeeded' | 'failed' | 'stopped'; outcome?: StopCause };

/** Items that become runs at once: what one look of the worker can launch. */
const mostAtOnce = 100;

/** What a fan-out that was let in needs next. */
export function decideFanOut({ fanOut, stop }: { fanOut: FanOut; stop?: Run['stop'] }): FanOutDecision {
  const counts = countsOf(fanOut);
  if (stop) return counts.active > 0 ? { kind: 'stop-items' } : stoppedEnd(stop, counts);
  if (fanOut.started < fanOut.total) {
    const count = Math.min(fanOut.maxParallel - counts.active, mostAtOnce, fanOut.total - fanOut.started);
    return count > 0 ? { kind: 'start', from: fanOut.started, count } : { kind: 'wait' };
  }
  if (counts.active > 0) return { kind: 'wait' };
  return counts.succeeded < counts.total
    ? { kind: 'ended', state: 'failed', outcome: { kind: 'items', cause: inWords(counts), hint: retryHint } }
    : { kind: 'ended', state: 'succeeded' };
}

export type ItemTurn = { kind: 'go' } | { kind: 'not-yet' } | { kind: 'stopped'; stop: Omit<Stop, 'at'> };

/**
 * Whether an item may begin. Only one that its fan-out counts: a stop finds those alone, and a crash may have made
 * items before they were counted.
 */
export function decideItem(index: number, { state, stop, fanOut }: Pick<Run, 'state' | 'stop' | 'fanOut'>): ItemTurn {
  if (stop) return { kind: 'stopped', stop: { by: stop.by, why: stop.why } };
  if (terminalRunStates.has(state)) return { kind: 'stopped', stop: { by: 'user', why: `its fan-out is ${state}` } };
  return fanOut && index < fanOut.started ? { kind: 'go' } : { kind: 'not-yet' };
}

const retryHint = 'batuta runs RUN --items shows which; batuta retry RUN runs those again';

function stoppedEnd({ by, why }: NonNullable<Run['stop']>, counts: Counts): FanOutDecision {
  const cause = `${why}; ${inWords(counts)}`;
  if (by === 'fail-fast') return { kind: 'ended', state: 'failed', outcome: { kind: 'items', cause, hint: retryHint } };
  return { kind: 'ended', state: 'stopped', outcome: { kind: 'user', cause, hint: '' } };
}

/** `3 of 100 items failed, 90 succeeded, 7 were not started`; `40 of 100 items succeeded, 60 are under way` */
export function inWords({ succeeded, failed, stopped, active, total }: Counts): string {
  const rest = total - succeeded - failed - stopped - active;
  const first =
    failed > 0
      ? `${failed} of ${total} items failed, ${succeeded} succeeded`
      : `${succeeded} of ${total} items succeeded`;
  return [
    first,
    ...(stopped > 0 ? [`${stopped} stopped`] : []),
    ...(active > 0 ? [`${active} are under way`] : []),
    ...(rest > 0 ? [`${rest} were not started`] : []),
  ].join(', ');
}
