import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { AwsError } from '../service.ts';
import type { Input } from './inputs.ts';

type Configuration = Input<'UpdateService'>['deploymentConfiguration'];

function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

function within(name: string, value: number | undefined, lowest: number, highest: number): void {
  if (value !== undefined && (value < lowest || value > highest))
    refuse(`${name} must be between ${lowest} and ${highest}.`);
}

/** Limits: DeploymentConfiguration, LinearConfiguration and CanaryConfiguration in the ECS API reference. */
function checkShifting({
  strategy,
  bakeTimeInMinutes,
  linearConfiguration: linear,
  canaryConfiguration: canary,
  lifecycleHooks = [],
}: DeploymentConfiguration): void {
  if (linear && strategy !== 'LINEAR') refuse('linearConfiguration is only valid with the strategy LINEAR.');
  if (canary && strategy !== 'CANARY') refuse('canaryConfiguration is only valid with the strategy CANARY.');
  within('bakeTimeInMinutes', bakeTimeInMinutes, 0, 1440);
  within('stepPercent', linear?.stepPercent, 3, 100);
  within('stepBakeTimeInMinutes', linear?.stepBakeTimeInMinutes, 0, 1440);
  within('canaryPercent', canary?.canaryPercent, 0.1, 100);
  within('canaryBakeTimeInMinutes', canary?.canaryBakeTimeInMinutes, 0, 1440);
  if (lifecycleHooks.some(({ targetType }) => targetType === 'PAUSE'))
    refuse('The local ECS has no ContinueServiceDeployment, so no lifecycle hooks of the type PAUSE.');
}

/** The defaults of CreateService, what was before, and what is given now, checked. */
export function mergedConfiguration(
  before: DeploymentConfiguration | undefined,
  given: Configuration,
): DeploymentConfiguration {
  const { linearConfiguration, canaryConfiguration, ...kept } = before ?? {};
  const strategy = given?.strategy ?? before?.strategy ?? 'ROLLING';
  const merged = {
    deploymentCircuitBreaker: { enable: false, rollback: false },
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    bakeTimeInMinutes: 0,
    ...kept,
    // What belongs to another strategy goes with it.
    ...(linearConfiguration && strategy === 'LINEAR' && { linearConfiguration }),
    ...(canaryConfiguration && strategy === 'CANARY' && { canaryConfiguration }),
    ...(given as DeploymentConfiguration | undefined),
    strategy,
  };
  const { minimumHealthyPercent: lower = 100, maximumPercent: upper = 200 } = merged;
  checkShifting(merged);
  if (lower < 0 || lower > 100) refuse('Minimum healthy percent must be between 0 and 100.');
  if (upper < 100 && upper <= lower) refuse('Maximum percent must be greater than minimum healthy percent.');
  return merged;
}

export function checkCount(desiredCount: number): void {
  if (!Number.isInteger(desiredCount) || desiredCount < 0) refuse('desiredCount must be a number of at least 0.');
}

/**
 * The members of UpdateService whose change starts a deployment, besides the task definition. UpdateServiceRequest
 * says of each member whether it "triggers a new service deployment".
 */
export const DEPLOYED = [
  'networkConfiguration',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const;
/** Those that only change the service: what starts next follows them. */
export const KEPT = [
  'capacityProviderStrategy',
  'enableExecuteCommand',
  'placementConstraints',
  'placementStrategy',
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
