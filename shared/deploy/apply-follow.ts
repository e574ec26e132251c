import type { Instant } from '../core/time.ts';
import type { FollowDecision } from './decide-follow.ts';
import { type AnyDeployment, isPending } from './deployment.ts';

/** The end of a deployment that another one took the place of: failed if it was being taken back, else superseded. */
export function endUnfinished<Value extends AnyDeployment>(
  deployment: Value,
  reason: string,
  now: Instant,
): Value | undefined {
  const { state, outcome } = deployment;
  if (state === 'rolling-back')
    return applyFollow(
      deployment,
      { kind: 'failed', reason: `${outcome?.reason ?? 'failed'}; then ${reason}`, hint: outcome?.hint ?? '' },
      now,
    );
  const isOpen = isPending(deployment) || state === 'rolling' || state === 'verifying';
  return isOpen ? applyFollow(deployment, { kind: 'superseded', reason, hint: '' }, now) : undefined;
}

/** The deployment after a decision; undefined where nothing changes in its record. */
export function applyFollow<Value extends AnyDeployment>(
  deployment: Value,
  decision: FollowDecision,
  now: Instant,
): Value | undefined {
  switch (decision.kind) {
    case 'wait':
    case 'put-back':
      return undefined;
    case 'verify':
      return { ...deployment, state: 'verifying', stableAt: now };
    case 'succeeded':
      return { ...deployment, state: 'succeeded', stableAt: deployment.stableAt ?? now, finishedAt: now };
    case 'rolled-back':
      return { ...deployment, state: decision.kind, finishedAt: now };
    case 'superseded':
    case 'failed': {
      const { reason, hint } = decision;
      return { ...deployment, state: decision.kind, outcome: { reason, hint }, holds: [], finishedAt: now };
    }
    case 'roll-back': {
      const { to, by, reason, hint } = decision;
      const rollback = { taskDefinitionArn: to, by, intendedAt: now };
      return { ...deployment, state: 'rolling-back', outcome: { reason, hint }, rollback };
    }
    default:
      return decision satisfies never;
  }
}
