import { logRange } from '../../shared/aws/log-range.ts';
import { runningTasks } from '../../shared/aws/running-tasks.ts';
import { parseJobOutput } from '../../shared/events/job-output.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { followOutput } from '../../shared/run/follow-output.ts';
import { maskReader } from '../../shared/run/mask-reader.ts';
import { cacheStore } from '../../shared/store/cache.ts';
import { connectStores } from '../../shared/store/stores.ts';

/** ::progress, ::output, ::notice and ::mask lines of the jobs' log group → their run. */
export const handler = defineHandler({
  name: 'follow-output',
  event: parseJobOutput,
  connect: (runtime) => {
    const stores = connectStores(runtime);
    return {
      ...runtime,
      stores,
      cache: cacheStore(stores.table, runtime.now),
      ecs: runningTasks(runtime.aws),
      masks: maskReader(logRange(runtime.aws), runtime.now),
      stage: runtime.env('STAGE'),
    };
  },
  run: followOutput,
});
