import type { JobConfig } from '../config/config.ts';
import type { JobDeps } from './job-deps.ts';
import { pauseFields, readPause } from './read-pause.ts';
import { onceByKey } from './repeats.ts';
import { hashOf, idempotencyKeyOf, readObject, refuseUnknownFields } from './request.ts';
import { pauseView } from './service-view.ts';
import type { Caller } from './tokens.ts';

type Body = Record<string, unknown>;

/** Its schedules start nothing until it is resumed, or `until`; it can still be run by hand. */
export const pauseJob = (request: Request, { name }: JobConfig, caller: Caller, deps: JobDeps) =>
  once(`pause job ${name}`, request, caller, pauseFields, deps, async (body) => {
    const pause = readPause(body, caller.id, deps.now());
    await deps.pauses.set(name, pause);
    return { job: name, pause: pauseView(pause) };
  });

/** What would have fired meanwhile is not made up for. `resumed`: whether it was paused. */
export const resumeJob = (request: Request, { name }: JobConfig, caller: Caller, deps: JobDeps) =>
  once(`resume job ${name}`, request, caller, [], deps, async () => ({
    job: name,
    resumed: await deps.pauses.lift(name, caller.id),
  }));

async function once<Answer>(
  route: string,
  request: Request,
  caller: Caller,
  known: readonly string[],
  deps: JobDeps,
  act: (body: Body) => Promise<Answer>,
): Promise<Answer> {
  const body = await readObject(request);
  refuseUnknownFields(body, known);
  const key = idempotencyKeyOf(request);
  const requestHash = await hashOf(known.map((field) => body[field]));
  return onceByKey({ ...deps.stores, now: deps.now }, { caller: caller.id, route, key, requestHash }, () => act(body));
}
