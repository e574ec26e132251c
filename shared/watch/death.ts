import type { Task } from '../aws/task.ts';
import { explainStop } from '../run/stop-cause.ts';
import type { Death } from './service-watch.ts';

/** Ends that say nothing about the service: Spot, scaling, people, maintenance; what has no place is told by ECS itself. */
const harmless: ReadonlySet<string> = new Set(['spot', 'scaling', 'user', 'maintenance', 'capacity']);
/** Whoever was stopped by these may exit with any code. */
const harmlessCodes: ReadonlySet<string | undefined> = new Set([
  'SpotInterruption',
  'TerminationNotice',
  'UserInitiated',
  'InfrastructureHealth',
]);

/**
 * The task's end, if it died by itself or failed its health checks. What ECS's scheduler stops for any other
 * reason (a deployment, scaling in, rebalancing) may exit with whatever code; only health checks are a failure then.
 */
export function deathOf(task: Task): Death | undefined {
  const { arn, lastStatus, stopCode, stoppedAt, taskDefinitionArn } = task;
  if (lastStatus !== 'STOPPED' || stoppedAt === undefined || harmlessCodes.has(stopCode)) return undefined;
  const cause = explainStop(task);
  if (harmless.has(cause.kind)) return undefined;
  if (stopCode === 'ServiceSchedulerInitiated' && cause.kind !== 'health') return undefined;
  return { id: arn, at: stoppedAt, cause, taskDefinitionArn };
}
