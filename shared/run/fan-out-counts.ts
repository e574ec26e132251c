import type { Instant } from '../core/time.ts';
import { type Counts, countsOf, inWords } from './decide-fan-out.ts';
import { chunkSize, type FanOutStore } from './fan-out-store.ts';
import { type FanOut, type Run, type RunState, terminalRunStates } from './run.ts';

/** How items ended, by their index in the whole; chunk by chunk, as they lie in the table. */
export type Outcomes = ReadonlyMap<number, Readonly<Record<string, RunState>>>;

/** Sets how these items ended; resolves with all outcomes of their chunks. Safe to repeat. */
export async function setOutcomes(key: string, ended: readonly Run[], store: FanOutStore): Promise<Outcomes> {
  const chunks = new Map<number, Readonly<Record<string, RunState>>>();
  for (const [number, members] of Map.groupBy(ended, (run) => Math.floor(indexOf(run) / chunkSize))) {
    const outcomes = Object.fromEntries(members.map((run) => [String(indexOf(run)), run.state]));
    chunks.set(number, (await store.setOutcomes(key, number, outcomes)).outcomes);
  }
  return chunks;
}

const indexOf = ({ trigger }: Run) => (trigger.kind === 'item' ? trigger.index : 0);

/**
 * The fan-out with the counts of these chunks: never counted up, so that a repeat counts nothing twice. Undefined
 * where it has ended.
 */
export function withOutcomes(run: Run & { fanOut: FanOut }, outcomes: Outcomes, now: Instant): Run | undefined {
  if (terminalRunStates.has(run.state)) return undefined;
  const { started, chunks: known } = run.fanOut;
  const length = Math.max(known.length, ...[...outcomes.keys()].map((number) => number + 1));
  const chunks = Array.from({ length }, (_, number) => {
    const told = outcomes.get(number);
    return told ? count(told, started) : (known[number] ?? { succeeded: 0, failed: 0, stopped: 0 });
  });
  const { notBefore: _, ...due } = run;
  const next = { ...due, fanOut: { ...run.fanOut, chunks } };
  const counts = countsOf(next.fanOut);
  const stop = next.stop ?? failFastStop(next.fanOut, counts, now);
  return { ...next, progress: progressOf(counts), ...(stop ? { stop } : {}) };
}

/** Only items that count as started: one that a crash left behind, and that was stopped, took nobody's place. */
function count(outcomes: Readonly<Record<string, RunState>>, started: number): FanOut['chunks'][number] {
  const states = Object.entries(outcomes).flatMap(([index, state]) => (Number(index) < started ? [state] : []));
  const succeeded = states.filter((state) => state === 'succeeded').length;
  const stopped = states.filter((state) => state === 'stopped').length;
  return { succeeded, stopped, failed: states.length - succeeded - stopped };
}

function failFastStop({ failFast }: FanOut, { failed }: Counts, at: Instant): Run['stop'] {
  if (!failFast || failed === 0) return undefined;
  return { by: 'fail-fast', why: 'an item failed (failFast)', at };
}

const progressOf = (counts: Counts) => ({
  percent: Math.floor(((counts.succeeded + counts.failed + counts.stopped) / counts.total) * 100),
  note: inWords(counts),
});
