import type { TaskFact } from './rollout-plan.ts';
import type { EcsState, ServiceRecord, TaskRecord } from './state.ts';

/** The service's tasks that are not yet STOPPED. */
export function liveTasks(state: EcsState, { name, cluster }: ServiceRecord): TaskRecord[] {
  return [...state.tasks.values()].filter(
    (record) => record.service?.name === name && record.cluster === cluster && record.task.lastStatus !== 'STOPPED',
  );
}

/** Whether an essential container of the task has a health check, so that the task's health means something. */
export function isChecked({ task, definition }: TaskRecord): boolean {
  return task.containers.some(
    ({ healthStatus }, index) => healthStatus !== undefined && definition.containerDefinitions[index]?.essential,
  );
}

/** Passed its health checks or, without any, RUNNING since `runningSince` (milliseconds) or before. */
export function isHealthy(record: TaskRecord, runningSince: number): boolean {
  const { lastStatus, desiredStatus, healthStatus, startedAt } = record.task;
  if (lastStatus !== 'RUNNING' || desiredStatus !== 'RUNNING') return false;
  return isChecked(record) ? healthStatus === 'HEALTHY' : (startedAt?.getTime() ?? Infinity) <= runningSince;
}

export function factOf(record: TaskRecord, runningSince: number): TaskFact {
  const { taskArn, desiredStatus } = record.task;
  if (desiredStatus === 'STOPPED') return { arn: taskArn, state: 'stopping' };
  return { arn: taskArn, state: isHealthy(record, runningSince) ? 'healthy' : 'starting' };
}
