import type { Context } from 'hono';
import type { Run } from '../run/run.ts';
import type { Api, ApiEnvironment } from './app.ts';
import { readRunCost } from './costs.ts';
import { findJob } from './find-job.ts';
import { findRun } from './find-run.ts';
import { haltRun } from './halt-run.ts';
import type { JobDeps } from './job-deps.ts';
import { listItems } from './list-items.ts';
import { listRuns, position, statesOf } from './list-runs.ts';
import { cursorOf, limitOf } from './pages.ts';
import { repeatRun } from './repeat-run.ts';
import { runSummary, runView } from './run-view.ts';
import { startRun } from './start-run.ts';

/** Adds the routes of runs. */
export function addRunRoutes(api: Api, deps: JobDeps): void {
  const view = (run: Run) => ({ run: runView(run, { prices: deps.config.prices, now: deps.now() }) });
  const accepted = (context: Context<ApiEnvironment>, run: Run) =>
    context.json(view(run), 202, { location: `/api/runs/${run.id}` });

  api.post('/api/jobs/:job/runs', async (context) => {
    const job = findJob(deps, context.req.param('job'));
    return accepted(context, await startRun(context.req.raw, job, context.get('caller'), deps));
  });
  api.get('/api/runs', async (context) => {
    const { job, state, limit, cursor } = context.req.query();
    const wanted = { job: job || undefined, states: statesOf(state), limit: limitOf(limit) };
    const page = await listRuns(deps, { ...wanted, after: cursorOf(cursor, position) });
    return context.json({ ...page, runs: page.runs.map(runSummary) });
  });
  api.get('/api/runs/:id', async (context) => context.json(view(await findRun(context.req.param('id'), deps))));
  api.get('/api/runs/:id/items', async (context) => {
    const run = await findRun(context.req.param('id'), deps);
    return context.json(await listItems(run, context.req.query(), deps));
  });
  api.get('/api/runs/:id/cost', async (context) => {
    const run = await findRun(context.req.param('id'), deps);
    return context.json(await readRunCost(run, context.req.query('cursor'), deps));
  });
  api.post('/api/runs/:id/stop', async (context) => {
    const run = await findRun(context.req.param('id'), deps);
    await haltRun(context.req.raw, run, context.get('caller'), deps);
    return accepted(context, await findRun(run.id, deps));
  });
  api.post('/api/runs/:id/retry', async (context) => {
    const run = await findRun(context.req.param('id'), deps);
    return accepted(context, await repeatRun(context.req.raw, run, context.get('caller'), deps));
  });
}
