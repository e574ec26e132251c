import type { EcsService, Rollout } from '../../aws/ecs-service.ts';
import { type Instant, plus } from '../../core/time.ts';
import type { FollowDecision } from '../decide-follow.ts';
import type { Problem } from '../decide-target.ts';
import type { Deployment } from '../deployment.ts';
import { allowedMs, minutes, revisionOf } from '../follow-problems.ts';
import { hasFailed, isGoingBack, isStable } from '../rollout-state.ts';

/** What a failure leads to: the way back, or, where there is none, the end. */
export function giveUp({ from, to, spec, goBack }: Deployment, { reason, hint }: Problem): FollowDecision {
  const failed = (why: string): FollowDecision => ({ kind: 'failed', reason, hint: `${hint} (${why})` });
  if (goBack) return failed('this was a rollback: put it right by hand');
  if (!spec.rollback) return failed(`rollback: false leaves it so; take it back by hand: batuta rollback ${spec.name}`);
  if (!from || from.taskDefinitionArn === to?.taskDefinitionArn) return failed('there is no revision to go back to');
  return { kind: 'roll-back', to: from.taskDefinitionArn, by: 'batuta', reason, hint };
}

/** What to do about a deployment in `rolling-back`. */
export function decideRollback(
  deployment: Deployment,
  service: EcsService,
  primary: Rollout,
  now: Instant,
): FollowDecision {
  const { rollback, outcome, to } = deployment;
  if (!rollback) return { kind: 'wait' };
  const failed = (what: string): FollowDecision => ({
    kind: 'failed',
    reason: `${outcome?.reason ?? 'failed'}; the rollback to ${revisionOf(rollback.taskDefinitionArn)} ${what}`,
    hint: outcome?.hint ?? '',
  });
  const allowed = allowedMs(deployment, service);
  const isLate = now >= plus(rollback.intendedAt, allowed);
  if (primary.taskDefinitionArn === rollback.taskDefinitionArn) {
    if (isStable(primary, service)) return { kind: 'rolled-back' };
    if (hasFailed(primary, service)) return failed(`failed: ${primary.rolloutStateReason ?? 'no reason given'}`);
  } else if (primary.taskDefinitionArn !== to?.taskDefinitionArn) {
    return failed(`was overtaken by ${revisionOf(primary.taskDefinitionArn)}`);
  } else if (rollback.by === 'batuta' && !isLate && !isGoingBack(service, primary.id)) {
    return { kind: 'put-back', to: rollback.taskDefinitionArn };
  }
  return isLate ? failed(`is not stable after ${minutes(allowed)}`) : { kind: 'wait' };
}
