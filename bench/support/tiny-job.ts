import { apiOf, type RunView } from '../../local/demo/stage.ts';
import { sure } from './sure.ts';

const JOB = 'tiny';

/** A run as the API shows it: the part needed here beyond the demo's. */
export interface TinyRun extends RunView {
  attempts: { taskArn?: string }[];
}

/** Runs the benchmarks' job by the API and resolves with the run once it has succeeded. */
export async function runTinyJob(door: { api: string; token: string }): Promise<TinyRun> {
  const api = apiOf(door);
  const { id } = await api.startRun(JOB, {});
  const ended = await sure(`the end of ${id}`, async () => {
    const run = (await api.run(id)) as TinyRun;
    return ['queued', 'launching', 'starting', 'running'].includes(run.state) ? undefined : run;
  });
  if (ended.state !== 'succeeded') throw new Error(`the run ${id} of ${JOB} ended ${ended.state}`);
  return ended;
}
