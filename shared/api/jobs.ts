import type { JobConfig } from '../config/config.ts';
import type { Api } from './app.ts';
import { readCost } from './costs.ts';
import { findJob } from './find-job.ts';
import type { JobDeps } from './job-deps.ts';
import { pauseJob, resumeJob } from './job-pauses.ts';
import { jobSummary, jobView } from './job-view.ts';
import { recentRuns } from './list-runs.ts';
import { cursorAfter, cursorOf, limitOf } from './pages.ts';
import { runSummary } from './run-view.ts';

const lastShown = 5;

/** A page by name: two look-ups in the table for each job on it. */
async function listJobs(deps: JobDeps, limit: number, after: string | undefined) {
  const names = Object.keys(deps.config.jobs).sort();
  const left = after === undefined ? names : names.filter((name) => name > after);
  const page = left.slice(0, limit);
  const jobs = await Promise.all(
    page.map(async (name) => {
      const [pause, { runs }] = await Promise.all([deps.pauses.get(name), recentRuns(deps, [name], { limit: 1 })]);
      return jobSummary(findJob(deps, name), pause, runs[0], deps.now());
    }),
  );
  const last = page.at(-1);
  return { jobs, ...(last !== undefined && left.length > limit ? { cursor: cursorAfter(last) } : {}) };
}

async function showJob(deps: JobDeps, job: JobConfig) {
  const [pause, { runs }] = await Promise.all([
    deps.pauses.get(job.name),
    recentRuns(deps, [job.name], { limit: lastShown }),
  ]);
  const { prices } = deps.config;
  return { ...jobView(job, { pause, last: runs, prices, now: deps.now() }), runs: runs.map(runSummary) };
}

export type JobAnswer = Awaited<ReturnType<typeof showJob>>;

/** Adds the routes of jobs. */
export function addJobRoutes(api: Api, deps: JobDeps): void {
  api.get('/api/jobs', async (context) => {
    const { limit, cursor } = context.req.query();
    return context.json(await listJobs(deps, limitOf(limit), cursorOf(cursor, /^[^\n]{1,255}$/)));
  });
  api.get('/api/jobs/:job', async (context) =>
    context.json({ job: await showJob(deps, findJob(deps, context.req.param('job'))) }),
  );
  api.get('/api/jobs/:job/cost', async (context) => {
    const { month, cursor } = context.req.query();
    return context.json(await readCost(context.req.param('job'), { month, cursor }, deps));
  });
  api.post('/api/jobs/:job/pause', async (context) => {
    const job = findJob(deps, context.req.param('job'));
    return context.json(await pauseJob(context.req.raw, job, context.get('caller'), deps));
  });
  api.post('/api/jobs/:job/resume', async (context) => {
    const job = findJob(deps, context.req.param('job'));
    return context.json(await resumeJob(context.req.raw, job, context.get('caller'), deps));
  });
}
