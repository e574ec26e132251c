import { iso } from '../core/time.ts';
import { type Run, terminalRunStates } from '../run/run.ts';
import type { Api, ApiDeps } from './app.ts';
import { findRun } from './find-run.ts';

/** Lines of the run's last attempt. `complete`: the run has ended and nothing is left behind the cursor. */
async function readLines(run: Run, cursor: string | undefined, { logs }: ApiDeps) {
  const ended = terminalRunStates.has(run.state);
  if (!run.log) return { lines: [], cursor: cursor ?? '', complete: ended };
  const page = await logs.read({ ...run.log, ...(cursor ? { cursor } : {}) });
  return {
    lines: page.lines.map(({ at, message }) => ({ at: iso(at), message })),
    cursor: page.cursor,
    complete: ended && page.atEnd,
  };
}

/** Adds the route of runs' logs. */
export function addLogRoutes(api: Api, deps: ApiDeps): void {
  api.get('/api/runs/:id/logs', async (context) => {
    const run = await findRun(context.req.param('id'), deps);
    return context.json(await readLines(run, context.req.query('cursor') || undefined, deps));
  });
}
