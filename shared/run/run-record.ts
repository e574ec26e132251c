import { jobDefaults } from '../config/job-defaults.ts';
import { type Instant, iso, plus } from '../core/time.ts';
import type { EndPlace } from '../store/ended.ts';
import type { RecordKind } from '../store/records.ts';
import { type Run, terminalRunStates } from './run.ts';
import { needsSettling } from './settling.ts';

const day = 86_400_000;
/** How long a run can be looked up after it ended. */
const keptMs = 90 * day;
/** A launch or a start that no event confirmed is looked at again after this. */
const patienceMs = 30_000;

/** What the worker does: runs to launch or to settle, apart from the others so that it pages through none that is on its way. */
export const launchQueue = 'run-launch';

const isForWorker = (run: Run) =>
  run.state === 'queued' ||
  run.state === 'launching' ||
  needsSettling(run) ||
  (run.fanOut !== undefined && !terminalRunStates.has(run.state));

/** The worker stops the items of a fan-out that is stopped. */
const isStopping = (run: Run) =>
  run.fanOut !== undefined && run.stop !== undefined && !terminalRunStates.has(run.state);

/** Stages of one state that are announced like a change of it. */
function aspectOf(run: Run): { aspect?: string } {
  if (isStopping(run)) return { aspect: 'stopping' };
  if (run.notStarted) return { aspect: 'chain-broken' };
  if (run.recovered) return { aspect: 'recovered' };
  if (run.toldWith) return { aspect: 'told-with-another' };
  return run.late && run.state === 'queued' ? { aspect: 'late' } : {};
}

function dueAt(run: Run): Instant | undefined {
  if (terminalRunStates.has(run.state)) return needsSettling(run) ? (run.finishedAt ?? run.createdAt) : undefined;
  if (run.state === 'queued' || run.fanOut) return run.notBefore ?? run.createdAt;
  const lookAgainAt = plus(run.attempts.at(-1)?.intendedAt ?? run.createdAt, patienceMs);
  return run.state === 'launching' ? (run.notBefore ?? lookAgainAt) : lookAgainAt;
}

/** Runs of a job newest first; the items of a fan-out in their order, apart from those. */
function listedUnder({ id, job, trigger, createdAt }: Run): { partition: string; sort: string } {
  if (trigger.kind !== 'item') return { partition: `job#${job}`, sort: `${iso(createdAt)}#${id}` };
  return { partition: itemsOf(trigger.parent), sort: `${trigger.index}`.padStart(5, '0') };
}

/** What was skipped has done nothing, and items belong to their fan-out. */
function endedUnder({ job, state, trigger, finishedAt }: Run): EndPlace | undefined {
  if (finishedAt === undefined || state === 'skipped' || trigger.kind === 'item') return undefined;
  return { partition: `job#${job}`, at: finishedAt };
}

/** Where the items of a fan-out that have become runs are listed, by index. */
export const itemsOf = (parent: string) => `items#${parent}`;

export const runKind: RecordKind<Run> = {
  name: 'run',
  key: (id) => ({ pk: `run#${id}`, sk: 'run' }),
  idOf: (run) => run.id,
  describe: (run) => ({
    type: 'Run State Change',
    state: run.state,
    subject: run.job,
    trigger: run.trigger.kind,
    ...(needsSettling(run) || isStopping(run) ? { settle: true } : {}),
    ...aspectOf(run),
  }),
  dueAt,
  queueOf: (run) => (isForWorker(run) ? launchQueue : undefined),
  listedUnder,
  endedUnder,
  upgrade: (run) => ({ ...run, spec: { ...jobDefaults, ...run.spec } }),
  expiresAt: (run) => run.finishedAt && plus(run.finishedAt, keptMs),
};
