import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { AwsError } from '../service.ts';
import { checkContainer } from './container-checks.ts';
import { sizeRefusal, storageRefusal } from './fargate-sizes.ts';
import type { NewDefinition } from './task-definition-defaults.ts';

function refuse(message: string): never {
  throw new AwsError('ClientException', message);
}

function checkFargate({
  networkMode,
  cpu,
  memory,
  executionRoleArn,
  containerDefinitions,
  ephemeralStorage,
}: NewDefinition): void {
  if (networkMode !== 'awsvpc') refuse("Fargate only supports network mode 'awsvpc'.");
  if (cpu === undefined) refuse("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) refuse("Fargate requires that 'memory' be defined at the task level.");
  const impossible = sizeRefusal(cpu, memory) ?? storageRefusal(ephemeralStorage?.sizeInGiB);
  if (impossible !== undefined) refuse(impossible);
  if (executionRoleArn !== undefined) return;
  if (containerDefinitions.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs'))
    refuse('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
  if (containerDefinitions.some(({ image }) => image?.includes('.dkr.ecr.')))
    refuse('Fargate requires task definition to have execution role ARN to support ECR images.');
}

/** Each condition must be one that the other container can come to: ContainerDependency of the ECS API reference. */
function checkConditions({ name, dependsOn = [] }: ContainerDefinition, all: readonly ContainerDefinition[]): void {
  for (const { containerName, condition } of dependsOn) {
    const other = all.find((container) => container.name === containerName);
    if (!other)
      refuse(`Container '${name}' depends on container '${containerName}', which is not in the task definition.`);
    if (other.essential && (condition === 'COMPLETE' || condition === 'SUCCESS'))
      refuse(`Container '${name}' depends on the end of container '${containerName}', which is essential.`);
    if (condition === 'HEALTHY' && !other.healthCheck?.command)
      refuse(`Container '${name}' depends on the health of container '${containerName}', which has no health check.`);
  }
}

function checkDependencies({ containerDefinitions }: NewDefinition): void {
  for (const container of containerDefinitions) checkConditions(container, containerDefinitions);
  const done = new Set<string | undefined>();
  for (let before = -1; before < done.size; ) {
    before = done.size;
    for (const { name, dependsOn = [] } of containerDefinitions)
      if (dependsOn.every((dependency) => done.has(dependency.containerName))) done.add(name);
  }
  if (done.size < containerDefinitions.length) refuse('Container dependencies form a cycle.');
}

/** The container's sizes must fit into the task's. */
function checkTotals({ cpu, memory, containerDefinitions }: NewDefinition): void {
  const total = containerDefinitions.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  if (cpu !== undefined && total > Number(cpu))
    refuse("The 'cpu' of all containers together is greater than the task's.");
  for (const container of containerDefinitions) {
    const needed = container.memory ?? container.memoryReservation ?? 0;
    if (memory !== undefined && needed > Number(memory))
      refuse(`Invalid setting for container '${container.name}'. Its memory is greater than the task's.`);
    if (memory === undefined && container.memory === undefined && container.memoryReservation === undefined)
      refuse(
        `Invalid setting for container '${container.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
      );
  }
}

/**
 * What RegisterTaskDefinition refuses.
 * @throws AwsError ClientException, with AWS's wording where it is known.
 */
export function checkTaskDefinition(definition: NewDefinition): void {
  const { family, containerDefinitions } = definition;
  if (family === '') refuse('Family should not be empty.');
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(family)) refuse('Family contains invalid characters.');
  if (containerDefinitions.length === 0) refuse('Container list cannot be empty.');
  for (const container of containerDefinitions) checkContainer(container, definition, refuse);
  const names = containerDefinitions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    refuse(`Container names must be unique in a task definition: '${twice}' appears more than once.`);
  if (!containerDefinitions.some(({ essential }) => essential))
    refuse('At least one container of the task definition must be essential.');
  if (definition.requiresCompatibilities?.includes('FARGATE')) checkFargate(definition);
  checkTotals(definition);
  checkDependencies(definition);
}
