import type { ImageConfig } from '../config/config.ts';
import type { DeploymentId } from '../core/ids.ts';
import type { AnyDeployment, DeployedImage } from './deployment.ts';
import type { ServicePointer } from './pointer.ts';
import { isOlder, isSamePlace } from './tag-policy.ts';

export interface DeployFacts {
  wanted: ImageConfig;
  /** What its policy chooses from what ECR holds now. */
  chosen: DeployedImage | undefined;
  pointer: ServicePointer;
  /** The deployment that was accepted and has not touched the service: held, or another invocation died on it. */
  pending: AnyDeployment | undefined;
  mode: 'live' | 'observe';
}

export type DeployDecision =
  | { kind: 'nothing'; why: string }
  | { kind: 'resume'; deployment: AnyDeployment }
  | { kind: 'abandon'; deployment: AnyDeployment; reason: string; hint: string }
  /** `instead`: what waits, and is no longer chosen: its tag was moved to what failed before. */
  | { kind: 'quarantined'; image: DeployedImage; since: DeploymentId; instead?: AnyDeployment }
  | { kind: 'roll'; image: DeployedImage; movedBack: boolean };

function abandon(deployment: AnyDeployment): DeployDecision {
  const { repository, tag, digest } = deployment.image;
  return {
    kind: 'abandon',
    deployment,
    reason: `${repository}:${tag} (${digest}) is no longer in ECR`,
    hint: `check the lifecycle policy of the repository, push the image again, then: batuta deploy ${deployment.service}`,
  };
}

/** Whether the chosen image is wanted; whether the service can take it is `decideTarget`'s matter. */
export function decideDeployment(facts: DeployFacts): DeployDecision {
  const { wanted, chosen, pending } = facts;
  if (pending && chosen?.digest === pending.image.digest) return { kind: 'resume', deployment: pending };
  // What somebody asked for by name need not be what the policy chooses.
  const isChosen = pending?.trigger.kind === 'push' || pending?.trigger.kind === 'sweep';
  if (pending && isChosen && (!chosen || isOlder(wanted, chosen, pending.image))) return abandon(pending);
  const decision = decideChosen(facts);
  if (pending && isChosen && wanted.tags.kind === 'exact' && decision.kind === 'quarantined')
    return { ...decision, instead: pending };
  return pending && decision.kind === 'nothing' ? { kind: 'resume', deployment: pending } : decision;
}

function decideChosen({ wanted, chosen, pointer, mode }: DeployFacts): DeployDecision {
  const { accepted } = pointer;
  if (!chosen) return { kind: 'nothing', why: `no image in ${wanted.repository} is one that the tag policy admits` };
  const failure = pointer.failed.find(({ digest }) => digest === chosen.digest);
  if (failure) return { kind: 'quarantined', image: chosen, since: failure.deployment };
  if (mode === 'observe' && chosen.digest === pointer.observed) return { kind: 'nothing', why: 'observed and told' };
  if (chosen.digest === accepted?.digest && chosen.digest !== pointer.untried)
    return { kind: 'nothing', why: `${chosen.tag} was decided on already` };
  const comparable = accepted && isSamePlace(accepted, wanted) ? accepted : undefined;
  if (comparable && isOlder(wanted, chosen, comparable))
    return { kind: 'nothing', why: `${chosen.tag} is older than ${comparable.tag}, which was accepted before` };
  const movedBack = wanted.tags.kind === 'exact' && comparable !== undefined && chosen.pushedAt < comparable.pushedAt;
  return { kind: 'roll', image: chosen, movedBack };
}
