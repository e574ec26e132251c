import type { JobConfig } from '../config/config.ts';
import { BadRequest } from '../core/errors.ts';
import { checkItems } from '../run/check-items.ts';
import { failedItems } from '../run/fan-out-request.ts';
import { paramsAgain } from '../run/present-spec.ts';
import { type Run, terminalRunStates } from '../run/run.ts';
import type { ApiDeps } from './app.ts';
import { findJob } from './find-job.ts';
import { validParams, type WantedRun } from './read-run.ts';
import { readObject, refuseUnknownFields } from './request.ts';
import { askOnce } from './start-run.ts';
import type { Caller } from './tokens.ts';

/**
 * A new run of the job as it is now, with the parameters of an earlier one; of a fan-out with those of its items
 * that did not succeed. @throws BadRequest 404, 409, 422
 */
export async function repeatRun(request: Request, earlier: Run, caller: Caller, deps: ApiDeps): Promise<Run> {
  refuseUnknownFields(await readObject(request), []);
  const job = findJob(deps, earlier.job);
  return askOnce(request, job, caller, ['retry', earlier.id], deps, async () => {
    if (!terminalRunStates.has(earlier.state))
      throw new BadRequest(409, `${earlier.id} is ${earlier.state}; stop it first, or wait for its end`);
    const { steps } = earlier;
    const again = earlier.fanOut
      ? await failedOf(earlier, job, deps)
      : { params: validParams(job, paramsAgain(earlier, job)) };
    return { ...again, retryOf: earlier.id, ...(steps ? { steps } : {}) };
  });
}

async function failedOf(earlier: Run, job: JobConfig, deps: ApiDeps): Promise<WantedRun> {
  const items = await failedItems(earlier, deps.stores);
  if (items.length === 0) throw new BadRequest(409, `every item of ${earlier.id} succeeded; there is nothing to retry`);
  const checked = checkItems(job, { params: paramsAgain(earlier, job), items });
  if (!checked.ok) {
    const [first] = checked.problems;
    throw new BadRequest(422, `${first?.field} ${first?.message}: the job has changed since`, checked.problems);
  }
  const { maxParallel = 1, failFast = false } = earlier.fanOut ?? {};
  return { params: checked.params, fanOut: { items: checked.items, maxParallel, failFast } };
}
