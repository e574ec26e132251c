import type { NetworkConfig } from '../config/config.ts';

/** What the stack gives to the jobs' tasks. */
export interface LaunchSettings {
  stage: string;
  /** `ACCOUNT.dkr.ecr.REGION.amazonaws.com` */
  registry: string;
  region: string;
  toolboxImage: string;
  taskRoleArn: string;
  executionRoleArn: string;
  logGroup: string;
  /** For jobs without a network of their own. */
  network?: NetworkConfig;
}

const names = (text: string) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

/** An absent variable is an empty one here: CloudFormation leaves out what has no value. */
function optional(env: (name: string) => string, name: string): string {
  try {
    return env(name);
  } catch {
    return '';
  }
}

function networkOf(env: (name: string) => string): { network?: NetworkConfig } {
  const subnets = names(optional(env, 'SUBNETS'));
  const securityGroups = names(optional(env, 'SECURITY_GROUPS'));
  return subnets.length > 0 ? { network: { subnets, securityGroups, assignPublicIp: false } } : {};
}

/** @throws Error naming a variable that is not set, or a REGISTRY that is none of ECR's. */
export function launchSettings(env: (name: string) => string): LaunchSettings {
  const registry = env('REGISTRY');
  const region = /^\d+\.dkr\.ecr\.([a-z0-9-]+)\./.exec(registry)?.[1];
  if (!region) throw new Error(`REGISTRY is ${registry}, not ACCOUNT.dkr.ecr.REGION.amazonaws.com`);
  return {
    stage: env('STAGE'),
    registry,
    region,
    toolboxImage: env('TOOLBOX_IMAGE'),
    taskRoleArn: env('TASK_ROLE_ARN'),
    executionRoleArn: env('EXECUTION_ROLE_ARN'),
    logGroup: env('JOB_LOG_GROUP'),
    ...networkOf(env),
  };
}
