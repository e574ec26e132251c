import type { RunId } from '../core/ids.ts';
import { idOf } from './request-run.ts';
import type { Run } from './run.ts';
import { nextJobsOf } from './settling.ts';

/** The runs that a run's end has started, by its chain; none before it is settled. */
export function nextRunsOf(run: Run): { job: string; as: 'then' | 'onFailure'; run: RunId }[] {
  if (run.settledAt === undefined) return [];
  const { as, jobs } = nextJobsOf(run);
  const made = jobs.filter(({ job }) => !run.notStarted?.includes(job));
  return made.map(({ job }) => ({ job, as, run: idOf(job, { kind: 'job', run: run.id, job: run.job, as }) }));
}
