import type { StopCause, Task } from '../aws/task.ts';
import type { Instant } from '../core/time.ts';
import { explainStop } from './stop-cause.ts';

/** Ends that say nothing about what ran: Spot, scaling, people, maintenance; what has no place is told by ECS itself. */
const harmless: ReadonlySet<string> = new Set(['spot', 'scaling', 'user', 'maintenance', 'capacity']);
/** Whoever was stopped by these may exit with any code. */
const harmlessCodes: ReadonlySet<string | undefined> = new Set([
  'SpotInterruption',
  'TerminationNotice',
  'UserInitiated',
  'InfrastructureHealth',
]);

/** Why and when a service's task ended, where that speaks against it; undefined while it runs, too. */
export function abnormalEndOf(task: Task): { cause: StopCause; stoppedAt: Instant } | undefined {
  const { lastStatus, stopCode, stoppedAt } = task;
  if (lastStatus !== 'STOPPED' || stoppedAt === undefined || harmlessCodes.has(stopCode)) return undefined;
  const cause = explainStop(task);
  return harmless.has(cause.kind) ? undefined : { cause, stoppedAt };
}
