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

/** The port that clients of the container know; undefined where it serves none. */
export function containerPort(definition: ContainerDefinition, manifest: ImageManifest): number | undefined {
  return (
    definition.portMappings?.find((mapping) => mapping.containerPort !== undefined)?.containerPort ?? manifest.port
  );
}

/**
 * What the engine runs for one container: variables of the image, then `base`, then of the
 * definition, its secrets and the overrides, the later ones winning.
 */
export function containerSpec(
  definition: ContainerDefinition,
  overrides: TaskOverride | undefined,
  image: LocalImage,
  given: { base: Record<string, string>; secrets: Record<string, string>; hostPort: number | undefined },
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
      ...(given.hostPort !== undefined && { PORT: String(given.hostPort) }),
    },
    workingDirectory: definition.workingDirectory,
    // ECS's default; ECS_CONTAINER_STOP_TIMEOUT.
    stopTimeoutSeconds: definition.stopTimeout ?? 30,
    healthCheck: healthCheckOf(definition),
    hostPort: given.hostPort,
  };
}
