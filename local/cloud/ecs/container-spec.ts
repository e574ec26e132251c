import type { ContainerDefinition, ContainerOverride, TaskOverride } from '@aws-sdk/client-ecs';
import type { ContainerSpec, ImageManifest, LocalImage } from '../service.ts';

type Pairs = readonly { name?: string | undefined; value?: string | undefined }[] | undefined;

function variables(pairs: Pairs): Record<string, string> {
  return Object.fromEntries((pairs ?? []).map(({ name = '', value = '' }) => [name, value]));
}

/** As Docker: an entry point in the definition takes the image's command away; `[""]` means none at all. */
function argvOf(definition: ContainerDefinition, override: ContainerOverride | undefined, manifest: ImageManifest) {
  const own = definition.entryPoint?.length ? definition.entryPoint : undefined;
  const reset = own?.length === 1 && own[0] === '';
  const command = override?.command ?? (definition.command?.length ? definition.command : undefined);
  return {
    entryPoint: reset ? undefined : (own ?? manifest.entryPoint),
    command: command ?? (own ? undefined : manifest.command),
  };
}

/** The definition's: ECS ignores a health check of the image (HealthCheck in its API reference). */
function healthCheckOf({ healthCheck }: ContainerDefinition): ImageManifest['healthCheck'] {
  if (!healthCheck?.command) return undefined;
  const { command, interval, timeout, retries, startPeriod } = healthCheck;
  if (command[0] === 'NONE') return undefined;
  return {
    command,
    ...(interval !== undefined && { interval }),
    ...(timeout !== undefined && { timeout }),
    ...(retries !== undefined && { retries }),
    ...(startPeriod !== undefined && { startPeriod }),
  };
}

/** A container's port and the one that its process really has on this machine. */
export interface PortBinding {
  containerPort: number;
  hostPort: number;
}

/** The ports that clients of the container know; none where it serves none. */
export function containerPorts({ portMappings = [] }: ContainerDefinition, manifest: ImageManifest): number[] {
  const mapped = portMappings.map(({ containerPort }) => containerPort).filter((port) => port !== undefined);
  if (mapped.length > 0) return [...new Set(mapped)];
  return manifest.port === undefined ? [] : [manifest.port];
}

/** The first port's in PORT; the further ones' in PORT_9090 and so on. */
function portVariables([first, ...further]: readonly PortBinding[]): Record<string, string> {
  if (!first) return {};
  const more = further.map(({ containerPort, hostPort }) => [`PORT_${containerPort}`, String(hostPort)]);
  return { PORT: String(first.hostPort), ...Object.fromEntries(more) };
}

/**
 * What the engine runs for one container: variables of the image, then `base`, then of the
 * definition, its secrets and the overrides, the later ones winning.
 */
export function containerSpec(
  definition: ContainerDefinition,
  overrides: TaskOverride | undefined,
  image: LocalImage,
  given: {
    base: Record<string, string>;
    secrets: Record<string, string>;
    bindings: readonly PortBinding[];
    /** MiB, as the task says it. */
    taskMemory: string | undefined;
  },
): ContainerSpec {
  const { manifest } = image;
  const override = overrides?.containerOverrides?.find(({ name }) => name === definition.name);
  return {
    name: definition.name ?? '',
    image,
    ...argvOf(definition, override, manifest),
    environment: {
      ...manifest.environment,
      ...given.base,
      ...variables(definition.environment),
      ...given.secrets,
      ...variables(override?.environment),
      ...portVariables(given.bindings),
    },
    workingDirectory: definition.workingDirectory,
    // ECS's default; ECS_CONTAINER_STOP_TIMEOUT.
    stopTimeoutSeconds: definition.stopTimeout ?? 30,
    healthCheck: healthCheckOf(definition),
    memoryMiB: override?.memory ?? definition.memory ?? (given.taskMemory ? Number(given.taskMemory) : undefined),
    hostPort: given.bindings[0]?.hostPort,
  };
}
