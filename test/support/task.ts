import type { Task, TaskContainer } from '../../shared/aws/task.ts';
import type { TaskArn } from '../../shared/core/ids.ts';
import { toInstant } from '../../shared/core/time.ts';

const cluster = 'arn:aws:ecs:us-east-1:123456789012:cluster/prod';
const id = '0123456789abcdef0123456789abcdef';

/** A running one-container task, changed by `parts`. */
export function aTask(parts: Partial<Task> = {}): Task {
  return {
    arn: `arn:aws:ecs:us-east-1:123456789012:task/prod/${id}` as TaskArn,
    id,
    clusterArn: cluster,
    taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/batuta-test-report:1',
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    version: 3,
    containers: [{ name: 'job', lastStatus: 'RUNNING' }],
    createdAt: toInstant('2026-11-20T09:00:00Z'),
    startedAt: toInstant('2026-11-20T09:00:30Z'),
    ...parts,
  };
}

/** The same, stopped; `container` changes its only container. */
export function aStoppedTask(parts: Partial<Task> = {}, container: Partial<TaskContainer> = {}): Task {
  return aTask({
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    version: 9,
    stoppedAt: toInstant('2026-11-20T09:05:00Z'),
    containers: [{ name: 'job', lastStatus: 'STOPPED', ...container }],
    ...parts,
  });
}
