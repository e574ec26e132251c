import { AwsError } from '../service.ts';
import type { KnownDefinition } from './state.ts';

interface LaunchInput {
  launchType?: string | undefined;
  capacityProviderStrategy?: readonly { capacityProvider?: string | undefined }[] | undefined;
  networkConfiguration?: { awsvpcConfiguration?: { subnets?: readonly string[] | undefined } | undefined } | undefined;
}

function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

/** Neither a launch type nor a strategy means EC2: launchType of RunTask in the ECS API reference. */
export function launchTypeOf({ launchType, capacityProviderStrategy }: LaunchInput): 'FARGATE' | 'EC2' {
  if (capacityProviderStrategy?.length) return 'FARGATE';
  return launchType === 'FARGATE' ? 'FARGATE' : 'EC2';
}

function checkCapacity({ launchType, capacityProviderStrategy = [] }: LaunchInput): void {
  if (launchType !== undefined && capacityProviderStrategy.length > 0)
    refuse('Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.');
  const foreign = capacityProviderStrategy.find(
    ({ capacityProvider = '' }) => !['FARGATE', 'FARGATE_SPOT'].includes(capacityProvider),
  );
  if (foreign)
    refuse(
      `The specified capacity provider strategy contains a capacity provider that is not associated with the cluster: ${foreign.capacityProvider}`,
    );
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
 * to have container instances for task definitions that do not ask for Fargate.
 */
export function checkLaunch(input: LaunchInput, definition: KnownDefinition): void {
  checkCapacity(input);
  const { requiresCompatibilities = [], compatibilities } = definition;
  const onInstances = launchTypeOf(input) === 'EC2';
  const fargateOnly = requiresCompatibilities.includes('FARGATE') && !requiresCompatibilities.includes('EC2');
  if (input.launchType === 'EXTERNAL' || (onInstances && fargateOnly))
    refuse('No Container Instances were found in your cluster.');
  if (!onInstances && !compatibilities?.includes('FARGATE'))
    refuse('Task definition does not support launch_type FARGATE.');
  checkNetwork(input, definition);
}
