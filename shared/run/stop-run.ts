import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { Instant } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import { ended } from './after-launch.ts';
import { currentAttempt } from './attempts.ts';
import { type Run, terminalRunStates } from './run.ts';

export interface StopDeps {
  stores: Pick<Stores, 'runs'>;
  ecs: Pick<EcsTasks, 'stopTask'>;
  now(): Instant;
}
type Stop = NonNullable<Run['stop']>;

/** The run with the stop recorded: at once ended where nothing was launched; the first to stop it decides why. */
function withStop(run: Run, stop: Stop): Run | undefined {
  if (terminalRunStates.has(run.state) || run.stop) return undefined;
  if (run.state === 'queued')
    return ended({ ...run, stop }, 'stopped', { kind: 'user', cause: stop.why, hint: '' }, stop.at);
  if (!run.fanOut) return { ...run, stop };
  // The worker stops its items, at once.
  const { notBefore: _, ...due } = run;
  return { ...due, stop };
}

/**
 * Records who stops it and why, then stops its task; safe to repeat. Where the task is not known yet the
 * sweep stops it. Resolves with the run, undefined where there is none.
 */
export async function stopRun(id: string, by: Stop['by'], why: string, deps: StopDeps): Promise<Run | undefined> {
  const stored = await deps.stores.runs.update(id, (run) => withStop(run, { by, why, at: deps.now() }));
  if (!stored) return undefined;
  const run = stored.value;
  const attempt = currentAttempt(run);
  if (attempt?.taskArn && run.stop && !terminalRunStates.has(run.state))
    await deps.ecs.stopTask(attempt.request.cluster, attempt.taskArn, `batuta: ${run.stop.why}`);
  return run;
}
