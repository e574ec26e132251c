import { resolveCapacity } from './capacity.ts';
import type { FailureClass, JobConfig, NextJobConfig, RetryConfig, ScheduleConfig } from './config.ts';
import { durationMs } from './duration.ts';
import { jobSchedules } from './job-schedules.ts';
import { mapValues, present } from './records.ts';
import { resolveParam } from './resolve-param.ts';
import { resolveImage } from './resolve-targets.ts';
import { scheduleExpression } from './schedule-expression.ts';
import { expectedEvery, type JobYaml } from './schema/job.ts';
import type { NextJobYaml } from './schema/next-job.ts';
import { RETRY } from './schema/retry.ts';
import type { ScheduleYaml } from './schema/schedule.ts';
import type { BatutaYaml } from './schema.ts';

export function resolveJob(job: JobYaml, name: string, top: BatutaYaml): JobConfig {
  const { cpu, memory, args, secrets, architecture, queueLimit, priority, group, taskRole } = job;
  return {
    ...{ name, args, secrets, cpu, memoryMiB: memory, architecture, queueLimit, priority },
    image: typeof job.image === 'string' ? job.image : resolveImage(job.image),
    command: job.script === undefined ? (job.command ?? []) : ['run', job.script],
    params: mapValues(job.params, resolveParam),
    schedules: jobSchedules(job).map(([key, schedule]) => resolveSchedule(schedule, key)),
    timeoutMs: durationMs(job.timeout),
    stopTimeoutSeconds: durationMs(job.stopTimeout) / 1000,
    cluster: job.cluster ?? top.cluster ?? '',
    ...resolveOverlap(job),
    // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml, a list and never a function
    then: job.then.map(resolveNext),
    onFailure: job.onFailure.map(resolveNext),
    ...present({
      ...{ group, taskRoleArn: taskRole, storageGiB: job.storage, network: networkOf(job.network ?? top.network) },
      attemptTimeoutMs: optionalMs(job.attemptTimeout),
      queueTimeoutMs: optionalMs(job.queueTimeout),
      expectMs: job.expect === undefined ? undefined : durationMs(expectedEvery(job.expect)),
      capacity: job.capacity === undefined ? undefined : resolveCapacity(job.capacity),
      retry: job.retry && resolveRetry(job.retry),
    }),
  };
}

const optionalMs = (text: string | undefined) => (text === undefined ? undefined : durationMs(text));

/** `stack` leaves it to the functions' environment. */
const networkOf = (network: BatutaYaml['network']) => (typeof network === 'string' ? undefined : network);

function resolveOverlap({ overlap, maxParallel }: JobYaml): Pick<JobConfig, 'overlap' | 'maxParallel'> {
  const resolved = overlap ?? (maxParallel === undefined ? 'allow' : 'queue');
  return resolved === 'allow' ? { overlap: 'allow' } : { overlap: resolved, maxParallel: maxParallel ?? 1 };
}

function resolveSchedule(schedule: ScheduleYaml, name: string): ScheduleConfig {
  const { timezone, params, start, end, window, grace, catchUp } = schedule;
  return {
    ...{ name, expression: scheduleExpression(schedule), timezone, params, graceMs: durationMs(grace), catchUp },
    ...present({ start, end, windowMinutes: window === undefined ? undefined : durationMs(window) / 60_000 }),
  };
}

function resolveRetry({ attempts, on, backoff, maxBackoff, memory }: NonNullable<JobYaml['retry']>): RetryConfig {
  const backoffMs = durationMs(backoff);
  return {
    attempts,
    // Its own parser in the schema has read each.
    on: on as FailureClass[],
    backoffMs,
    maxBackoffMs: optionalMs(maxBackoff) ?? Math.max(backoffMs, durationMs(RETRY.maxBackoff)),
    ...present({ memory: memory && { factor: memory.factor, maxMiB: memory.max } }),
  };
}

const resolveNext = (next: NextJobYaml): NextJobConfig => (typeof next === 'string' ? { job: next, params: {} } : next);
