import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { Instant } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import { endedByStop } from './after-launch.ts';
import { currentAttempt } from './attempts.ts';
import { type Run, type Stop, terminalRunStates } from './run.ts';
import { overrules } from './stop-end.ts';

export interface StopDeps {
  stores: Pick<Stores, 'runs'>;
  ecs: Pick<EcsTasks, 'stopTask'>;
  now(): Instant;
}

/** The run with the stop recorded: at once ended where nothing of it was started, or its next attempt was not. */
function withStop(run: Run, stop: Stop): Run | undefined {
  if (terminalRunStates.has(run.state) || !overrules(run, stop.by)) return undefined;
  if (run.fanOut && run.state !== 'queued') {
    // The worker stops its items, at once.
    const { notBefore: _, ...due } = run;
    return { ...due, stop };
  }
  if (run.state !== 'queued') return { ...run, stop };
  // An attempt's time ended meanwhile: what waits here is the next one.
  return stop.by === 'attempt-timeout' ? undefined : endedByStop(run, stop, stop.at);
}

/**
 * Records who stops it and why, then stops its task; safe to repeat. Where the task is not known yet the
 * sweep stops it. Resolves with the run, undefined where there is none.
 */
export async function stopRun(id: string, by: Stop['by'], why: string, deps: StopDeps): Promise<Run | undefined> {
  const stored = await deps.stores.runs.update(id, (run) => withStop(run, { by, why, at: deps.now() }));
  if (!stored) return undefined;
  await carryOutStop(stored.value, deps);
  return stored.value;
}

/** Stops the task of a run whose stop is recorded: also of one that was stopped while it was launched. Safe to repeat. */
export async function carryOutStop(run: Run, { ecs }: Pick<StopDeps, 'ecs'>): Promise<void> {
  const attempt = currentAttempt(run);
  if (!run.stop || !attempt?.taskArn || attempt.stoppedAt !== undefined || terminalRunStates.has(run.state)) return;
  await ecs.stopTask(attempt.request.cluster, attempt.taskArn, `batuta: ${run.stop.why}`);
}
