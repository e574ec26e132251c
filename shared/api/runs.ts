import { checkParams } from '../config/job-parameters.ts';
import { BadRequest } from '../core/errors.ts';
import { requestRun } from '../run/request-run.ts';
import type { Run } from '../run/run.ts';
import type { Api, ApiDeps } from './app.ts';
import { findRun } from './find-run.ts';
import { keyConflict } from './repeats.ts';
import { hashOf, idempotencyKeyOf, readObject, refuseUnknownFields } from './request.ts';
import { runView } from './run-view.ts';
import type { Caller } from './tokens.ts';

async function startRun(request: Request, jobName: string, caller: Caller, deps: ApiDeps): Promise<Run> {
  const job = Object.hasOwn(deps.config.jobs, jobName) ? deps.config.jobs[jobName] : undefined;
  if (!job) {
    const known = Object.keys(deps.config.jobs).join(', ');
    throw new BadRequest(404, `There is no job ${jobName}; batuta.yml has: ${known || 'none'}`, [
      { field: 'job', message: 'is not known' },
    ]);
  }
  const body = await readObject(request);
  refuseUnknownFields(body, ['params']);
  const checked = checkParams(job, body.params);
  if (!checked.ok) {
    const problems = checked.problems.map(({ name, message }) => ({
      field: name ? `params.${name}` : 'params',
      message,
    }));
    throw new BadRequest(422, problems.map(({ field, message }) => `${field} ${message}`).join('; '), problems);
  }
  const asked = await requestRun(
    {
      job,
      params: checked.params,
      trigger: {
        kind: 'api',
        caller: caller.id,
        idempotencyKey: idempotencyKeyOf(request) ?? deps.newId(),
        requestHash: await hashOf([jobName, checked.params]),
      },
    },
    deps,
  );
  if (asked.kind === 'conflict') throw keyConflict(asked.run.id);
  return asked.run;
}

/** Adds the routes of jobs and runs. */
export function addRunRoutes(api: Api, deps: ApiDeps): void {
  api.post('/api/jobs/:job/runs', async (context) => {
    const run = await startRun(context.req.raw, context.req.param('job'), context.get('caller'), deps);
    return context.json({ run: runView(run) }, 202, { location: `/api/runs/${run.id}` });
  });
  api.get('/api/runs/:id', async (context) =>
    context.json({ run: runView(await findRun(context.req.param('id'), deps)) }),
  );
}
