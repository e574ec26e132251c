import { iso } from '../core/time.ts';
import type { AnyDeployment, CrashedTask, Said } from '../deploy/deployment.ts';
import type { Hold } from '../deploy/hold/hold.ts';
import { present, time } from './time-fields.ts';

/** `shop-api:12` of a task definition's ARN. */
export const revisionOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

const revisionView = ({ taskDefinitionArn, tag }: { taskDefinitionArn: string; tag?: string }) => ({
  revision: revisionOf(taskDefinitionArn),
  taskDefinitionArn,
  ...present('tag', tag),
});

export const holdView = ({ until, ...hold }: Hold) => ({ ...hold, ...time('until', until) });

const saidView = ({ at, why, by }: Said) => ({ by, at: iso(at), ...present('reason', why) });

const crashView = ({ taskArn, stoppedAt, cause, hint, logTail }: CrashedTask) => ({
  taskArn,
  stoppedAt: iso(stoppedAt),
  cause,
  hint,
  ...present('logTail', logTail),
});

function imageView({ image: { registry, repository, tag, digest } }: AnyDeployment) {
  return { ...present('registry', registry), repository, tag, digest };
}

const triggerView = ({ trigger }: AnyDeployment) =>
  trigger.kind === 'api' ? { kind: trigger.kind, caller: trigger.caller } : trigger;

/** A deployment in a list: what, where, and what became of it. */
export function deploymentSummary(deployment: AnyDeployment) {
  const { id, service, state, movedBack, goBack, holds, outcome, createdAt, finishedAt } = deployment;
  return {
    id,
    service,
    state,
    trigger: triggerView(deployment),
    image: imageView(deployment),
    ...present('movedBack', movedBack),
    ...(goBack ? { rollback: true } : {}),
    ...(holds.length ? { holds: holds.map(holdView) } : {}),
    ...present('outcome', outcome),
    createdAt: iso(createdAt),
    ...time('finishedAt', finishedAt),
  };
}

export type DeploymentSummary = ReturnType<typeof deploymentSummary>;

/** When each step was; those not taken are absent. */
function timesOf({ image, createdAt, registeredAt, updateIntendedAt, rolledAt, ...later }: AnyDeployment) {
  return {
    pushed: iso(image.pushedAt),
    asked: iso(createdAt),
    ...time('registered', registeredAt),
    ...time('updateIntended', updateIntendedAt),
    ...time('updated', rolledAt),
    ...time('firstTaskRunning', later.firstRunningAt),
    ...time('stable', later.stableAt),
    ...time('rollbackBegan', later.rollback?.intendedAt),
    ...time('finished', later.finishedAt),
  };
}

/** The whole history of one deployment; times in ISO 8601. A deployment holds no secrets. */
export function deploymentView(deployment: AnyDeployment) {
  const { from, to, approval, override, runs, crashes, rollback, ecsDeploymentId, lookAt, notBefore } = deployment;
  const told = Object.values(crashes).sort((a, b) => a.stoppedAt - b.stoppedAt);
  return {
    ...deploymentSummary(deployment),
    ...(from ? { from: revisionView(from) } : {}),
    ...(to ? { to: revisionView(to) } : {}),
    ...present('ecsDeploymentId', ecsDeploymentId),
    times: timesOf(deployment),
    ...(deployment.state === 'held' ? { ...time('lookAt', lookAt), ...time('notBefore', notBefore) } : {}),
    ...(approval ? { approval: { verdict: approval.verdict, ...saidView(approval) } } : {}),
    ...(override ? { override: saidView(override) } : {}),
    runs,
    crashes: told.map(crashView),
    ...(rollback ? { wentBack: { ...revisionView(rollback), by: rollback.by } } : {}),
  };
}

export type DeploymentView = ReturnType<typeof deploymentView>;
