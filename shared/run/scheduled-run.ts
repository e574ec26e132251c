import type { Config, JobConfig } from '../config/config.ts';
import { checkParams } from '../config/job-parameters.ts';
import type { Instant } from '../core/time.ts';
import type { ScheduledRun } from '../events/scheduled-run.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Stores } from '../store/stores.ts';
import { requestRun } from './request-run.ts';

/** A schedule's Input: Scheduler fills in what stands in angle brackets at each firing. */
export const scheduledRunInput = (job: JobConfig): string =>
  JSON.stringify({
    job: job.name,
    scheduleArn: '<aws.scheduler.schedule-arn>',
    scheduledTime: '<aws.scheduler.scheduled-time>',
  });

interface Deps {
  stores: Pick<Stores, 'runs'>;
  config: Pick<Config, 'jobs'>;
  log: Log;
  now(): Instant;
}

/** Scheduler delivers at least once: each firing is one run however often it comes. */
export async function startScheduledRun(firing: ScheduledRun, deps: Deps): Promise<{ runId?: string }> {
  const { job: name, scheduleArn, scheduledTime } = firing;
  const job = Object.hasOwn(deps.config.jobs, name) ? deps.config.jobs[name] : undefined;
  if (!job) {
    deps.log.info(`ignored: there is no job ${name}; its schedule is of another configuration`, { scheduleArn });
    return {};
  }
  const checked = checkParams(job, firing.params);
  if (!checked.ok) {
    const problems = checked.problems.map((problem) => `${problem.name} ${problem.message}`).join('; ');
    deps.log.error(`${name}: not started, its schedule's parameters are wrong: ${problems}`, { scheduleArn });
    return {};
  }
  const trigger = { kind: 'schedule', scheduleArn, scheduledTime } as const;
  const { run } = await requestRun({ job, params: checked.params, trigger }, deps);
  return { runId: run.id };
}
