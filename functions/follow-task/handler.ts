import { logRange } from '../../shared/aws/log-range.ts';
import { logsGateway } from '../../shared/aws/logs.ts';
import { runningTasks } from '../../shared/aws/running-tasks.ts';
import { connectNotes } from '../../shared/deploy/connect.ts';
import { noteServiceTask } from '../../shared/deploy/note-task.ts';
import { parseTaskStateChange } from '../../shared/events/task-state-change.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { followTask } from '../../shared/run/follow-task.ts';
import { maskReader } from '../../shared/run/mask-reader.ts';
import { connectStores } from '../../shared/store/stores.ts';

/** A task changed: a run's goes on with its run, a service's is evidence about its deployment. */
export const handler = defineHandler({
  name: 'follow-task',
  event: parseTaskStateChange,
  connect: (runtime) => ({
    runs: {
      ...runtime,
      stores: connectStores(runtime),
      ecs: runningTasks(runtime.aws),
      logs: logsGateway(runtime.aws),
      masks: maskReader(logRange(runtime.aws), runtime.now),
      stage: runtime.env('STAGE'),
    },
    deploy: connectNotes(runtime),
  }),
  run: (event, { runs, deploy }) =>
    event.kind === 'run-task' ? followTask(event, runs) : noteServiceTask(event.task, deploy),
});
