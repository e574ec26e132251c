import type { Attribute, Compatibility, ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Input } from './inputs.ts';

export type NewDefinition = Omit<Input<'RegisterTaskDefinition'>, 'tags' | 'containerDefinitions'> & {
  containerDefinitions: ContainerDefinition[];
};

/** `.25 vCPU` and `256` → `256`; what is neither stays for the checks to refuse. */
export function cpuUnits(cpu: string): string {
  const vcpu = /^([\d.]+)\s*vcpu$/i.exec(cpu.trim())?.[1];
  return vcpu === undefined ? cpu.trim() : String(Number(vcpu) * 1024);
}

/** `1 GB`, `1GB`, `512MB` and `512` → MiB. */
export function memoryMiB(memory: string): string {
  const [, number, unit] = /^([\d.]+)\s*(GB|MB)$/i.exec(memory.trim()) ?? [];
  if (number === undefined) return memory.trim();
  return unit?.toUpperCase() === 'GB' ? String(Number(number) * 1024) : number;
}

function containerDefaults(container: ContainerDefinition, networkMode: string | undefined): ContainerDefinition {
  return {
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      protocol: 'tcp' as const,
      ...(mapping.containerPort !== undefined && {
        hostPort: networkMode === 'awsvpc' || networkMode === 'host' ? mapping.containerPort : 0,
      }),
      ...mapping,
    })),
  };
}

/** What ECS fills in when it registers. */
export function withDefaults(input: Omit<Input<'RegisterTaskDefinition'>, 'tags'>): NewDefinition {
  return {
    volumes: [],
    placementConstraints: [],
    ...input,
    ...(input.cpu !== undefined && { cpu: cpuUnits(input.cpu) }),
    ...(input.memory !== undefined && { memory: memoryMiB(input.memory) }),
    containerDefinitions: input.containerDefinitions.map((container) =>
      // The SDK's union with unknown members keeps the generated type apart from ContainerDefinition.
      containerDefaults(container as ContainerDefinition, input.networkMode),
    ),
  };
}

export function compatibilitiesOf({ networkMode, cpu, memory }: NewDefinition): Compatibility[] {
  if (networkMode !== 'awsvpc') return ['EXTERNAL', 'EC2'];
  return cpu !== undefined && memory !== undefined ? ['EC2', 'FARGATE'] : ['EC2'];
}

/** The capabilities that ECS derives from what is used. */
export function requiredAttributes(definition: NewDefinition): Attribute[] {
  const containers = definition.containerDefinitions;
  const logs = containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs');
  const names: [boolean, string][] = [
    [logs, 'com.amazonaws.ecs.capability.logging-driver.awslogs'],
    [logs && definition.executionRoleArn !== undefined, 'ecs.capability.execution-role-awslogs'],
    [containers.some(({ image }) => image?.includes('.dkr.ecr.') === true), 'com.amazonaws.ecs.capability.ecr-auth'],
    [definition.taskRoleArn !== undefined, 'com.amazonaws.ecs.capability.task-iam-role'],
    [definition.networkMode === 'awsvpc', 'ecs.capability.task-eni'],
    [containers.some(({ secrets }) => (secrets?.length ?? 0) > 0), 'ecs.capability.secrets.ssm.environment-variables'],
    [containers.some(({ healthCheck }) => healthCheck !== undefined), 'ecs.capability.container-health-check'],
    [true, 'com.amazonaws.ecs.capability.docker-remote-api.1.18'],
  ];
  return names.filter(([used]) => used).map(([, name]) => ({ name }));
}
