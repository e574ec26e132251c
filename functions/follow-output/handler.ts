import { runningTasks } from '../../shared/aws/running-tasks.ts';
import { parseJobOutput } from '../../shared/events/job-output.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { followOutput } from '../../shared/run/follow-output.ts';
import { cacheStore } from '../../shared/store/cache.ts';
import { connectStores } from '../../shared/store/stores.ts';

/** ::progress and ::output lines of the jobs' log group → their run. */
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
      stage: runtime.env('STAGE'),
    };
  },
  run: followOutput,
});
