import type { CapacityProviderConfig, JobConfig, PriceConfig } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { Attempt, Run } from './run.ts';

/** What tasks cost by the price table; `from` and `to` differ where Spot's price, or its share, is not known. */
export type Cost =
  | { kind: 'estimate'; currency: string; from: number; to: number }
  /** The tasks run on instances of the account's own. */
  | { kind: 'instances' };

type Size = Pick<JobConfig, 'cpu' | 'memoryMiB' | 'storageGiB' | 'architecture'>;

const hourSeconds = 3_600;
/** Fargate charges a minute at least (AWS Fargate pricing page). */
const leastSeconds = 60;
/** So much ephemeral storage costs nothing (AWS Fargate pricing page). */
const freeStorageGiB = 20;

/** On demand, per hour. */
function perHour({ cpu, memoryMiB, storageGiB = freeStorageGiB, architecture }: Size, prices: PriceConfig): number {
  const { vcpuHour, gbHour } = architecture === 'arm64' ? prices.arm : prices.x86;
  const storage = Math.max(0, storageGiB - freeStorageGiB) * prices.storageGbHour;
  return (cpu / 1024) * vcpuHour + (memoryMiB / 1024) * gbHour + storage;
}

/** Bounds of the share of the price on demand; undefined where Fargate is not asked. */
function shareOf(strategy: readonly CapacityProviderConfig[] | undefined, { spot }: PriceConfig) {
  const used = (strategy ?? []).filter(({ weight, base }) => weight > 0 || base > 0).map(({ provider }) => provider);
  if (used.some((provider) => provider !== 'FARGATE' && provider !== 'FARGATE_SPOT')) return undefined;
  const isSpot = used.includes('FARGATE_SPOT');
  const isOnDemand = used.length === 0 || used.includes('FARGATE');
  const bounds = [...(isSpot ? [spot.from, spot.to] : []), ...(isOnDemand ? [1] : [])];
  return { from: Math.min(...bounds), to: Math.max(...bounds) };
}

/** What one task of the job costs in so many seconds. `fallback`: by its fallback capacity. */
export function estimateOf(job: JobConfig, seconds: number, prices: PriceConfig, fallback = false): Cost {
  const share = shareOf(fallback ? job.capacity?.fallback : job.capacity?.strategy, prices);
  if (!share) return { kind: 'instances' };
  const onDemand = (perHour(job, prices) * Math.max(leastSeconds, Math.ceil(seconds))) / hourSeconds;
  return { kind: 'estimate', currency: prices.currency, from: onDemand * share.from, to: onDemand * share.to };
}

/**
 * From the launch on: a little more than AWS counts, which begins with the image's download (pricing page).
 * Undefined where there was no task.
 */
export function attemptSeconds(attempt: Attempt, run: Pick<Run, 'finishedAt'>, now: Instant): number | undefined {
  if (attempt.taskArn === undefined) return undefined;
  return Math.max(0, (attempt.stoppedAt ?? run.finishedAt ?? now) - attempt.intendedAt) / 1000;
}

/** What the run's tasks have cost up to now; nothing yet where there was none, and of a fan-out itself, whose items cost. */
export function costOf(run: Run, prices: PriceConfig, now: Instant): Cost {
  const costs = run.attempts.flatMap((attempt) => {
    const seconds = attemptSeconds(attempt, run, now);
    const { memoryMiB = run.spec.memoryMiB, fallback } = attempt;
    return seconds === undefined ? [] : [estimateOf({ ...run.spec, memoryMiB }, seconds, prices, fallback)];
  });
  return sumOf(costs, prices);
}

/** Where some ran on instances of the account's own, the sum is of the others; if all did, there is none. */
export function sumOf(costs: readonly Cost[], { currency }: Pick<PriceConfig, 'currency'>): Cost {
  const known = costs.filter((cost) => cost.kind === 'estimate');
  if (known.length === 0 && costs.length > 0) return { kind: 'instances' };
  const sum = (bound: 'from' | 'to') => known.reduce((all, cost) => all + cost[bound], 0);
  return { kind: 'estimate', currency, from: sum('from'), to: sum('to') };
}
