import type { LambdaSchedule } from '../aws/scheduler.ts';
import type { Config, JobConfig, ScheduleConfig } from '../config/config.ts';
import { type Instant, toInstant } from '../core/time.ts';
import { nameInScheduler } from './schedule-name.ts';
import { scheduledRunInput } from './scheduled-run.ts';

/** A day's retries: the function's queue and Lambda come first, a run is asked for once however often it is called. */
const always = { state: 'ENABLED', afterCompletion: 'NONE', retries: 185, maxAgeSeconds: 86_400 } as const;

/** Scheduler keeps whole seconds. */
const secondOf = (text: string): Instant => toInstant(Math.floor(Date.parse(text) / 1000) * 1000);

/** Scheduler ignores the dates of what fires once (API reference, CreateSchedule). */
function datesOf({ expression, start, end }: ScheduleConfig): Pick<LambdaSchedule, 'start' | 'end'> {
  if (expression.startsWith('at(')) return {};
  return {
    ...(start === undefined ? {} : { start: secondOf(start) }),
    ...(end === undefined ? {} : { end: secondOf(end) }),
  };
}

/** The schedule that starts a job with `start-scheduled-run`. */
export function scheduleOf(job: JobConfig, of: ScheduleConfig, env: (name: string) => string): LambdaSchedule {
  return {
    name: nameInScheduler(job, of),
    group: env('SCHEDULE_GROUP'),
    expression: of.expression,
    timezone: of.timezone,
    ...datesOf(of),
    ...(of.windowMinutes === undefined ? {} : { windowMinutes: of.windowMinutes }),
    functionArn: env('SCHEDULE_TARGET_ARN'),
    roleArn: env('SCHEDULE_ROLE_ARN'),
    deadLetterArn: env('SCHEDULE_DLQ_ARN'),
    input: scheduledRunInput(job, of),
    ...always,
  };
}

/** All that the configuration has, whether they will fire again or not. */
export const wantedSchedules = ({ jobs }: Pick<Config, 'jobs'>, env: (name: string) => string): LambdaSchedule[] =>
  Object.values(jobs).flatMap((job) => job.schedules.map((schedule) => scheduleOf(job, schedule, env)));
