import { ECSClient } from '@aws-sdk/client-ecs';
import type { AwsConnection } from './connection.ts';
import { findJob, registerJob } from './job-task-definition.ts';
import { runTask } from './run-task.ts';
import { type RunningTasks, runningTasks } from './running-tasks.ts';
import { singleAttemptClient } from './single-attempt.ts';
import type { JobTaskDefinition, TaskAnswer, TaskRequest } from './task-request.ts';

export interface EcsTasks extends RunningTasks {
  /** Never throws: each failure is an answer. */
  runTask(request: TaskRequest): Promise<TaskAnswer>;
  registerJob(job: JobTaskDefinition, hash: string): Promise<string>;
  findJob(family: string, hash: string): Promise<string | undefined>;
}

export function ecsTasks(aws: AwsConnection): EcsTasks {
  const client = new ECSClient(aws);
  const singleAttempt = singleAttemptClient(aws);
  return {
    ...runningTasks(aws, client),
    runTask: (request) => runTask(singleAttempt, request),
    registerJob: (job, hash) => registerJob(client, job, hash),
    findJob: (family, hash) => findJob(client, family, hash),
  };
}
