import type { EcsService } from '../aws/ecs-services.ts';
import type { ServiceConfig } from '../config/config.ts';
import { AwsCallFailed } from '../core/errors.ts';
import type { DeploymentId } from '../core/ids.ts';
import { type Instant, plus } from '../core/time.ts';
import { applyFollow, endUnfinished } from './apply-follow.ts';
import type { DeployDeps } from './connect.ts';
import { decideFollow } from './decide-follow.ts';
import { drivable, type Problem, primaryOf } from './decide-target.ts';
import { type Deployment, isPending } from './deployment.ts';
import { settle } from './pointer.ts';
import { type Registered, revisionFor } from './register-revision.ts';
import type { Target } from './target.ts';

/** Ends a deployment that never touched its service. */
export async function failPending(deps: DeployDeps, id: DeploymentId, { reason, hint }: Problem): Promise<void> {
  await deps.deployments.update(id, (deployment) =>
    isPending(deployment)
      ? { ...deployment, state: 'failed', outcome: { reason, hint }, holds: [], finishedAt: deps.now() }
      : undefined,
  );
}

interface Begun {
  /** Its revision may be there already. */
  isRepeat: boolean;
  /** The pointer is being told; waited for before the service is touched. */
  pointing?: Promise<unknown>;
}

/**
 * Takes a deployment in `preparing` on to `rolling`, or to `failed` with the service untouched. Every
 * line may be the last one before a crash: the same call again finds what was done and goes on.
 * `target` is what the caller saw a moment ago; without it, this is such a second call.
 */
export async function rollOut(
  deps: DeployDeps,
  deployment: Deployment,
  target?: Target,
  begun: Begun = { isRepeat: false },
): Promise<void> {
  try {
    await (target ? launch(deps, deployment, target, begun) : resume(deps, deployment));
  } catch (error) {
    if (!(error instanceof AwsCallFailed) || error.retryable || !isOurCall(error)) throw error;
    await failPending(deps, deployment.id, { reason: error.message, hint: hintFor(error, deployment.service) });
  }
}

export function revisionProblem({ name }: ServiceConfig, reason: string): Problem {
  return { reason, hint: `correct the task definition, or image: and container: of services.${name} in batuta.yml` };
}

// A refusal by the table or the bus is no verdict on the deployment.
const isOurCall = ({ operation }: AwsCallFailed) => /TaskDefinition|Service/.test(operation);

function hintFor({ code, operation }: AwsCallFailed, service: string): string {
  const what = code.startsWith('AccessDenied')
    ? `allow the function ${operation}; roles of the services belong under passRoles: in batuta.yml`
    : 'the service was not touched; correct what ECS refuses';
  return `${what}, then: batuta deploy ${service}`;
}

async function resume(deps: DeployDeps, deployment: Deployment): Promise<void> {
  const { spec, to, id } = deployment;
  const service = await deps.ecs.describeService(spec.cluster, spec.service);
  const isDone = service?.rollouts.some(({ taskDefinitionArn }) => taskDefinitionArn === to?.taskDefinitionArn);
  if (service && isDone) return noteRolling(deps, id, service);
  const driven = drivable(service, spec);
  if ('problem' in driven) return failPending(deps, id, driven.problem);
  if (deps.now() >= plus(deployment.createdAt, spec.timeoutMs))
    return failPending(deps, id, {
      reason: 'AWS did not take the rollout within its timeout: each attempt was throttled or failed',
      hint: "look at the functions' logs and at the account's ECS rate limits",
    });
  const live = await deps.ecs.describeTaskDefinition(driven.service.taskDefinitionArn);
  return launch(deps, deployment, { ...driven, ...live }, { isRepeat: true });
}

async function launch(
  deps: DeployDeps,
  deployment: Deployment,
  target: Target,
  { isRepeat, pointing }: Begun,
): Promise<void> {
  const { id, spec } = deployment;
  const revision = deployment.to
    ? { ...deployment.to, logs: deployment.logs ?? [] }
    : await revisionFor(deps, deployment, target, isRepeat);
  await pointing;
  if ('problem' in revision) return failPending(deps, id, revisionProblem(spec, revision.problem));
  const { taskDefinitionArn } = revision;
  const [intended] = await Promise.all([
    deps.deployments.update(id, (current) =>
      current.state === 'preparing' ? withIntent(current, revision, deps.now()) : undefined,
    ),
    replaceInFlight(deps, deployment, target.service),
  ]);
  if (intended?.value.state !== 'preparing') return;
  await noteRolling(deps, id, await update(deps, deployment, taskDefinitionArn));
}

const withIntent = (current: Deployment, { taskDefinitionArn, logs }: Registered, now: Instant): Deployment => ({
  ...current,
  to: { taskDefinitionArn },
  ...(logs.length > 0 ? { logs } : {}),
  registeredAt: current.registeredAt ?? now,
  updateIntendedAt: now,
});

/** The rollout that ECS is at work on ends as what it has come to; from here on the newer one is in flight. */
async function replaceInFlight(deps: DeployDeps, deployment: Deployment, service: EcsService): Promise<void> {
  const { inFlight } = await deps.pointers.known(deployment.service);
  if (inFlight === deployment.id) return;
  const replaced = inFlight && (await endReplaced(deps, inFlight, deployment, service));
  await deps.pointers.change(deployment.service, (pointer) => ({
    ...(replaced ? settle(pointer, replaced) : pointer),
    inFlight: deployment.id,
  }));
}

/** A rollout that was done already counts as done; one being taken back has failed; any other was not needed. */
async function endReplaced(deps: DeployDeps, id: DeploymentId, by: Deployment, service: EcsService) {
  const reason = `${by.image.tag} replaced it (${by.id})`;
  const written = await deps.deployments.update(id, (old) => {
    const now = deps.now();
    const hasSucceeded = old.state === 'rolling' && decideFollow(old, { service, now }).kind === 'succeeded';
    return hasSucceeded ? applyFollow(old, { kind: 'succeeded' }, now) : endUnfinished(old, reason, now);
  });
  return written?.value;
}

/** UpdateService once; where its answer was lost, the service itself says whether it happened. */
async function update(deps: DeployDeps, { spec }: Deployment, taskDefinitionArn: string): Promise<EcsService> {
  try {
    return await deps.ecs.updateService(spec.cluster, spec.service, taskDefinitionArn);
  } catch (error) {
    if (!(error instanceof AwsCallFailed) || !error.retryable) throw error;
    const service = await deps.ecs.describeService(spec.cluster, spec.service);
    if (service && primaryOf(service)?.taskDefinitionArn === taskDefinitionArn) return service;
    throw error;
  }
}

async function noteRolling(deps: DeployDeps, id: DeploymentId, service: EcsService): Promise<void> {
  const primary = primaryOf(service);
  await deps.deployments.update(id, (deployment) =>
    deployment.state === 'preparing'
      ? {
          ...deployment,
          state: 'rolling',
          rolledAt: deps.now(),
          ...(primary?.taskDefinitionArn === deployment.to?.taskDefinitionArn && primary
            ? { ecsDeploymentId: primary.id }
            : {}),
        }
      : undefined,
  );
}
