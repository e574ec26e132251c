import { BadRequest } from '../core/errors.ts';
import type { Run, RunState } from '../run/run.ts';
import { runKind } from '../run/run-record.ts';
import type { ApiDeps } from './app.ts';
import { newest } from './newest.ts';
import { wrongField } from './ship.ts';

/** One query each: the newest of all jobs is merged from theirs. */
const mostJobs = 50;
/** `2026-11-20T09:00:00.000Z#r-…`, the sort key of a run. */
export const position = /^\d{4}-\d\d-\d\dT[\d:.]+Z#r-[a-z2-7]{24}$/;

const states: Readonly<Record<RunState, true>> = {
  queued: true,
  launching: true,
  starting: true,
  running: true,
  succeeded: true,
  failed: true,
  'timed-out': true,
  stopped: true,
  lost: true,
  skipped: true,
};

/** `failed`, or several as `failed,lost`. @throws BadRequest 422 */
export function statesOf(text: string | undefined): ReadonlySet<RunState> | undefined {
  if (!text) return undefined;
  const named = text.split(',');
  const unknown = named.find((name) => !Object.hasOwn(states, name));
  if (unknown !== undefined)
    throw wrongField('state', `has no ${unknown || 'empty name'}; states are ${Object.keys(states).join(', ')}`);
  return new Set(named as RunState[]);
}

interface Wanted {
  job?: string | undefined;
  states?: ReadonlySet<RunState> | undefined;
  limit: number;
  after?: string | undefined;
}

/** The newest runs of these jobs; the items of fan-outs are not among them. */
export async function recentRuns({ stores }: Pick<ApiDeps, 'stores'>, jobs: readonly string[], wanted: Wanted) {
  const { values, cursor } = await newest(stores.runs, runKind, {
    partitions: jobs.map((job) => `job#${job}`),
    limit: wanted.limit,
    after: wanted.after,
    only: wanted.states && ((run: Run) => wanted.states?.has(run.state) ?? true),
  });
  return { runs: values, ...(cursor ? { cursor } : {}) };
}

/** Of one job, also one that batuta.yml has no more; without a name of all, where they are not too many. */
export async function listRuns(deps: Pick<ApiDeps, 'stores' | 'config'>, wanted: Wanted) {
  const { job } = wanted;
  const all = Object.keys(deps.config.jobs);
  if (job === undefined && all.length > mostJobs)
    throw new BadRequest(422, `There are ${all.length} jobs; name one: ?job=${all[0]}`, [
      { field: 'job', message: `is needed where there are more than ${mostJobs} jobs` },
    ]);
  const answer = await recentRuns(deps, job === undefined ? all : [job], wanted);
  const isUnknown = job !== undefined && !all.includes(job);
  if (isUnknown && wanted.after === undefined && !answer.cursor && answer.runs.length === 0)
    throw new BadRequest(404, `There is no job ${job}, and there are no runs of one`, [
      { field: 'job', message: 'is not known' },
    ]);
  return answer;
}
