import type { CapacityConfig, JobConfig, PriceConfig, ScheduleConfig } from '../config/config.ts';
import { type Instant, iso } from '../core/time.ts';
import { attemptSeconds, estimateOf } from '../run/cost.ts';
import type { Run } from '../run/run.ts';
import { nextFiring } from '../schedule/firings.ts';
import type { Pause } from '../store/pauses.ts';
import { costView } from './cost-view.ts';
import { pauseView } from './service-view.ts';
import { present, time } from './time-fields.ts';

/** When it fires next; a rate's times are known to Scheduler only, unless it has a `start`. */
function scheduleView(schedule: ScheduleConfig, now: Instant) {
  const { name, expression, timezone, start, end, windowMinutes, params, catchUp } = schedule;
  const isKnown = start !== undefined || !expression.startsWith('rate(');
  return {
    name,
    expression,
    timezone,
    ...present('start', start),
    ...present('end', end),
    ...present('windowMinutes', windowMinutes),
    params,
    catchUp,
    ...(isKnown ? time('next', nextFiring(schedule, now)) : {}),
  };
}

/** A job in a list. */
export function jobSummary(job: JobConfig, pause: Pause | undefined, last: Run | undefined, now: Instant) {
  return {
    name: job.name,
    schedules: job.schedules.map((schedule) => scheduleView(schedule, now)),
    ...(pause ? { pause: pauseView(pause) } : {}),
    ...(last ? { lastRun: { id: last.id, state: last.state, createdAt: iso(last.createdAt) } } : {}),
  };
}

export type JobSummary = ReturnType<typeof jobSummary>;

const capacityView = ({ strategy, fallback }: CapacityConfig) => ({
  strategy: strategy.map(({ provider }) => provider),
  ...present(
    'fallback',
    fallback?.map(({ provider }) => provider),
  ),
});

const imageView = ({ image }: JobConfig) => (typeof image === 'string' ? image : image.repository);

function sizeView({ cpu, memoryMiB, storageGiB, architecture, capacity }: JobConfig) {
  return {
    cpu,
    memoryMiB,
    ...present('storageGiB', storageGiB),
    architecture,
    ...(capacity ? { capacity: capacityView(capacity) } : {}),
  };
}

function limitsView(job: JobConfig) {
  const { overlap, maxParallel, group, priority, timeoutMs, attemptTimeoutMs, queueTimeoutMs, retry } = job;
  return {
    overlap,
    ...present('maxParallel', maxParallel),
    ...present('group', group),
    ...(priority === 0 ? {} : { priority }),
    timeoutSeconds: timeoutMs / 1000,
    ...(attemptTimeoutMs === undefined ? {} : { attemptTimeoutSeconds: attemptTimeoutMs / 1000 }),
    ...(queueTimeoutMs === undefined ? {} : { queueTimeoutSeconds: queueTimeoutMs / 1000 }),
    ...(retry ? { retry: { attempts: retry.attempts, on: retry.on } } : {}),
    ...(job.expectMs === undefined ? {} : { expectSeconds: job.expectMs / 1000 }),
  };
}

/** What an hour costs, and a run whose tasks take as long as those of the last ones did; a fan-out has none of its own. */
function estimateView(job: JobConfig, last: readonly Run[], prices: PriceConfig, now: Instant) {
  const lengths = last.flatMap((run) => (run.finishedAt === undefined ? [] : (taskSeconds(run, now) ?? [])));
  const seconds = lengths.reduce((all, length) => all + length, 0) / lengths.length;
  return {
    perHour: costView(estimateOf(job, 3600, prices)),
    ...(lengths.length === 0
      ? {}
      : { perRun: { seconds: Math.round(seconds), ...costView(estimateOf(job, seconds, prices)) } }),
  };
}

/** Of all attempts together, without the waits between them; undefined where there was no task. */
function taskSeconds(run: Run, now: Instant): number | undefined {
  const lengths = run.attempts.flatMap((attempt) => attemptSeconds(attempt, run, now) ?? []);
  return lengths.length === 0 ? undefined : lengths.reduce((all, seconds) => all + seconds, 0);
}

/** A job as batuta.yml has it, its schedules' next times, and what it costs by its last runs. */
export function jobView(
  job: JobConfig,
  { pause, last, prices, now }: { pause: Pause | undefined; last: readonly Run[]; prices: PriceConfig; now: Instant },
) {
  return {
    ...jobSummary(job, pause, last[0], now),
    image: imageView(job),
    command: job.command,
    params: job.params,
    secrets: Object.keys(job.secrets),
    size: sizeView(job),
    limits: limitsView(job),
    // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
    then: job.then.map((next) => next.job),
    onFailure: job.onFailure.map((next) => next.job),
    estimate: estimateView(job, last, prices, now),
  };
}
