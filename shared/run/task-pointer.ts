import type { EcsTasks } from '../aws/ecs-tasks.ts';
import { parseRunId, type RunId } from '../core/ids.ts';
import { readStartedBy } from '../events/task-state-change.ts';
import type { Cache } from '../store/cache.ts';

/** Fargate may end tasks after 14 days; their last lines come soon after. */
const keptMs = 16 * 86_400_000;
const keyOf = (taskId: string) => `task#${taskId}`;

export interface RunOfTask {
  runId: RunId;
  attempt: number;
}

/** Remembers whose task it is, so that its lines find their run by one look-up. */
export async function rememberTask(cache: Cache, taskId: string, { runId, attempt }: RunOfTask): Promise<void> {
  await cache.set(keyOf(taskId), `${runId} ${attempt}`, keptMs);
}

/** The run of a task: as remembered, else as ECS says (a crash may have come before remembering). */
export async function findRunOfTask(
  taskId: string,
  at: { cluster: string; stage: string },
  { cache, ecs }: { cache: Cache; ecs: Pick<EcsTasks, 'describeTasks'> },
): Promise<RunOfTask | undefined> {
  const [id, attempt] = (await cache.get(keyOf(taskId)))?.split(' ') ?? [];
  const runId = id && parseRunId(id);
  if (runId) return { runId, attempt: Number(attempt) };
  const [task] = await ecs.describeTasks(at.cluster, [taskId]);
  const found = readStartedBy(task?.startedBy);
  if (found?.stage !== at.stage) return undefined;
  await rememberTask(cache, taskId, found);
  return found;
}
