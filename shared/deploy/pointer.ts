import type { DeploymentId, RunId } from '../core/ids.ts';
import type { Instant } from '../core/time.ts';
import { withRegistered } from './clean-up/revisions-of.ts';
import { type AnyDeployment, type DeployedImage, isFollowed, isPending } from './deployment.ts';

/** What is remembered of a service between its deployments. Derived from their records: `settle` heals it after a crash. */
export interface ServicePointer {
  schemaVersion: 1;
  /** Counts acceptances, so that the same image may be deployed again later, and once per acceptance. */
  sequence: number;
  /** The newest image accepted, whatever became of it. */
  accepted?: DeployedImage;
  /** Accepted and held or being prepared. */
  pending?: DeploymentId;
  /** The deployment whose rollout ECS is at work on. */
  inFlight?: DeploymentId;
  /** The job before a deployment that was asked for last: a database takes one migration at a time. */
  beforeRun?: RunId;
  /** The digest that `mode: observe` told last. */
  observed?: string;
  /** The digest accepted last, where nobody tried it or said no to it: it is wanted as if it were new. */
  untried?: string;
  /** A revision that is not the last successful one, as told last, or known to be ours. */
  drifted?: string;
  /** `adopted`: found running, not deployed by us. */
  lastSuccessful?: { taskDefinitionArn: string; tag: string; digest: string; adopted?: true };
  /** What we registered for it and has not been deregistered, as `family:revision`, oldest first; what is unfinished is not in it. */
  revisions?: readonly string[];
  /** No look for revisions to deregister before. */
  cleanUpAfter?: Instant;
  /** How often, and for which images of somebody else, ours was put back within the last hour. */
  restored?: readonly { images: string; at: Instant }[];
  /** Digests that failed, oldest first: they are not tried again by themselves. */
  failed: readonly { digest: string; deployment: DeploymentId }[];
}

export const newPointer: ServicePointer = { schemaVersion: 1, sequence: 0, failed: [] };

const rememberedFailures = 20;

/** A person may ask for an image that failed before. */
const isByHand = ({ trigger }: AnyDeployment) => trigger.kind === 'api';

/**
 * The deployment is what the service goes to next. What moves back by a person's wish leaves the newest
 * accepted as it is: else the next sweep would move on again.
 */
export function accept(pointer: ServicePointer, deployment: AnyDeployment): ServicePointer {
  const { id, image, sequence, movedBack, spec } = deployment;
  const { untried: _, ...rest } = pointer;
  const leads = spec.image.tags.kind === 'exact' && !isByHand(deployment);
  const staysBack = movedBack && !leads && pointer.accepted;
  return {
    ...rest,
    sequence,
    accepted: staysBack || deployment.goBack ? (pointer.accepted ?? image) : image,
    pending: id,
    failed: isByHand(deployment) ? pointer.failed.filter(({ digest }) => digest !== image.digest) : pointer.failed,
  };
}

/** Its deployment ended without a verdict on the image, for what is no matter of it: the image stays wanted. */
export const leaveUntried = (pointer: ServicePointer, { image: { digest } }: AnyDeployment): ServicePointer =>
  pointer.accepted?.digest === digest ? { ...pointer, untried: digest } : pointer;

/** The image already runs, put there by somebody else, or by us before the table knew. */
export function adopt(pointer: ServicePointer, image: DeployedImage, stableOn: string | undefined): ServicePointer {
  const { tag, digest } = image;
  const { untried: _, ...rest } = pointer;
  const lastSuccessful = stableOn && { taskDefinitionArn: stableOn, tag, digest, adopted: true as const };
  return {
    ...rest,
    sequence: pointer.sequence + 1,
    accepted: image,
    ...(lastSuccessful ? { lastSuccessful } : {}),
  };
}

function withFailure(pointer: ServicePointer, { id, image: { digest } }: AnyDeployment): ServicePointer['failed'] {
  const others = pointer.failed.filter((failure) => failure.digest !== digest);
  return [...others, { digest, deployment: id }].slice(-rememberedFailures);
}

/** What ran well was deregistered and registered again on the way back to it: the copy is what runs well now. */
function copied({ lastSuccessful }: ServicePointer, { state, from, rollback }: AnyDeployment) {
  if (state !== 'rolled-back' || !rollback || rollback.by !== 'batuta') return undefined;
  const isIt = lastSuccessful !== undefined && lastSuccessful.taskDefinitionArn === from?.taskDefinitionArn;
  return isIt ? { ...lastSuccessful, taskDefinitionArn: rollback.taskDefinitionArn } : undefined;
}

/**
 * Whether somebody else's revision is looked at again: it is news once ours ran instead; and what waited and came
 * to nothing is no reason any more to leave it in place. The same news keeps its record, so it is told once.
 */
const looksAgain = (state: AnyDeployment['state'], isPast: boolean): boolean =>
  state === 'succeeded' || (isPast && (state === 'skipped' || state === 'failed'));

/** The pointer once it knows how far `deployment` has come; the same pointer where it knew. */
export function settle(pointer: ServicePointer, deployment: AnyDeployment): ServicePointer {
  const { pending, inFlight, drifted, ...rest } = pointer;
  const { id, state, image, to } = deployment;
  const isPast = pending === id && !isPending(deployment);
  const hasEnded = inFlight === id && !isPending(deployment) && !isFollowed(deployment);
  if (!isPast && !hasEnded) return pointer;
  const isOver = !isFollowed(deployment);
  const revisions = isOver ? withRegistered(pointer, deployment) : [];
  const lastSuccessful =
    state === 'succeeded' && to ? { ...to, tag: image.tag, digest: image.digest } : copied(pointer, deployment);
  return {
    ...rest,
    ...(pending && !isPast ? { pending } : {}),
    ...(inFlight && !hasEnded ? { inFlight } : {}),
    ...(lastSuccessful ? { lastSuccessful } : {}),
    ...(revisions.length > 0 ? { revisions } : {}),
    ...(drifted !== undefined && !looksAgain(state, isPast) ? { drifted } : {}),
    ...(state === 'failed' || state === 'rolled-back' ? { failed: withFailure(pointer, deployment) } : {}),
  };
}
