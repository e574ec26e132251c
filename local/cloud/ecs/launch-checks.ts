import { AwsError } from '../service.ts';
import { checkStrategy, type StrategyItem } from './capacity.ts';
import type { KnownDefinition } from './state.ts';

interface LaunchInput {
  launchType?: string | undefined;
  capacityProviderStrategy?: readonly StrategyItem[] | undefined;
  networkConfiguration?: { awsvpcConfiguration?: { subnets?: readonly string[] | undefined } | undefined } | undefined;
}

function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

const FARGATE_PROVIDERS = ['FARGATE', 'FARGATE_SPOT'];

/** Neither a launch type nor a strategy means EC2: launchType of RunTask in the ECS API reference. */
export function launchTypeOf({ launchType, capacityProviderStrategy }: LaunchInput): 'FARGATE' | 'EC2' {
  const [item] = capacityProviderStrategy ?? [];
  if (item) return FARGATE_PROVIDERS.includes(item.capacityProvider ?? '') ? 'FARGATE' : 'EC2';
  return launchType === 'FARGATE' ? 'FARGATE' : 'EC2';
}

function checkCapacity(
  { launchType, capacityProviderStrategy = [] }: LaunchInput,
  associated: readonly string[],
): void {
  if (launchType !== undefined && capacityProviderStrategy.length > 0)
    refuse('Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.');
  checkStrategy(capacityProviderStrategy, associated);
}

function checkNetwork({ networkConfiguration }: LaunchInput, { networkMode }: KnownDefinition): void {
  const network = networkConfiguration?.awsvpcConfiguration;
  if (networkMode !== 'awsvpc') {
    if (network) refuse('Network Configuration is not valid for the given networkMode of this task definition.');
    return;
  }
  if (!network) refuse("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (!network.subnets?.length) refuse('subnets can not be empty.');
  if (network.subnets.length > 16) refuse('subnets can have at most 16 items.');
}

/**
 * What RunTask and CreateService check alike. The local clusters have Fargate's capacity, and pretend
 * to have container instances for task definitions that do not ask for Fargate. `associated`: the
 * capacity providers of the cluster.
 */
export function checkLaunch(input: LaunchInput, definition: KnownDefinition, associated: readonly string[]): void {
  checkCapacity(input, associated);
  const { requiresCompatibilities = [], compatibilities } = definition;
  const onInstances = launchTypeOf(input) === 'EC2';
  const fargateOnly = requiresCompatibilities.includes('FARGATE') && !requiresCompatibilities.includes('EC2');
  if (input.launchType === 'EXTERNAL' || (onInstances && fargateOnly))
    refuse('No Container Instances were found in your cluster.');
  if (!onInstances && !compatibilities?.includes('FARGATE'))
    refuse('Task definition does not support launch_type FARGATE.');
  checkNetwork(input, definition);
}
