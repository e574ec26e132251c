import type { Task } from '../aws/task.ts';
import { abnormalEndOf } from '../run/abnormal-end.ts';
import type { Death } from './service-watch.ts';

/**
 * The task's end, if it died by itself or failed its health checks. What ECS's scheduler stops for any other
 * reason (a deployment, scaling in, rebalancing) may exit with whatever code; only health checks are a failure then.
 */
export function deathOf(task: Task): Death | undefined {
  const end = abnormalEndOf(task);
  if (!end || (task.stopCode === 'ServiceSchedulerInitiated' && end.cause.kind !== 'health')) return undefined;
  return { id: task.arn, at: end.stoppedAt, cause: end.cause, taskDefinitionArn: task.taskDefinitionArn };
}
