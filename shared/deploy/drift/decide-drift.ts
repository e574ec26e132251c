import type { EcsService, Rollout } from '../../aws/ecs-service.ts';
import type { ServiceConfig } from '../../config/config.ts';
import { type Instant, plus } from '../../core/time.ts';
import { primaryOf } from '../decide-target.ts';
import type { ServicePointer } from '../pointer.ts';

/** A rollout of somebody else's is told of when it is over, or when it takes so long. */
const patienceMs = 10 * 60_000;

/**
 * PRIMARY, where it is a revision that we did not see succeed, nothing of ours is in flight, and nobody was
 * told yet; undefined otherwise. What Batuta never deployed has no drift.
 */
export function foreignRollout(
  { lastSuccessful, inFlight, drifted }: ServicePointer,
  service: EcsService | undefined,
  now: Instant,
): Rollout | undefined {
  const primary = primaryOf(service);
  if (!lastSuccessful || lastSuccessful.adopted || inFlight || !primary || service?.status !== 'ACTIVE')
    return undefined;
  const { taskDefinitionArn, rolloutState, createdAt } = primary;
  if (taskDefinitionArn === lastSuccessful.taskDefinitionArn || taskDefinitionArn === drifted) return undefined;
  return rolloutState === 'IN_PROGRESS' && now < createdAt + patienceMs ? undefined : primary;
}

export interface DriftFacts {
  spec: Pick<ServiceConfig, 'drift' | 'mode'>;
  pointer: ServicePointer;
  /** It runs the image that we deployed last. */
  isOurImage: boolean;
  /** What it runs, as its task definition says: to count how often it was replaced. */
  images: string;
  /** Our image is still in ECR, and the foreign revision has a container for it. */
  canRestore: boolean;
  isCompleted: boolean;
  now: Instant;
}

export type DriftDecision =
  /** Their other changes stay, as the revision that the next deployment is made from. */
  { kind: 'adopt' } | { kind: 'restore' } | { kind: 'tell'; hint: string };

const hourMs = 3_600_000;
const mostRestores = 2;

export const restoresOf = ({ restored = [] }: ServicePointer, now: Instant) =>
  restored.filter(({ at }) => plus(at, hourMs) > now);

/** What to do about somebody else's revision. */
export function decideDrift(facts: DriftFacts): DriftDecision {
  const { spec, pointer, isOurImage, images, canRestore, isCompleted, now } = facts;
  const tell = (hint: string): DriftDecision => ({ kind: 'tell', hint });
  if (spec.mode === 'observe') return tell('mode observe: nothing is done about it');
  if (isOurImage) return isCompleted ? { kind: 'adopt' } : tell('look whether that rollout comes to its end');
  if (spec.drift === 'tell') return tell('deploy the image that is wanted, or write drift: restore in batuta.yml');
  if (!canRestore)
    return tell('drift: restore has no image to put back: it is not in ECR any more, or nothing runs it');
  if (pointer.pending) return tell('another deployment waits for its turn, so nothing is put back now');
  const often = restoresOf(pointer, now).filter((restored) => restored.images === images).length;
  if (often >= mostRestores)
    return tell(
      `put back ${often} times within an hour and replaced again: have whoever applies it leave the image alone`,
    );
  return { kind: 'restore' };
}
