import { DescribeTasksCommand, ECSClient, InvalidParameterException, StopTaskCommand } from '@aws-sdk/client-ecs';
import { type AwsConnection, call } from './connection.ts';
import type { Task } from './task.ts';
import { toTask } from './to-task.ts';

/** Tasks that somebody started: what all but the launcher need, so that their bundles carry no launching. */
export interface RunningTasks {
  /** Those that ECS knows, by ARN or id; a task is known for an hour after it stopped, and may be missing at first. */
  describeTasks(cluster: string, tasks: readonly string[]): Promise<Task[]>;
  /** Safe to repeat; a task that is gone is no error. */
  stopTask(cluster: string, taskArn: string, reason: string): Promise<void>;
}

const describeLimit = 100;

export function runningTasks(aws: AwsConnection, client = new ECSClient(aws)): RunningTasks {
  return {
    async describeTasks(cluster, tasks) {
      const found: Task[] = [];
      for (let start = 0; start < tasks.length; start += describeLimit) {
        const batch = tasks.slice(start, start + describeLimit);
        const answer = await call('DescribeTasks', () =>
          client.send(new DescribeTasksCommand({ cluster, tasks: batch })),
        );
        found.push(...(answer.tasks ?? []).map(toTask));
      }
      return found;
    },
    async stopTask(cluster, task, reason) {
      try {
        await call('StopTask', () => client.send(new StopTaskCommand({ cluster, task, reason })));
      } catch (error) {
        // "The referenced task was not found": it stopped and ECS has forgotten it.
        if (!((error as Error).cause instanceof InvalidParameterException)) throw error;
      }
    },
  };
}
