import type { TaskFact } from './rollout-plan.ts';
import type { EcsState, ServiceRecord, TaskRecord } from './state.ts';

/** The service's tasks that are not yet STOPPED. */
export function liveTasks(state: EcsState, { name, cluster }: ServiceRecord): TaskRecord[] {
  return [...state.tasks.values()].filter(
    (record) => record.service?.name === name && record.cluster === cluster && record.task.lastStatus !== 'STOPPED',
  );
}

/** Passed its health checks or, without any, RUNNING since `runningSince` (milliseconds) or before. */
export function isHealthy({ task, definition }: TaskRecord, runningSince: number): boolean {
  if (task.lastStatus !== 'RUNNING' || task.desiredStatus !== 'RUNNING') return false;
  const checked = task.containers.some(
    ({ healthStatus }, index) => healthStatus !== undefined && definition.containerDefinitions[index]?.essential,
  );
  return checked ? task.healthStatus === 'HEALTHY' : (task.startedAt?.getTime() ?? Infinity) <= runningSince;
}

export function factOf(record: TaskRecord, runningSince: number): TaskFact {
  const { taskArn, desiredStatus } = record.task;
  if (desiredStatus === 'STOPPED') return { arn: taskArn, state: 'stopping' };
  return { arn: taskArn, state: isHealthy(record, runningSince) ? 'healthy' : 'starting' };
}
