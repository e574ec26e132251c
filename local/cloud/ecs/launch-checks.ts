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

/** What RunTask and CreateService check alike. The local clusters have Fargate's capacity only. */
export function checkLaunch(input: LaunchInput, definition: KnownDefinition): void {
  const strategy = input.capacityProviderStrategy ?? [];
  if (input.launchType !== undefined && strategy.length > 0)
    refuse('Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.');
  const foreign = strategy.find(({ capacityProvider = '' }) => !['FARGATE', 'FARGATE_SPOT'].includes(capacityProvider));
  if (foreign)
    refuse(
      `The specified capacity provider strategy contains a capacity provider that is not associated with the cluster: ${foreign.capacityProvider}`,
    );
  if (strategy.length === 0 && input.launchType !== 'FARGATE')
    refuse('No Container Instances were found in your cluster.');
  if (!definition.compatibilities?.includes('FARGATE')) refuse('Task definition does not support launch_type FARGATE.');
  const network = input.networkConfiguration?.awsvpcConfiguration;
  if (!network) refuse("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (!network?.subnets?.length) refuse('subnets can not be empty.');
  if ((network?.subnets?.length ?? 0) > 16) refuse('subnets can have at most 16 items.');
}
