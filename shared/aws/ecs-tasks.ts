import { DescribeTasksCommand, ECSClient, InvalidParameterException, StopTaskCommand } from '@aws-sdk/client-ecs';
import { type AwsConnection, call } from './connection.ts';
import { findJob, registerJob } from './job-task-definition.ts';
import { runTask } from './run-task.ts';
import { singleAttemptClient } from './single-attempt.ts';
import type { Task } from './task.ts';
import type { JobTaskDefinition, TaskAnswer, TaskRequest } from './task-request.ts';
import { toTask } from './to-task.ts';

export interface EcsTasks {
  /** Never throws: each failure is an answer. */
  runTask(request: TaskRequest): Promise<TaskAnswer>;
  /** Those that ECS knows, by ARN or id; a task is known for an hour after it stopped, and may be missing at first. */
  describeTasks(cluster: string, tasks: readonly string[]): Promise<Task[]>;
  /** Safe to repeat; a task that is gone is no error. */
  stopTask(cluster: string, taskArn: string, reason: string): Promise<void>;
  registerJob(job: JobTaskDefinition, hash: string): Promise<string>;
  findJob(family: string, hash: string): Promise<string | undefined>;
}

const describeLimit = 100;

export function ecsTasks(aws: AwsConnection): EcsTasks {
  const client = new ECSClient(aws);
  const singleAttempt = singleAttemptClient(aws);
  return {
    runTask: (request) => runTask(singleAttempt, request),
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
    registerJob: (job, hash) => registerJob(client, job, hash),
    findJob: (family, hash) => findJob(client, family, hash),
  };
}
