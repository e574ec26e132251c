import type { StopCause } from '../aws/task.ts';
import type { Config, JobConfig, ScheduleConfig } from '../config/config.ts';
import { checkParams } from '../config/job-parameters.ts';
import { type Instant, isoToSecond } from '../core/time.ts';
import type { ScheduledRun } from '../events/scheduled-run.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Pause, Pauses } from '../store/pauses.ts';
import type { Stores } from '../store/stores.ts';
import { badParams, requestRun } from './request-run.ts';

/** A schedule's Input: Scheduler fills in what stands in angle brackets at each firing. */
export const scheduledRunInput = (
  { name }: Pick<JobConfig, 'name'>,
  schedule?: Pick<ScheduleConfig, 'name' | 'params'>,
): string =>
  JSON.stringify({
    job: name,
    ...(schedule ? { schedule: schedule.name, params: schedule.params } : {}),
    scheduleArn: '<aws.scheduler.schedule-arn>',
    scheduledTime: '<aws.scheduler.scheduled-time>',
  });

interface Deps {
  stores: Pick<Stores, 'runs'>;
  pauses: Pick<Pauses, 'get'>;
  config: Pick<Config, 'jobs'>;
  log: Log;
  now(): Instant;
}

type Found = { job: JobConfig; params: unknown } | { ignored: string };

/** The job and its parameters as they are configured now: between a deployment and its sync the input is the older. */
function lookUp({ job: name, schedule: key, params }: ScheduledRun, { jobs }: Deps['config']): Found {
  const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
  if (!job) return { ignored: `there is no job ${name}` };
  if (key === undefined) return { job, params };
  const schedule = job.schedules.find((one) => one.name === key);
  return schedule ? { job, params: schedule.params } : { ignored: `${name} has no schedule ${key}` };
}

/**
 * Scheduler delivers at least once: each firing is one run however often it comes. While the job is paused it is a
 * skipped run, so that the history shows it and nobody takes it for missed.
 */
export async function startScheduledRun(firing: ScheduledRun, deps: Deps): Promise<{ runId?: string }> {
  const { scheduleArn, scheduledTime } = firing;
  const found = lookUp(firing, deps.config);
  if ('ignored' in found) {
    deps.log.info(`ignored: ${found.ignored}; the firing is of another configuration`, { scheduleArn });
    return {};
  }
  const { job } = found;
  const trigger = { kind: 'schedule', scheduleArn, scheduledTime } as const;
  const checked = checkParams(job, found.params);
  const params = checked.ok ? checked.params : {};
  const pause = await deps.pauses.get(job.name);
  if (pause) return idOf(await requestRun({ job, params, trigger, skipped: pausedOutcome(job.name, pause) }, deps));
  const failure = checked.ok ? {} : { failure: badParams('its schedule', checked.problems) };
  return idOf(await requestRun({ job, params, trigger, ...failure }, deps));
}

const idOf = ({ run }: Awaited<ReturnType<typeof requestRun>>) => ({ runId: run.id });

const pausedOutcome = (job: string, { by, at, why, until }: Pause): StopCause => ({
  kind: 'paused',
  cause: `${job} is paused by ${by} since ${isoToSecond(at)}${why ? `: ${why}` : ''}`,
  hint: until === undefined ? `batuta resume ${job}` : `ends ${isoToSecond(until)}, or by batuta resume ${job}`,
});
