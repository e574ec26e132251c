import type { EcsService, Rollout } from '../aws/ecs-services.ts';
import { type Instant, iso, plus } from '../core/time.ts';
import { crashLoop } from './crash-loop.ts';
import { type Problem, primaryOf } from './decide-target.ts';
import type { CrashedTask, Deployment } from './deployment.ts';
import type { JobsProgress } from './jobs.ts';

export type FollowDecision =
  | { kind: 'wait' }
  /** Stable: the jobs after it begin. */
  | { kind: 'verify' }
  | { kind: 'succeeded' }
  | { kind: 'superseded'; reason: string; hint: string }
  | { kind: 'failed'; reason: string; hint: string }
  | { kind: 'roll-back'; to: string; by: 'batuta' | 'circuit-breaker'; reason: string; hint: string }
  /** The rollback was decided and UpdateService is not yet seen to have happened. */
  | { kind: 'put-back'; to: string }
  | { kind: 'rolled-back' };

const revisionOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);
const minutes = (ms: number) => `${Math.round(ms / 60_000)} min`;

const calmMs = 60_000;

/** No task of the revision died within the last minute. */
const isCalm = ({ crashes }: Deployment, now: Instant) =>
  Object.values(crashes).every(({ stoppedAt }) => plus(stoppedAt, calmMs) <= now);

/** Stable as ECS says it; without a rolloutState (Classic Load Balancers) as its counts say it. */
function isStable({ rolloutState, runningCount, desiredCount }: Rollout, service: EcsService): boolean {
  if (rolloutState !== undefined) return rolloutState === 'COMPLETED';
  return service.rollouts.length === 1 && runningCount === desiredCount;
}

const causesOf = (crashes: readonly CrashedTask[]) => [...new Set(crashes.map(({ cause }) => cause))].join('; ');

function crashLoopProblem({ crashes, to }: Deployment): Problem | undefined {
  const loop = crashLoop(crashes);
  const last = loop?.at(-1);
  if (!loop || !last) return undefined;
  const tasks = `${loop.length} tasks of ${revisionOf(to?.taskDefinitionArn ?? '')} died within 10 minutes`;
  return { reason: `${tasks}: ${causesOf(loop)}`, hint: last.hint };
}

function timeoutProblem({ spec }: Deployment, startedAt: Instant, { runningCount, desiredCount }: Rollout): Problem {
  const count = `${runningCount} of ${desiredCount} tasks run`;
  return {
    reason: `not stable ${minutes(spec.timeoutMs)} after UpdateService (${iso(startedAt)}): ${count}`,
    hint: "look at the service's events in ECS; if it is only slow, raise timeout: in batuta.yml",
  };
}

function breakerProblem(deployment: Deployment, ours: Rollout | undefined): Problem {
  const crashes = Object.values(deployment.crashes).sort((a, b) => a.stoppedAt - b.stoppedAt);
  const causes = causesOf(crashes);
  const said = ours?.rolloutStateReason ?? 'ECS took the rollout back: its circuit breaker or an alarm';
  return {
    reason: causes ? `${said} (${causes})` : said,
    hint: crashes.at(-1)?.hint ?? "look at the service's events and stopped tasks in ECS",
  };
}

function giveUp(deployment: Deployment, problem: Problem): FollowDecision {
  const { from, to, spec, goBack } = deployment;
  if (goBack)
    return {
      kind: 'failed',
      reason: problem.reason,
      hint: `${problem.hint} (this was a rollback: put it right by hand)`,
    };
  if (!spec.rollback)
    return {
      kind: 'failed',
      reason: problem.reason,
      hint: `${problem.hint} (rollback: false left the service as it is)`,
    };
  if (!from || from.taskDefinitionArn === to?.taskDefinitionArn)
    return { kind: 'failed', reason: problem.reason, hint: `${problem.hint} (there is no revision to go back to)` };
  return { kind: 'roll-back', to: from.taskDefinitionArn, by: 'batuta', ...problem };
}

