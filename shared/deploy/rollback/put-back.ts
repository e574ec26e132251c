import type { EcsService } from '../../aws/ecs-service.ts';
import { AwsCallFailed } from '../../core/errors.ts';
import type { DeployDeps } from '../connect.ts';
import { primaryOf } from '../decide-target.ts';
import type { Deployment } from '../deployment.ts';
import { isGoingBack, progressOf } from '../rollout-state.ts';
import { usableRevision } from './usable-revision.ts';

/**
 * Has the service go back to `to`, if PRIMARY is still ours and ECS is not at it already: two rollbacks would
 * fight each other. Safe to repeat. Resolves with the service as it then is.
 * @throws AwsCallFailed where ECS refuses
 */
export async function putBack(deps: DeployDeps, deployment: Deployment, to: string): Promise<EcsService | undefined> {
  const { cluster, service: name } = deployment.spec;
  const service = await deps.ecs.describeService(cluster, name);
  const primary = primaryOf(service);
  const isOurs = primary?.taskDefinitionArn === deployment.to?.taskDefinitionArn;
  if (!service || !primary || !isOurs || isGoingBack(service, primary.id)) return service;
  const stoppable = await deploymentToStop(deps, service, primary.id, to);
  if (!stoppable || !(await stopped(deps, stoppable))) return update(deps, deployment, to);
  return deps.ecs.describeService(cluster, name);
}

/** A blue/green, linear or canary deployment under way whose way back leads to `to`: traffic shifts back at once. */
async function deploymentToStop(
  { ecs }: DeployDeps,
  service: EcsService,
  rolloutId: string,
  to: string,
): Promise<string | undefined> {
  const progress = progressOf(service, rolloutId);
  const [source, ...others] = progress?.sources ?? [];
  if (!progress || !/^(PENDING|IN_PROGRESS)$/.test(progress.status) || !source || others.length > 0) return undefined;
  const [revision] = await ecs.revisionsOf([source]);
  return revision === to ? progress.arn : undefined;
}

/** False where it ended a moment ago, so that there is nothing to stop. */
async function stopped({ ecs }: DeployDeps, serviceDeploymentArn: string): Promise<boolean> {
  try {
    await ecs.rollBackDeployment(serviceDeploymentArn);
    return true;
  } catch (error) {
    const ended = error instanceof AwsCallFailed && /^(ConflictException|ServiceDeploymentNotFound)/.test(error.code);
    if (ended) return false;
    throw error;
  }
}

/** ECS refuses a revision that was deregistered, in words only, so it is looked at after any refusal. */
async function update(deps: DeployDeps, deployment: Deployment, to: string): Promise<EcsService> {
  const { cluster, service } = deployment.spec;
  try {
    return await deps.ecs.updateService(cluster, service, to);
  } catch (error) {
    if (!(error instanceof AwsCallFailed) || error.retryable) throw error;
    const { taskDefinitionArn } = await usableRevision(deps, to, deployment.id);
    if (taskDefinitionArn === to) throw error;
    await noteTarget(deps, deployment, taskDefinitionArn);
    return deps.ecs.updateService(cluster, service, taskDefinitionArn);
  }
}

/** Before UpdateService: whoever looks next must know the copy for the way back. */
async function noteTarget(deps: DeployDeps, { id }: Deployment, taskDefinitionArn: string): Promise<void> {
  await deps.deployments.update(id, (current) =>
    current.state === 'rolling-back' && current.rollback
      ? { ...current, rollback: { ...current.rollback, taskDefinitionArn } }
      : undefined,
  );
}
