import type { Clock } from '../clock.ts';
import type { Around } from './calls.ts';
import { capacityProviderOf, type StrategyItem } from './ecs/capacity.ts';
import { AwsError } from './service.ts';

interface Limit {
  service: string;
  operations: readonly string[];
  /** Tokens of a full bucket: AWS's burst rate. */
  burst: number;
  /** AWS's sustained rate. */
  perSecond: number;
  /** Tokens of one call, by default 1. */
  cost?: (input: unknown) => number;
}

interface RunTask {
  count?: number;
  launchType?: string;
  capacityProviderStrategy?: readonly StrategyItem[];
}

/** How many tasks of a call go to this capacity. */
function tasksOn(capacity: 'FARGATE' | 'FARGATE_SPOT', input: unknown): number {
  const { count = 1, launchType, capacityProviderStrategy = [] } = input as RunTask;
  if (capacityProviderStrategy.length === 0) return launchType === capacity ? count : 0;
  const placed = new Map<string, number>();
  for (let task = 0; task < count; task++) {
    const provider = capacityProviderOf(capacityProviderStrategy, placed) ?? '';
    placed.set(provider, (placed.get(provider) ?? 0) + 1);
  }
  return placed.get(capacity) ?? 0;
}

/** Launches have a bucket for on-demand tasks and another for Spot. */
function launches({ burst = 100, perSecond = 20, takenByOthers = 0 }: LaunchRate = {}): readonly Limit[] {
  const left = 1 - takenByOthers;
  return (['FARGATE', 'FARGATE_SPOT'] as const).map((capacity) => ({
    service: 'ecs',
    operations: ['RunTask'],
    burst: burst * left,
    perSecond: perSecond * left,
    cost: (input) => tasksOn(capacity, input),
  }));
}

/**
 * Per account and region. Numbers: "Request throttling for the Amazon ECS API" and "AWS Fargate
 * throttling quotas" of the ECS developer guide, as far as the functions' calls go.
 */
const LIMITS: readonly Limit[] = [
  { service: 'ecs', operations: ['RegisterTaskDefinition', 'DeregisterTaskDefinition'], burst: 20, perSecond: 1 },
  {
    service: 'ecs',
    operations: ['DescribeTaskDefinition', 'ListTaskDefinitions', 'ListTaskDefinitionFamilies'],
    burst: 50,
    perSecond: 20,
  },
  { service: 'ecs', operations: ['CreateService', 'UpdateService', 'DeleteService'], burst: 50, perSecond: 5 },
  { service: 'ecs', operations: ['DescribeServices', 'ListServices'], burst: 100, perSecond: 20 },
  {
    service: 'ecs',
    operations: ['ListServiceDeployments', 'DescribeServiceDeployments', 'DescribeServiceRevisions'],
    burst: 50,
    perSecond: 20,
  },
  { service: 'ecs', operations: ['RunTask', 'StopTask'], burst: 100, perSecond: 40 },
  { service: 'ecs', operations: ['DescribeTasks', 'ListTasks'], burst: 100, perSecond: 20 },
  // "CloudWatch Logs quotas", of most regions.
  { service: 'logs', operations: ['GetLogEvents'], burst: 25, perSecond: 25 },
];

function bucket({ burst, perSecond }: Limit, clock: Clock) {
  let tokens = burst;
  let filledAt = clock.now();
  return {
    has(cost: number): boolean {
      tokens = Math.min(burst, tokens + ((clock.now() - filledAt) / 1000) * perSecond);
      filledAt = clock.now();
      return tokens >= cost;
    },
    take(cost: number): void {
      tokens -= cost;
    },
  };
}

export interface RateLimitOptions {
  /** Access keys whose calls count for nothing: who sets a test's scene. */
  exempt?: readonly string[];
  /** Fargate's launches, of on-demand tasks and of Spot each. */
  launches?: LaunchRate;
}

/** By default AWS's own rate, all of it for us. */
interface LaunchRate {
  burst?: number;
  perSecond?: number;
  /** The share that other users of the account take, evenly over time: 0.5 leaves half. */
  takenByOthers?: number;
}

/** AWS's token buckets around the calls: what finds one empty is answered a ThrottlingException and did nothing. */
export function createRateLimits(clock: Clock, { exempt = [], launches: rate }: RateLimitOptions = {}): Around {
  const limits = [...LIMITS, ...launches(rate)].map((limit) => ({ ...limit, bucket: bucket(limit, clock) }));
  return {
    before(service, operation, input, { accessKeyId }) {
      if (exempt.includes(accessKeyId)) return;
      const asked = limits
        .filter((limit) => limit.service === service && limit.operations.includes(operation))
        .map((limit) => ({ bucket: limit.bucket, cost: limit.cost?.(input) ?? 1 }));
      if (asked.some((one) => !one.bucket.has(one.cost))) throw new AwsError('ThrottlingException', 'Rate exceeded');
      for (const one of asked) one.bucket.take(one.cost);
    },
  };
}
