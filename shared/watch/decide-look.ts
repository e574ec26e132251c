import type { EcsService } from '../aws/ecs-service.ts';
import { type Instant, plus } from '../core/time.ts';
import { lookEveryMs, type ServiceWatch } from './service-watch.ts';

export interface LookFacts {
  /** As ECS describes it; undefined where it knows none, or batuta.yml does not any more. */
  service: Pick<EcsService, 'status' | 'desiredCount' | 'rollouts'> | undefined;
  /** A deployment of ours is at work on it. */
  isRolling: boolean;
  alertAfterMs: number;
  now: Instant;
}

export type LookDecision =
  /** Nothing of it is wanted any more. */
  | { kind: 'gone' }
  | { kind: 'well' }
  | { kind: 'short'; since: Instant }
  | { kind: 'wait'; until: Instant; shortSince?: Instant };

export const runningOf = ({ rollouts }: Pick<EcsService, 'rollouts'>): number =>
  rollouts.reduce((sum, { runningCount }) => sum + runningCount, 0);

export const isShort = (service: Pick<EcsService, 'status' | 'desiredCount' | 'rollouts'> | undefined): boolean =>
  service?.status === 'ACTIVE' && runningOf(service) < service.desiredCount;

/** What a look at the service comes to. Too few tasks are no news of their own while it is known why. */
export function decideLook(watch: ServiceWatch, { service, isRolling, alertAfterMs, now }: LookFacts): LookDecision {
  if (service?.status !== 'ACTIVE') return { kind: 'gone' };
  if (!isShort(service)) return { kind: 'well' };
  const next = plus(now, lookEveryMs);
  // A rollout has its own timeout; what is short after it is short from then on.
  if (isRolling) return { kind: 'wait', until: next };
  const since = watch.shortSince ?? now;
  const others = Object.keys(watch.open).length > 0;
  if (others) return { kind: 'wait', until: next, shortSince: since };
  const at = plus(since, alertAfterMs);
  return at <= now ? { kind: 'short', since } : { kind: 'wait', until: at, shortSince: since };
}
