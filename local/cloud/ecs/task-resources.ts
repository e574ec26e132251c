import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { LocalImage } from '../service.ts';
import { type ContainerLog, openContainerLog } from './container-log.ts';
import type { EcsPorts } from './ports.ts';
import type { TaskRecord } from './state.ts';

/** What a container needs before it starts. */
export interface Resources {
  secrets: Record<string, string>;
  log: ContainerLog;
}

async function resolveSecrets({ secrets = [] }: ContainerDefinition, role: string | undefined, ports: EcsPorts) {
  const values: Record<string, string> = {};
  for (const { name = '', valueFrom = '' } of secrets) {
    try {
      values[name] = await ports.secrets.resolve(valueFrom, role);
    } catch (error) {
      const [source, detail] = valueFrom.includes(':secretsmanager:')
        ? ['secret from asm', `failed to fetch secret ${valueFrom} from secrets manager: `]
        : ['secrets from ssm', ''];
      throw new Error(
        `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ${source}: service call has been retried 1 time(s): ${detail}${(error as Error).message}`,
        { cause: error },
      );
    }
  }
  return values;
}

/** Secrets and log streams of every container, as Fargate gets them before it pulls. @throws Error with the task's stoppedReason. */
export async function prepareResources({ definition, task, id }: TaskRecord, ports: EcsPorts): Promise<Resources[]> {
  const role = task.overrides?.executionRoleArn ?? definition.executionRoleArn;
  const prepared: Resources[] = [];
  for (const container of definition.containerDefinitions)
    prepared.push({
      secrets: await resolveSecrets(container, role, ports),
      log: await openContainerLog(container, id, ports),
    });
  return prepared;
}

function checkPlatform({ manifest }: LocalImage, uri: string, architecture: string | undefined): void {
  const platform = architecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64';
  if (manifest.platforms?.includes(platform) === false)
    throw new Error(
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform '${platform}': ${uri}`,
    );
}

/** Every container's image, its digest noted on the container. @throws Error `CannotPullContainerError: …`. */
export async function pullImages({ definition, task, images }: TaskRecord, ports: EcsPorts): Promise<LocalImage[]> {
  const pulled: LocalImage[] = [];
  for (const [index, { image: uri = '', versionConsistency }] of definition.containerDefinitions.entries()) {
    const pinned = versionConsistency === 'disabled' ? undefined : images.get(uri);
    const image = pinned ?? (await ports.images.resolve(uri));
    ports.engine.pull?.(image);
    checkPlatform(image, uri, definition.runtimePlatform?.cpuArchitecture);
    images.set(uri, image);
    Object.assign(task.containers[index] ?? {}, { imageDigest: image.digest });
    pulled.push(image);
  }
  return pulled;
}
