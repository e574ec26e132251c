import type { Config } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import type { Admission } from './admission.ts';
import { startNextJobs } from './chain.ts';
import type { Run } from './run.ts';
import { needsSettling } from './settling.ts';

export interface SettleDeps {
  stores: Pick<Stores, 'runs'>;
  config: Pick<Config, 'jobs'>;
  admission: Admission;
  now(): Instant;
}

/**
 * What follows from a run's end: the jobs that it starts, and its place for whoever waits for it. Each step is
 * safe to repeat, and the run counts as settled only after the last. Resolves with the runs that may go on now.
 */
export async function settleRun(run: Run, deps: SettleDeps): Promise<{ next: string[] }> {
  const { started, gone } = await startNextJobs(run, deps);
  const { next } = await deps.admission.release(run);
  await markSettled(run.id, deps, gone.length > 0 ? { notStarted: gone } : {});
  return { next: [...started, ...next] };
}

export async function markSettled(
  id: string,
  { stores, now }: Pick<SettleDeps, 'stores' | 'now'>,
  found: Pick<Run, 'notStarted'> = {},
): Promise<void> {
  await stores.runs.update(id, (run) => (needsSettling(run) ? { ...run, ...found, settledAt: now() } : undefined));
}
