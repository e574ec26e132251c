import type { NextJobConfig } from '../config/config.ts';
import { type Run, terminalRunStates } from './run.ts';

const failures: ReadonlySet<Run['state']> = new Set(['failed', 'timed-out', 'lost']);

/** The jobs that this run's end starts, and by which of its lists. What a person stopped, or was skipped, starts none. */
export function nextJobsOf(run: Run): { as: 'then' | 'onFailure'; jobs: readonly NextJobConfig[] } {
  if (run.trigger.kind === 'item') return { as: 'then', jobs: [] };
  if (run.state === 'succeeded') return { as: 'then', jobs: run.spec.then };
  return { as: 'onFailure', jobs: failures.has(run.state) ? run.spec.onFailure : [] };
}

/** Whether something still waits for what follows from this run's end. */
export function needsSettling(run: Run): boolean {
  if (!terminalRunStates.has(run.state) || run.settledAt !== undefined) return false;
  return run.admitted !== undefined || run.trigger.kind === 'item' || nextJobsOf(run).jobs.length > 0;
}
