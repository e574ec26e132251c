import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { AwsError } from '../service.ts';
import type { Input } from './inputs.ts';

type Configuration = Input<'UpdateService'>['deploymentConfiguration'];

function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

/** The defaults of CreateService, what was before, and what is given now, checked. */
export function mergedConfiguration(
  before: DeploymentConfiguration | undefined,
  given: Configuration,
): DeploymentConfiguration {
  const merged = {
    deploymentCircuitBreaker: { enable: false, rollback: false },
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    strategy: 'ROLLING' as const,
    bakeTimeInMinutes: 0,
    ...before,
    ...(given as DeploymentConfiguration | undefined),
  };
  const { minimumHealthyPercent: lower = 100, maximumPercent: upper = 200, strategy } = merged;
  if (strategy !== 'ROLLING') refuse(`The local ECS rolls deployments; the strategy ${strategy} is not part of it.`);
  if (lower < 0 || lower > 100) refuse('Minimum healthy percent must be between 0 and 100.');
  if (upper < 100 && upper <= lower) refuse('Maximum percent must be greater than minimum healthy percent.');
  return merged;
}

export function checkCount(desiredCount: number): void {
  if (!Number.isInteger(desiredCount) || desiredCount < 0) refuse('desiredCount must be a number of at least 0.');
}

/** The members of UpdateService whose change starts a deployment, besides the task definition. */
export const DEPLOYED = [
  'capacityProviderStrategy',
  'networkConfiguration',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'enableExecuteCommand',
] as const;
/** Those that only change the service. */
export const KEPT = [
  'healthCheckGracePeriodSeconds',
  'propagateTags',
  'enableECSManagedTags',
  'availabilityZoneRebalancing',
] as const;

/** Those of the members that the input has. */
export function given<Key extends string>(
  input: Partial<Record<Key, unknown>>,
  keys: readonly Key[],
): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => input[key] !== undefined).map((key) => [key, input[key]]));
}
