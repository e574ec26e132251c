import { jobDefaults } from '../config/job-defaults.ts';
import { type Instant, iso, plus } from '../core/time.ts';
import type { RecordKind } from '../store/records.ts';
import { type Run, terminalRunStates } from './run.ts';

const day = 86_400_000;
/** How long a run can be looked up after it ended. */
const keptMs = 90 * day;
/** A launch or a start that no event confirmed is looked at again after this. */
const patienceMs = 30_000;

/** Runs to launch, apart from the others so that the worker pages through no run that is on its way. */
export const launchQueue = 'run-launch';
const isToLaunch = ({ state }: Run) => state === 'queued' || state === 'launching';

function dueAt(run: Run): Instant | undefined {
  if (terminalRunStates.has(run.state)) return undefined;
  if (run.state === 'queued') return run.notBefore ?? run.createdAt;
  const lookAgainAt = plus(run.attempts.at(-1)?.intendedAt ?? run.createdAt, patienceMs);
  return run.state === 'launching' ? (run.notBefore ?? lookAgainAt) : lookAgainAt;
}

export const runKind: RecordKind<Run> = {
  name: 'run',
  key: (id) => ({ pk: `run#${id}`, sk: 'run' }),
  idOf: (run) => run.id,
  describe: (run) => ({ type: 'Run State Change', state: run.state, subject: run.job, trigger: run.trigger.kind }),
  dueAt,
  queueOf: (run) => (isToLaunch(run) ? launchQueue : undefined),
  listedUnder: (run) => ({ partition: `job#${run.job}`, sort: `${iso(run.createdAt)}#${run.id}` }),
  upgrade: (run) => ({ ...run, spec: { ...jobDefaults, ...run.spec } }),
  expiresAt: (run) => run.finishedAt && plus(run.finishedAt, keptMs),
};
