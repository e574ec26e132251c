import type { DeploymentId } from '../core/ids.ts';
import type { DeployedImage, Deployment } from './deployment.ts';

/** What is remembered of a service between its deployments. Derived from their records: `settle` heals it after a crash. */
export interface ServicePointer {
  schemaVersion: 1;
  /** Counts acceptances, so that the same image may be deployed again later, and once per acceptance. */
  sequence: number;
  /** The newest image accepted, whatever became of it. */
  accepted?: DeployedImage;
  /** Accepted and being prepared. */
  pending?: DeploymentId;
  /** The deployment whose rollout ECS is at work on. */
  inFlight?: DeploymentId;
  lastSuccessful?: { taskDefinitionArn: string; tag: string; digest: string };
  /** Digests that failed, oldest first: they are not tried again by themselves. */
  failed: readonly { digest: string; deployment: DeploymentId }[];
}

export const newPointer: ServicePointer = { schemaVersion: 1, sequence: 0, failed: [] };

const rememberedFailures = 20;

export function accept(pointer: ServicePointer, { id, image, sequence }: Deployment): ServicePointer {
  return { ...pointer, sequence, accepted: image, pending: id };
}

/** The image already runs, put there by somebody else, or by us before the table knew. */
export function adopt(pointer: ServicePointer, image: DeployedImage, stableOn: string | undefined): ServicePointer {
  const { tag, digest } = image;
  const lastSuccessful = stableOn && { taskDefinitionArn: stableOn, tag, digest };
  return {
    ...pointer,
    sequence: pointer.sequence + 1,
    accepted: image,
    ...(lastSuccessful ? { lastSuccessful } : {}),
  };
}

function withFailure(pointer: ServicePointer, { id, image: { digest } }: Deployment): ServicePointer['failed'] {
  const others = pointer.failed.filter((failure) => failure.digest !== digest);
  return [...others, { digest, deployment: id }].slice(-rememberedFailures);
}

/** The pointer once it knows how far `deployment` has come; the same pointer where it knew. */
export function settle(pointer: ServicePointer, deployment: Deployment): ServicePointer {
  const { pending, inFlight, ...rest } = pointer;
  const { id, state, image, to } = deployment;
  const isPending = pending === id && state !== 'preparing';
  const hasEnded = inFlight === id && !['preparing', 'rolling', 'rolling-back'].includes(state);
  if (!isPending && !hasEnded) return pointer;
  const lastSuccessful = state === 'succeeded' && to && { ...to, tag: image.tag, digest: image.digest };
  return {
    ...rest,
    ...(pending && !isPending ? { pending } : {}),
    ...(inFlight && !hasEnded ? { inFlight } : {}),
    ...(lastSuccessful ? { lastSuccessful } : {}),
    ...(state === 'failed' || state === 'rolled-back' ? { failed: withFailure(pointer, deployment) } : {}),
  };
}
