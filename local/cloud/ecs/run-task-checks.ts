import type { TaskOverride } from '@aws-sdk/client-ecs';
import { AwsError } from '../service.ts';
import { sizeRefusal, storageRefusal } from './fargate-sizes.ts';
import type { Input } from './inputs.ts';
import { checkLaunch, launchTypeOf } from './launch-checks.ts';
import type { KnownDefinition } from './state.ts';
import { cpuUnits, memoryMiB } from './task-definition-defaults.ts';

type RunTask = Input<'RunTask'>;

function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

/** The overrides of a call, its sizes in CPU units and MiB whatever units they were given in. */
export function overridesOf({ overrides }: RunTask): TaskOverride | undefined {
  if (!overrides) return undefined;
  const { cpu, memory } = overrides;
  // The SDK's union with unknown members keeps the generated type apart from TaskOverride.
  const given = overrides as TaskOverride;
  return {
    ...given,
    ...(cpu !== undefined && { cpu: cpuUnits(cpu) }),
    ...(memory !== undefined && { memory: memoryMiB(memory) }),
  };
}

/** A name or an ARN: taskRoleArn of RegisterTaskDefinition in the ECS API reference. */
const ROLE = /^(arn:aws[\w-]*:iam::\d{12}:role\/)?[\w+=,.@/-]+$/;

function checkContainers({ containerOverrides = [] }: TaskOverride, definition: KnownDefinition): void {
  const names = definition.containerDefinitions.map(({ name }) => name);
  for (const { name } of containerOverrides)
    if (!names.includes(name)) refuse(`Override for container named ${name} is not a container in the TaskDefinition.`);
}

function checkSize(input: RunTask, overrides: TaskOverride, definition: KnownDefinition): void {
  const { ephemeralStorage, cpu = definition.cpu, memory = definition.memory } = overrides;
  if (launchTypeOf(input) === 'EC2') {
    if (ephemeralStorage) refuse('Ephemeral storage is only supported for tasks that are hosted on Fargate.');
    return;
  }
  const impossible = sizeRefusal(cpu, memory) ?? storageRefusal(ephemeralStorage?.sizeInGiB);
  if (impossible !== undefined) refuse(impossible);
  for (const { name, memory: hard } of definition.containerDefinitions) {
    const limit = overrides.containerOverrides?.find((override) => override.name === name)?.memory ?? hard ?? 0;
    if (limit > Number(memory))
      refuse(`Invalid setting for container '${name}'. Its memory is greater than the task's.`);
  }
}

function checkOverrides(input: RunTask, definition: KnownDefinition): void {
  if (JSON.stringify(input.overrides ?? {}).length > 8192) refuse('Container Overrides length must be at most 8192');
  const overrides = overridesOf(input) ?? {};
  checkContainers(overrides, definition);
  for (const role of [overrides.taskRoleArn, overrides.executionRoleArn])
    if (role !== undefined && !ROLE.test(role)) refuse('Role is not valid');
  checkSize(input, overrides, definition);
}

/** Those that still start tasks: "Fargate platform versions" of the ECS developer guide. */
const PLATFORMS = ['LATEST', '1.4.0', '1.3.0'];

function checkPlatform(input: RunTask, definition: KnownDefinition): void {
  const { platformVersion, overrides } = input;
  if (platformVersion === undefined) return;
  if (launchTypeOf(input) === 'EC2') refuse('The platform version must be null when specifying an EC2 launch type.');
  if (!PLATFORMS.includes(platformVersion))
    throw new AwsError('PlatformUnknownException', 'The specified platform does not exist.');
  if (platformVersion === '1.3.0' && (overrides?.ephemeralStorage ?? definition.ephemeralStorage))
    throw new AwsError(
      'PlatformTaskDefinitionIncompatibilityException',
      'One or more of the requested capabilities are not supported: ephemeral storage needs platform version 1.4.0.',
    );
}

/**
 * What RunTask refuses.
 * @throws AwsError
 */
export function checkRunTask(input: RunTask, definition: KnownDefinition, providers: readonly string[]): void {
  const { count = 1, startedBy, group } = input;
  if (count < 1 || count > 10) refuse('count should be between 1 and 10');
  if (startedBy !== undefined && !/^[a-zA-Z0-9\-_/]{0,128}$/.test(startedBy))
    refuse('startedBy must be up to 128 letters, numbers, hyphens, forward slashes and underscores');
  if (group?.startsWith('service:')) refuse("The task group name 'service:' is reserved for services");
  if (input.propagateTags === 'SERVICE') refuse('Tags cannot be propagated from a service to a standalone task.');
  if (input.clientToken !== undefined && !/^[!-~]{1,64}$/.test(input.clientToken))
    refuse('clientToken must be 1 to 64 ASCII characters between 33 and 126');
  checkLaunch(input, definition, providers);
  checkOverrides(input, definition);
  checkPlatform(input, definition);
}
