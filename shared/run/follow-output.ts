import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { Config } from '../config/config.ts';
import type { JobOutput } from '../events/job-output.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Cache } from '../store/cache.ts';
import type { Stores } from '../store/stores.ts';
import { readStream } from './attempts.ts';
import type { MaskReader } from './mask-reader.ts';
import { applyReports, readReports } from './reports.ts';
import { findRunOfTask } from './task-pointer.ts';
import { updateByLines } from './update-by-lines.ts';

export interface OutputDeps {
  stores: Pick<Stores, 'runs'>;
  ecs: Pick<EcsTasks, 'describeTasks'>;
  cache: Cache;
  masks: MaskReader;
  config: Pick<Config, 'jobs'>;
  log: Log;
  stage: string;
}

/** `::progress`, `::output`, `::notice` and `::mask` lines go to the run whose stream they are in, and to no other. */
export async function followOutput({ stream, lines }: JobOutput, deps: OutputDeps): Promise<void> {
  const source = readStream(stream);
  const cluster = source && Object.hasOwn(deps.config.jobs, source.job) && deps.config.jobs[source.job]?.cluster;
  if (!cluster || readReports(lines).length === 0)
    return deps.log.info('ignored: no reports, or not the stream of a job of ours', { stream });
  const found = await findRunOfTask(source.taskId, { cluster, stage: deps.stage }, deps);
  if (!found) return deps.log.info('ignored: the task is no run of ours', { stream });
  const { runId, attempt } = found;
  // What comes after the end, late, is added to the record.
  const change: Parameters<typeof updateByLines>[2] = (run, reports) => applyReports(run, reports, attempt);
  await updateByLines(runId, { attempt, stream, lines }, change, deps);
}
