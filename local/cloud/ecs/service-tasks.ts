import type { TaskFact } from './rollout-plan.ts';
import type { EcsState, ServiceRecord, TaskRecord } from './state.ts';

/** The service's tasks that are not yet STOPPED. */
export function liveTasks(state: EcsState, { name, cluster }: ServiceRecord): TaskRecord[] {
  return [...state.tasks.values()].filter(
    (record) => record.service?.name === name && record.cluster === cluster && record.task.lastStatus !== 'STOPPED',
  );
}

/** Whether an essential container of the task has a health check, so that the task's health means something. */
function hasContainerCheck({ task, definition }: TaskRecord): boolean {
  return task.containers.some(
    ({ healthStatus }, index) => healthStatus !== undefined && definition.containerDefinitions[index]?.essential,
  );
}

/** Whether anything checks the task: a container's health check or a load balancer's. */
export function isChecked(record: TaskRecord): boolean {
  return record.targets.length > 0 || hasContainerCheck(record);
}

/** With both kinds of checks, both count: minimumHealthyPercent in DeploymentConfiguration of the ECS API reference. */
export function passesChecks(record: TaskRecord): boolean {
  const containers = !hasContainerCheck(record) || record.task.healthStatus === 'HEALTHY';
  return containers && record.targets.every(({ state }) => state === 'healthy');
}

/** Passed its health checks or, without any, RUNNING since `runningSince` (milliseconds) or before. */
export function isHealthy(record: TaskRecord, runningSince: number): boolean {
  const { lastStatus, desiredStatus, startedAt } = record.task;
  if (lastStatus !== 'RUNNING' || desiredStatus !== 'RUNNING') return false;
  return isChecked(record) ? passesChecks(record) : (startedAt?.getTime() ?? Infinity) <= runningSince;
}

/** What the scheduler says and writes of a task that it stops for its health. */
export interface HealthFailure {
  /** A line of the service's `events[]`, after "(service NAME) ". */
  message: string;
  stoppedReason: string;
}

const CONTAINER_FAILURE = 'Task failed container health checks';
const TARGET_FAILURE = 'Task failed ELB health checks in';

/** Whether a task with this stoppedReason was stopped for its health, and not to scale in. */
export function isHealthFailure(stoppedReason = ''): boolean {
  return stoppedReason === CONTAINER_FAILURE || stoppedReason.startsWith(TARGET_FAILURE);
}

/** Why the scheduler has to stop a running task; undefined while it is healthy, unknown or on its way to stop. */
export function healthFailure({ id, task, targets }: TaskRecord): HealthFailure | undefined {
  if (task.desiredStatus === 'STOPPED') return undefined;
  if (task.healthStatus === 'UNHEALTHY')
    return { message: `(task ${id}) failed container health checks.`, stoppedReason: CONTAINER_FAILURE };
  const sick = targets.find(({ state }) => state === 'unhealthy');
  if (!sick) return undefined;
  const group = `(target-group ${sick.targetGroupArn})`;
  return {
    message: `(task ${id}) (port ${sick.port}) is unhealthy in ${group} due to (reason ${sick.description}).`,
    stoppedReason: `${TARGET_FAILURE} ${group}`,
  };
}

export function factOf(record: TaskRecord, runningSince: number): TaskFact {
  const { taskArn, desiredStatus } = record.task;
  if (desiredStatus === 'STOPPED') return { arn: taskArn, state: 'stopping' };
  return { arn: taskArn, state: isHealthy(record, runningSince) ? 'healthy' : 'starting' };
}
