import type { EcsService, Rollout } from '../aws/ecs-services.ts';
import type { ServiceConfig } from '../config/config.ts';
import type { DeployedImage } from './deployment.ts';
import type { ImageReference } from './image-reference.ts';

export interface Problem {
  reason: string;
  hint: string;
}

export const primaryOf = (service: EcsService | undefined): Rollout | undefined =>
  service?.rollouts.find(({ status }) => status === 'PRIMARY');

function problemOf({ status, controller }: EcsService, { service: name }: ServiceConfig): Problem | undefined {
  if (status !== 'ACTIVE')
    return {
      reason: `service ${name} is ${status}`,
      hint: 'it was deleted; create it again or remove it from batuta.yml',
    };
  if (controller !== 'ECS')
    return {
      reason: `service ${name} has the deployment controller ${controller}`,
      hint: 'only services with the deployment controller ECS can be deployed; create the service with it',
    };
  return undefined;
}

/** The service if UpdateService can drive it, else why it cannot. */
export function drivable(
  service: EcsService | undefined,
  spec: ServiceConfig,
): { service: EcsService } | { problem: Problem } {
  if (!service)
    return {
      problem: {
        reason: `service ${spec.service} does not exist in cluster ${spec.cluster}`,
        hint: `create it, or correct cluster: and service: of services.${spec.name} in batuta.yml`,
      },
    };
  const problem = problemOf(service, spec);
  return problem ? { problem } : { service };
}

export interface LiveFacts {
  /** The images that the matching containers of the live revision name. */
  live: readonly ImageReference[];
  image: DeployedImage;
  /** When the live rollout began: an image pushed later cannot be in it. */
  rolloutAt: number;
  /** Nothing was ever accepted for this service, and nobody pushed just now: the sweep found it. */
  firstLook: boolean;
}

/**
 * Whether the service runs the image already. A tag without a digest says so only at the first look:
 * what was deployed before Batuta came is left in peace until something newer is pushed.
 */
export function isLive({ live, image, rolloutAt, firstLook }: LiveFacts): boolean {
  const runsIt = ({ tag, digest }: ImageReference) =>
    digest === undefined ? firstLook && tag === image.tag && image.pushedAt <= rolloutAt : digest === image.digest;
  return live.length > 0 && live.every(runsIt);
}
