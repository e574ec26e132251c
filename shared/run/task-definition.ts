import { createHash } from 'node:crypto';
import type { JobTaskDefinition } from '../aws/task-request.ts';
import type { JobConfig } from '../config/config.ts';
import type { LaunchSettings } from './launch-settings.ts';

/** Docker's rule: a first part with a dot or a colon, or `localhost`, is a registry's name. */
const namesRegistry = (image: string) => /^([^/]*[.:][^/]*|localhost)\//.test(image);

function imageOf(image: string, { toolboxImage, registry }: LaunchSettings): string {
  if (image === 'toolbox') return toolboxImage;
  return namesRegistry(image) ? image : `${registry}/${image}`;
}

/** The task definition that a job needs, with a hash of all of it: the same hash, the same definition. */
export function taskDefinitionOf(
  job: JobConfig,
  settings: LaunchSettings,
): { definition: JobTaskDefinition; hash: string } {
  const definition: JobTaskDefinition = {
    family: `batuta-${settings.stage}-${job.name}`,
    image: imageOf(job.image, settings),
    cpu: job.cpu,
    memoryMiB: job.memoryMiB,
    taskRoleArn: settings.taskRoleArn,
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
