import { jobContainer } from '../aws/job-task-definition.ts';
import type { TaskArn } from '../core/ids.ts';
import type { Attempt, Run } from './run.ts';

/** The attempt that counts: earlier ones are history. */
export const currentAttempt = (run: Run): Attempt | undefined => run.attempts.at(-1);

/** Those that were not refused. Of a run that waits in the queue each of them had a task. */
export const tasksOf = (run: Run): readonly Attempt[] => run.attempts.filter(({ refused }) => refused === undefined);

/** The run with its current attempt changed. */
export function withAttempt(run: Run, change: Partial<Attempt>): Run {
  const attempt = currentAttempt(run);
  return attempt ? { ...run, attempts: [...run.attempts.slice(0, -1), { ...attempt, ...change }] } : run;
}

export const taskIdOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

/** ECS's awslogs driver writes to `PREFIX/CONTAINER/TASK`; the job's name is the prefix. */
export const logStreamOf = (job: string, taskId: string) => `${job}/${jobContainer}/${taskId}`;

/** Job and task of one of our log streams; undefined for any other stream. */
export function readStream(stream: string): { job: string; taskId: string } | undefined {
  const [job, container, taskId, more] = stream.split('/');
  return job && taskId && container === jobContainer && more === undefined ? { job, taskId } : undefined;
}

/** The run once its current attempt's task is known: no longer waiting, with the place of its lines. */
export function withTask(run: Run, taskArn: TaskArn | string): Run {
  const { notBefore: _, waitingFor: __, waits: ___, ...known } = withAttempt(run, { taskArn });
  const attempt = currentAttempt(run);
  if (!attempt) return run;
  return { ...known, log: { group: attempt.logGroup, stream: logStreamOf(run.job, taskIdOf(taskArn)) } };
}
