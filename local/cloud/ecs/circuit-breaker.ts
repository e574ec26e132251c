import type { DeploymentCircuitBreaker } from '@aws-sdk/client-ecs';

/** Failed tasks in a row that fail a deployment: half the desired count, at least 3, at most 200, unless configured. */
export function breakerThreshold({ thresholdConfiguration }: DeploymentCircuitBreaker, desiredCount: number): number {
  const { type = 'BOUNDED_PERCENT', value = 50 } = thresholdConfiguration ?? {};
  if (type === 'COUNT') return value;
  const share = Math.ceil((desiredCount * value) / 100);
  return type === 'UNBOUNDED_PERCENT' ? share : Math.min(200, Math.max(3, share));
}
