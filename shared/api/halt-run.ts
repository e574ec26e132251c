import { BadRequest } from '../core/errors.ts';
import { type Run, terminalRunStates } from '../run/run.ts';
import { stopRun } from '../run/stop-run.ts';
import type { JobDeps } from './job-deps.ts';
import { onceByKey } from './repeats.ts';
import { hashOf, idempotencyKeyOf, readObject, refuseUnknownFields } from './request.ts';
import { textField } from './ship.ts';
import type { Caller } from './tokens.ts';

/**
 * `{reason?}`: what waits is removed, what goes on gets SIGTERM and, after stopTimeout, SIGKILL. Stopping again
 * what was stopped changes nothing. @throws BadRequest 409 for what has ended otherwise
 */
export async function haltRun(request: Request, run: Run, caller: Caller, deps: JobDeps): Promise<void> {
  const body = await readObject(request);
  refuseUnknownFields(body, ['reason']);
  const reason = textField(body, 'reason', 200);
  const repeatable = {
    caller: caller.id,
    route: `stop ${run.id}`,
    key: idempotencyKeyOf(request),
    requestHash: await hashOf([reason]),
  };
  await onceByKey({ ...deps.stores, now: deps.now }, repeatable, async () => {
    if (terminalRunStates.has(run.state) && run.stop?.by !== 'user')
      throw new BadRequest(409, `${run.id} is ${run.state} already`);
    const why = reason ? `stopped by ${caller.id}: ${reason}` : `stopped by ${caller.id}`;
    await stopRun(run.id, 'user', why, deps);
    return { stopped: run.id };
  });
}
