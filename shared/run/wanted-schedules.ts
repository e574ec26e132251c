import type { LambdaSchedule } from '../aws/scheduler.ts';
import type { Config, JobConfig } from '../config/config.ts';
import { scheduledRunInput } from './scheduled-run.ts';

/** The schedule that starts a job with `start-scheduled-run`. */
export function scheduleOf(
  job: JobConfig,
  when: { name: string; expression: string; timezone: string },
  env: (name: string) => string,
): LambdaSchedule {
  return {
    ...when,
    group: env('SCHEDULE_GROUP'),
    functionArn: env('SCHEDULE_TARGET_ARN'),
    roleArn: env('SCHEDULE_ROLE_ARN'),
    deadLetterArn: env('SCHEDULE_DLQ_ARN'),
    input: scheduledRunInput(job),
  };
}

/** One schedule for each job that has one, under the job's name. */
export function wantedSchedules(config: Pick<Config, 'jobs'>, env: (name: string) => string): LambdaSchedule[] {
  return Object.values(config.jobs).flatMap((job) =>
    job.schedules.map(({ expression, timezone }) => scheduleOf(job, { name: job.name, expression, timezone }, env)),
  );
}
