import { createHash } from 'node:crypto';
import { type JobTaskDefinition, onFargate } from '../aws/task-request.ts';
import type { JobConfig } from '../config/config.ts';
import type { LaunchSettings } from './launch-settings.ts';

/** Docker's rule: a first part with a dot or a colon, or `localhost`, is a registry's name. */
const namesRegistry = (image: string) => /^([^/]*[.:][^/]*|localhost)\//.test(image);

function uriOf(image: string, { toolboxImage, registry }: LaunchSettings): string {
  if (image === 'toolbox') return toolboxImage;
  return namesRegistry(image) ? image : `${registry}/${image}`;
}

export const familyOf = ({ name }: JobConfig, { stage }: LaunchSettings): string => `batuta-${stage}-${name}`;

/** ECS registers a definition for what it may run on: that of the strategy, and of the fallback. */
function runsOn({ capacity }: JobConfig): JobTaskDefinition['runsOn'] {
  const strategies = [capacity?.strategy ?? [], ...(capacity?.fallback ? [capacity.fallback] : [])];
  return [...new Set(strategies.map((strategy) => (onFargate(strategy) ? ('FARGATE' as const) : ('EC2' as const))))];
}

/**
 * The task definition that a job needs for this image (`toolbox`, `repository:tag` of our registry or a URI),
 * with a hash of all of it: the same hash, the same definition.
 */
export function taskDefinitionOf(
  job: JobConfig,
  image: string,
  settings: LaunchSettings,
): { definition: JobTaskDefinition; hash: string } {
  const definition: JobTaskDefinition = {
    family: familyOf(job, settings),
    image: uriOf(image, settings),
    cpu: job.cpu,
    memoryMiB: job.memoryMiB,
    ...(job.storageGiB === undefined ? {} : { storageGiB: job.storageGiB }),
    architecture: job.architecture === 'arm64' ? 'ARM64' : 'X86_64',
    runsOn: runsOn(job),
    taskRoleArn: job.taskRoleArn ?? settings.taskRoleArn,
    executionRoleArn: settings.executionRoleArn,
    environment: {
      BATUTA_SECRETS: Object.keys(job.secrets).join(','),
      BATUTA_STOP_TIMEOUT: `${job.stopTimeoutSeconds}`,
    },
    secrets: job.secrets,
    stopTimeoutSeconds: job.stopTimeoutSeconds,
    log: { group: settings.logGroup, region: settings.region, streamPrefix: job.name },
  };
  const hash = createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 32);
  return { definition, hash };
}