// DescribeServices may lag behind UpdateService's own answer.
const lagMs = 60_000;

/** PRIMARY is not ours any more: ECS went back by itself, or somebody else deployed. */
function overtaken(deployment: Deployment, service: EcsService, primary: Rollout, now: Instant): FollowDecision {
  const ours = service.rollouts.find(({ taskDefinitionArn }) => taskDefinitionArn === deployment.to?.taskDefinitionArn);
  if (!ours && now < plus(deployment.rolledAt ?? deployment.createdAt, lagMs)) return { kind: 'wait' };
  const wentBack =
    ours?.rolloutState === 'FAILED' ||
    /rolling back/i.test(primary.rolloutStateReason ?? '') ||
    (ours === undefined && primary.taskDefinitionArn === deployment.from?.taskDefinitionArn);
  if (wentBack) {
    const problem = breakerProblem(deployment, ours);
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
  const looping = crashLoopProblem(deployment);
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
  const looping = crashLoopProblem(deployment);
  if (looping) return giveUp(deployment, looping);
  const startedAt = deployment.rolledAt ?? deployment.createdAt;
  const isLate = now >= plus(startedAt, deployment.spec.timeoutMs);
  if (isStable(primary, service)) return isCalm(deployment, now) || isLate ? whenStable(deployment) : { kind: 'wait' };
  // Where ECS goes back by itself, it is left to do so: two rollbacks would fight each other.
  if (primary.rolloutState === 'FAILED' && !service.rollsBack)
    return giveUp(deployment, breakerProblem(deployment, primary));
  return isLate ? giveUp(deployment, timeoutProblem(deployment, startedAt, primary)) : { kind: 'wait' };
}

function followRollback(deployment: Deployment, service: EcsService, primary: Rollout, now: Instant): FollowDecision {
  const { rollback, outcome, spec, to } = deployment;
  if (!rollback) return { kind: 'wait' };
  const failed = (what: string): FollowDecision => ({
    kind: 'failed',
    reason: `${outcome?.reason ?? 'failed'}; the rollback to ${revisionOf(rollback.taskDefinitionArn)} ${what}`,
    hint: outcome?.hint ?? '',
  });
  if (primary.taskDefinitionArn === rollback.taskDefinitionArn) {
    if (isStable(primary, service)) return { kind: 'rolled-back' };
    if (primary.rolloutState === 'FAILED') return failed(`failed: ${primary.rolloutStateReason ?? 'no reason given'}`);
  } else if (primary.taskDefinitionArn !== to?.taskDefinitionArn) {
    return failed(`was overtaken by ${revisionOf(primary.taskDefinitionArn)}`);
  } else if (rollback.by === 'batuta' && now < plus(rollback.intendedAt, spec.timeoutMs)) {
    return { kind: 'put-back', to: rollback.taskDefinitionArn };
  }
  return now < plus(rollback.intendedAt, spec.timeoutMs)
    ? { kind: 'wait' }
    : failed(`is not stable after ${minutes(spec.timeoutMs)}`);
}

/** What to do about a deployment in `rolling`, `verifying` or `rolling-back`, by what ECS says now. */
export function decideFollow(deployment: Deployment, facts: FollowFacts): FollowDecision {
  const { service, now } = facts;
  const primary = primaryOf(service);
  if (!service || !primary || service.status !== 'ACTIVE')
    return {
      kind: 'failed',
      reason: `service ${deployment.spec.service} was deleted during the deployment`,
      hint: `create it again, or remove services.${deployment.service} from batuta.yml`,
    };
  if (deployment.state === 'rolling') return followRolling(deployment, service, primary, now);
  if (deployment.state === 'verifying') return followVerifying(deployment, service, primary, facts);
  if (deployment.state === 'rolling-back') return followRollback(deployment, service, primary, now);
  return { kind: 'wait' };
}
