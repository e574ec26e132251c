import { type Instant, toInstant } from '../../core/time.ts';
import { type Run, terminalRunStates } from '../../run/run.ts';
import type { NewsKind } from '../news-kind.ts';
import type { Trouble } from './alert.ts';

/** What happens to it is told by whoever asked for it: the deployment, or the whole fan-out. */
export const isToldElsewhere = ({ trigger }: Run) => trigger.kind === 'deployment' || trigger.kind === 'item';

const kinds: Partial<Record<Run['state'], NewsKind>> = {
  failed: 'run-failed',
  'timed-out': 'run-timed-out',
  lost: 'run-lost',
};

/** Without ids and numbers: `no space left on #`. */
const pattern = (text: string) => text.replace(/[\w-]*\d[\w-]*/g, '#').slice(0, 60);

const isQueueFull = (kind: string | undefined) => kind === 'queue-full';

/** Runs that ended for the same reason have the same: how, why by its kind, and the exit code. */
function keyOf({ state, outcome }: Run): string {
  const { kind = '', exitCode, cause = '' } = outcome ?? {};
  const why = kind === 'unknown' ? pattern(cause) : kind;
  return [
    state === 'skipped' && !isQueueFull(kind) ? 'missed' : state,
    why,
    ...(exitCode === undefined ? [] : [exitCode]),
  ].join(':');
}

/** What is amiss with a run that has not ended: it was started by nothing but the sweep, or it still waits. */
function troubleOfBeginning(run: Run): Trouble | undefined {
  const { id, state, createdAt, late, missed, toldWith, trigger } = run;
  const of = { id, about: { kind: 'run', id }, severity: 'warning', asked: createdAt } as const;
  if (missed !== undefined)
    return toldWith ? undefined : { ...of, key: 'missed-started', kind: 'run-missed', cause: missed, at: createdAt };
  if (!late || state !== 'queued' || trigger.kind !== 'schedule') return undefined;
  return { ...of, key: 'late', kind: 'run-late', cause: late.why, at: late.at };
}

/** The trouble that a run's end, or what went before, is an occurrence of; undefined where it is none, or not told by itself. */
export function troubleOfRun(run: Run): Trouble | undefined {
  const { id, state, outcome, finishedAt, createdAt, trigger, toldWith } = run;
  if (isToldElsewhere(run)) return undefined;
  if (!terminalRunStates.has(state)) return troubleOfBeginning(run);
  const isMissed = state === 'skipped' && outcome?.kind === 'missed' && !toldWith;
  const isFull = state === 'skipped' && isQueueFull(outcome?.kind) && !toldWith;
  const kind = isMissed ? 'run-missed' : isFull ? 'run-skipped' : kinds[state];
  if (!kind) return undefined;
  return {
    key: keyOf(run),
    kind,
    cause: outcome?.cause ?? `it ${state}`,
    ...(outcome?.hint ? { hint: outcome.hint } : {}),
    id,
    at: finishedAt ?? createdAt,
    about: { kind: 'run', id },
    ...(isFull ? { severity: 'warning' } : {}),
    // Nobody else tells that a job still has not succeeded: no run of it fails.
    ...(trigger.kind === 'expectation' ? { lasting: true } : {}),
  };
}

/** When a run ended its job's trouble, and which run that was: a success, or the one after which a lapse is over. */
export function endOfTrouble(run: Run): { at: Instant; by: Run['id']; asked: Instant } | undefined {
  const { id, state, finishedAt, createdAt, recovered, trigger } = run;
  if (state === 'succeeded' && trigger.kind !== 'item')
    return { at: finishedAt ?? createdAt, by: id, asked: createdAt };
  // The success may have ended before the lapse was noticed.
  if (recovered)
    return {
      at: toInstant(Math.max(recovered.at, finishedAt ?? createdAt)),
      by: recovered.run,
      asked: createdAt,
    };
  return undefined;
}
