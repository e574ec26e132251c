import type { Clock } from '../clock.ts';
import type { Around } from './calls.ts';
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
  capacityProviderStrategy?: readonly unknown[];
}

function fargateTasks(input: unknown): number {
  const { count = 1, launchType, capacityProviderStrategy = [] } = input as RunTask;
  return launchType === 'FARGATE' || capacityProviderStrategy.length > 0 ? count : 0;
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
  { service: 'ecs', operations: ['RunTask'], burst: 100, perSecond: 20, cost: fargateTasks },
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
}

/** AWS's token buckets around the calls: what finds one empty is answered a ThrottlingException and did nothing. */
export function createRateLimits(clock: Clock, { exempt = [] }: RateLimitOptions = {}): Around {
  const limits = LIMITS.map((limit) => ({ ...limit, bucket: bucket(limit, clock) }));
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
