import type { EcsService, Rollout } from '../aws/ecs-service.ts';
import { type Instant, plus } from '../core/time.ts';
import { primaryOf } from './decide-target.ts';
import type { Deployment } from './deployment.ts';
import { allowedMs, breakerProblem, crashLoopProblem, revisionOf, timeoutProblem } from './follow-problems.ts';
import type { JobsProgress } from './jobs.ts';
import { decideRollback, giveUp } from './rollback/decide-rollback.ts';
import { hasFailed, isGoingBack, isStable, progressOf } from './rollout-state.ts';

export type FollowDecision =
  | { kind: 'wait' }
  /** Stable: the jobs after it begin. */
  | { kind: 'verify' }
  | { kind: 'succeeded' }
  | { kind: 'superseded'; reason: string; hint: string }
  | { kind: 'failed'; reason: string; hint: string }
  | { kind: 'roll-back'; to: string; by: 'batuta' | 'circuit-breaker'; reason: string; hint: string }
  /** The rollback was decided and is not yet seen to have begun. */
  | { kind: 'put-back'; to: string }
  | { kind: 'rolled-back' };

const calmMs = 60_000;

/** No task of the revision died within the last minute. */
const isCalm = ({ crashes }: Deployment, now: Instant) =>
  Object.values(crashes).every(({ stoppedAt }) => plus(stoppedAt, calmMs) <= now);

// DescribeServices may lag behind UpdateService's own answer.
const lagMs = 60_000;

/** PRIMARY is not ours any more: ECS went back by itself, or somebody else deployed. */
function overtaken(deployment: Deployment, service: EcsService, primary: Rollout, now: Instant): FollowDecision {
  const { to, from, ecsDeploymentId, rolledAt, createdAt } = deployment;
  const ours = service.rollouts.find(({ taskDefinitionArn }) => taskDefinitionArn === to?.taskDefinitionArn);
  if (!ours && now < plus(rolledAt ?? createdAt, lagMs)) return { kind: 'wait' };
  const wentBack =
    ours?.rolloutState === 'FAILED' ||
    /rolling back/i.test(primary.rolloutStateReason ?? '') ||
    progressOf(service, ours?.id ?? ecsDeploymentId)?.status.startsWith('ROLLBACK') ||
    (ours === undefined && primary.taskDefinitionArn === from?.taskDefinitionArn);
  if (wentBack) {
    const problem = breakerProblem(deployment, ours, service);
    return { kind: 'roll-back', to: primary.taskDefinitionArn, by: 'circuit-breaker', ...problem };
  }
  return {
    kind: 'superseded',
    reason: `somebody else's deployment of ${revisionOf(primary.taskDefinitionArn)} replaced it`,
    hint: '',
  };
}

export interface FollowFacts {
  /** Undefined where ECS knows no such service. */
  service: EcsService | undefined;
  /** In `verifying`: how far the jobs after it are. */
  after?: JobsProgress | undefined;
  now: Instant;
}

/** Stable, and not yet known whether it works: a task that dies, another deployment or a job may still end it. */
function followVerifying(
  deployment: Deployment,
  service: EcsService,
  primary: Rollout,
  { after, now }: FollowFacts,
): FollowDecision {
  if (primary.taskDefinitionArn !== deployment.to?.taskDefinitionArn)
    return overtaken(deployment, service, primary, now);
  const looping = crashLoopProblem(deployment, service);
  if (looping) return giveUp(deployment, looping);
  if (after?.kind === 'failed') return giveUp(deployment, after.problem);
  return after?.kind === 'passed' ? { kind: 'succeeded' } : { kind: 'wait' };
}

const whenStable = ({ spec, goBack }: Deployment): FollowDecision =>
  spec.after.length > 0 && !goBack ? { kind: 'verify' } : { kind: 'succeeded' };

function followRolling(deployment: Deployment, service: EcsService, primary: Rollout, now: Instant): FollowDecision {
  if (primary.taskDefinitionArn !== deployment.to?.taskDefinitionArn)
    return overtaken(deployment, service, primary, now);
  // ECS calls a rollout COMPLETED once enough tasks run, also when they die a moment later: so this comes first.
  const looping = crashLoopProblem(deployment, service);
  if (looping) return giveUp(deployment, looping);
  const startedAt = deployment.rolledAt ?? deployment.createdAt;
  const isLate = now >= plus(startedAt, allowedMs(deployment, service));
  if (isStable(primary, service)) return isCalm(deployment, now) || isLate ? whenStable(deployment) : { kind: 'wait' };
  // Where ECS goes back by itself, it is left to do so: two rollbacks would fight each other.
  const isLeftToEcs = isGoingBack(service, primary.id) || (primary.rolloutState === 'FAILED' && service.rollsBack);
  if (!isLeftToEcs && hasFailed(primary, service))
    return giveUp(deployment, breakerProblem(deployment, primary, service));
  return isLate ? giveUp(deployment, timeoutProblem(deployment, startedAt, primary, service)) : { kind: 'wait' };
}

function gone({ spec, service: name, outcome, state }: Deployment): FollowDecision {
  const what = `service ${spec.service} was deleted during the deployment`;
  const before = state === 'rolling-back' && outcome ? `${outcome.reason}; then ` : '';
  const hint = `create it again, or remove services.${name} from batuta.yml`;
  return { kind: 'failed', reason: `${before}${what}`, hint };
}

/** What to do about a deployment in `rolling`, `verifying` or `rolling-back`, by what ECS says now. */
export function decideFollow(deployment: Deployment, facts: FollowFacts): FollowDecision {
  const { service, now } = facts;
  const primary = primaryOf(service);
  if (!service || !primary || service.status !== 'ACTIVE') return gone(deployment);
  if (deployment.state === 'rolling') return followRolling(deployment, service, primary, now);
  if (deployment.state === 'verifying') return followVerifying(deployment, service, primary, facts);
  if (deployment.state === 'rolling-back') return decideRollback(deployment, service, primary, now);
  return { kind: 'wait' };
}
