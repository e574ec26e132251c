import type { StopCause } from '../aws/task.ts';
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
  const { run } = await requestRun(
    {
      job,
      trigger: { kind: 'schedule', scheduleArn, scheduledTime },
      ...(checked.ok ? { params: checked.params } : { params: {}, failure: paramsOutcome(checked.problems) }),
    },
    deps,
  );
  return { runId: run.id };
}

type Problems = Extract<ReturnType<typeof checkParams>, { ok: false }>['problems'];

const paramsOutcome = (problems: Problems): StopCause => ({
  kind: 'params',
  cause: `its schedule's parameters are wrong: ${problems.map(({ name, message }) => `${name} ${message}`).join('; ')}`,
  hint: "give the job's params defaults in batuta.yml",
});
