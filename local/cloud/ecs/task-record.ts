import type { ContainerOverride, TaskOverride } from '@aws-sdk/client-ecs';
import type { Place } from '../service.ts';
import { ecsArns } from './arns.ts';
import type { KnownDefinition, KnownTask, TaskRecord } from './state.ts';

/** What LATEST means since 2020: "Fargate platform versions" of the ECS developer guide. */
const LATEST_PLATFORM = '1.4.0';

/** What RunTask and the service scheduler ask for. */
export interface Launch {
  cluster: string;
  definition: KnownDefinition;
  overrides: TaskOverride | undefined;
  group: string;
  startedBy: string | undefined;
  launchType: 'FARGATE' | 'EC2';
  /** Of Fargate; undefined: the latest. */
  platformVersion?: string | undefined;
  capacityProvider: string | undefined;
  subnet: string;
  service: TaskRecord['service'];
  images: TaskRecord['images'];
  enableExecuteCommand: boolean;
}

function overridesOf({ definition, overrides }: Launch): TaskOverride {
  // ECS names each container, also those that override nothing.
  const given = new Map((overrides?.containerOverrides ?? []).map((override) => [override.name, override]));
  const containerOverrides = definition.containerDefinitions.map(
    ({ name }): ContainerOverride => given.get(name) ?? { ...(name !== undefined && { name }) },
  );
  return { ...overrides, containerOverrides, inferenceAcceleratorOverrides: [] };
}

function containersOf(
  launch: Launch,
  place: Place,
  id: string,
  taskArn: string,
  attachments: readonly { id?: string | undefined }[],
): KnownTask['containers'] {
  const arns = ecsArns(place);
  return launch.definition.containerDefinitions.map(({ name = '', image = '', healthCheck, ...definition }) => {
    const override = launch.overrides?.containerOverrides?.find((one) => one.name === name);
    const { cpu = 0, memory, memoryReservation } = { ...definition, ...override };
    return {
      containerArn: arns.container(launch.cluster, id, place.newUuid()),
      taskArn,
      name,
      image,
      lastStatus: 'PENDING',
      networkInterfaces: attachments.map((attachment) => ({
        attachmentId: attachment.id,
        privateIpv4Address: '127.0.0.1',
      })),
      ...(healthCheck?.command && healthCheck.command[0] !== 'NONE' && { healthStatus: 'UNKNOWN' as const }),
      cpu: String(cpu),
      ...(memory !== undefined && { memory: String(memory) }),
      ...(memoryReservation !== undefined && { memoryReservation: String(memoryReservation) }),
    };
  });
}

function eni(id: string, subnet: string): NonNullable<KnownTask['attachments']>[number] {
  const details = {
    subnetId: subnet,
    networkInterfaceId: `eni-${id.slice(0, 17).replaceAll('-', '')}`,
    privateIPv4Address: '127.0.0.1',
  };
  return {
    id,
    type: 'ElasticNetworkInterface',
    status: 'PRECREATED',
    details: Object.entries(details).map(([name, value]) => ({ name, value })),
  };
}

/** Fargate's platform, or the one container instance that each local cluster pretends to have. */
function hostOf(
  { launchType, cluster, overrides, definition, platformVersion }: Launch,
  place: Place,
): Partial<KnownTask> {
  if (launchType === 'EC2') return { containerInstanceArn: ecsArns(place).containerInstance(cluster) };
  return {
    platformVersion: platformVersion ?? LATEST_PLATFORM,
    platformFamily: 'Linux',
    ephemeralStorage: overrides?.ephemeralStorage ?? definition.ephemeralStorage ?? { sizeInGiB: 20 },
  };
}

/** A task in PROVISIONING, nothing of it started. */
export function newTask(launch: Launch, place: Place, nowMs: number): TaskRecord {
  const { cluster, definition, overrides } = launch;
  const arns = ecsArns(place);
  const id = place.newHexId();
  const attachments = definition.networkMode === 'awsvpc' ? [eni(place.newUuid(), launch.subnet)] : [];
  const taskArn = arns.task(cluster, id);
  const cpu = overrides?.cpu ?? definition.cpu;
  const memory = overrides?.memory ?? definition.memory;
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    id,
    cluster,
    definition,
    service: launch.service,
    images: launch.images,
    stopAsked: { promise, resolve },
    running: [],
    reachedRunning: false,
    targets: [],
    trouble: undefined,
    knownFromMs: nowMs,
    task: {
      taskArn,
      clusterArn: arns.cluster(cluster),
      taskDefinitionArn: definition.taskDefinitionArn,
      group: launch.group,
      ...(launch.startedBy !== undefined && { startedBy: launch.startedBy }),
      launchType: launch.launchType,
      ...(launch.capacityProvider !== undefined && { capacityProviderName: launch.capacityProvider }),
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      healthStatus: 'UNKNOWN',
      version: 1,
      createdAt: new Date(nowMs),
      availabilityZone: `${place.region}a`,
      ...(cpu !== undefined && { cpu }),
      ...(memory !== undefined && { memory }),
      ...hostOf(launch, place),
      enableExecuteCommand: launch.enableExecuteCommand,
      attributes: [
        {
          name: 'ecs.cpu-architecture',
          value: definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64',
        },
      ],
      attachments,
      overrides: overridesOf(launch),
      containers: containersOf(launch, place, id, taskArn, attachments),
    },
  };
}
