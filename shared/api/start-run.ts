import type { JobConfig } from '../config/config.ts';
import { withDefaults } from '../run/check-items.ts';
import { requestFanOut } from '../run/fan-out-request.ts';
import { findAsked, type RunAnswer, type RunRequest, requestRun } from '../run/request-run.ts';
import type { Run, RunTrigger } from '../run/run.ts';
import type { ApiDeps } from './app.ts';
import { readRun, runFields, type WantedRun } from './read-run.ts';
import { keyConflict } from './repeats.ts';
import { hashOf, idempotencyKeyOf, readObject, refuseUnknownFields } from './request.ts';
import type { Caller } from './tokens.ts';

/** Ten thousand small items fit; API Gateway passes 10 MB on, and Lambda takes 6 MB of event. */
const longestBody = 4_000_000;

/** Records a run by a person's request; a repeat under the same key is the same run. @throws BadRequest 409, 413, 422 */
export async function startRun(request: Request, job: JobConfig, caller: Caller, deps: ApiDeps): Promise<Run> {
  const body = await readObject(request, longestBody);
  refuseUnknownFields(body, runFields);
  const { params = {}, ...more } = body;
  // A default spelled out is the same request.
  const filled = sorted(withDefaults(job, typeof params === 'object' ? { ...params } : { params }));
  const meaning = [job.name, filled, ...(Object.keys(more).length > 0 ? [sorted(more)] : [])];
  return askOnce(request, job, caller, meaning, deps, async () => readRun(job, body, deps.now()));
}

const sorted = (of: Readonly<Record<string, unknown>>) => Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1));

type Extra = Pick<RunRequest, 'retryOf' | 'steps'>;

/**
 * `read` is asked only where the key is new: what was in the future, or was a parameter, may be none by now.
 * `meaning`: what tells another request under the same key.
 */
export async function askOnce(
  request: Request,
  job: JobConfig,
  caller: Caller,
  meaning: unknown,
  deps: ApiDeps,
  read: () => Promise<WantedRun & Extra>,
): Promise<Run> {
  const key = idempotencyKeyOf(request);
  const requestHash = await hashOf(meaning);
  const trigger: RunTrigger = { kind: 'api', caller: caller.id, idempotencyKey: key ?? deps.newId(), requestHash };
  const earlier = key === undefined ? undefined : await findAsked(job.name, trigger, deps);
  const { run, kind } = earlier ?? (await ask(job, trigger, await read(), deps));
  if (kind === 'conflict') throw keyConflict(run.id);
  return run;
}

function ask(
  job: JobConfig,
  trigger: RunTrigger,
  { fanOut, ...wanted }: WantedRun & Extra,
  deps: ApiDeps,
): Promise<RunAnswer> {
  const request = { ...wanted, job, trigger };
  return fanOut ? requestFanOut({ ...request, ...fanOut }, deps) : requestRun(request, deps);
}
