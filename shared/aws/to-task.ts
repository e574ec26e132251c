import type { Container, Task as EcsTask } from '@aws-sdk/client-ecs';
import type { TaskArn } from '../core/ids.ts';
import { toInstant } from '../core/time.ts';
import type { Task, TaskContainer } from './task.ts';

const present = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as {
    [Key in keyof Value]: Exclude<Value[Key], undefined>;
  };
const instant = (date: Date | undefined) => (date ? toInstant(date) : undefined);

const toContainer = ({ name = '', image, imageDigest, lastStatus, exitCode, reason, healthStatus }: Container) =>
  present({ name, image, imageDigest, lastStatus, exitCode, reason, healthStatus }) as TaskContainer;

/** ECS's task as ours; what ECS left out stays left out. */
export function toTask(task: EcsTask): Task {
  const arn = (task.taskArn ?? '') as TaskArn;
  const { group, startedBy, stopCode, stoppedReason } = task;
  return {
    arn,
    id: arn.slice(arn.lastIndexOf('/') + 1),
    clusterArn: task.clusterArn ?? '',
    taskDefinitionArn: task.taskDefinitionArn ?? '',
    lastStatus: task.lastStatus ?? '',
    desiredStatus: task.desiredStatus ?? '',
    version: task.version ?? 0,
    containers: (task.containers ?? []).map(toContainer),
    ...(present({
      group,
      startedBy,
      stopCode,
      stoppedReason,
      createdAt: instant(task.createdAt),
      startedAt: instant(task.startedAt),
      stoppedAt: instant(task.stoppedAt),
    }) as Partial<Task>),
  };
}
