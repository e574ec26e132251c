import type { EcsService } from '../aws/ecs-services.ts';
import type { Task } from '../aws/task.ts';
import { AwsCallFailed } from '../core/errors.ts';
import { abnormalEndOf } from '../run/abnormal-end.ts';
import type { DeployDeps } from './connect.ts';
import { withCrash } from './crash-loop.ts';
import { primaryOf } from './decide-target.ts';
import type { Deployment } from './deployment.ts';

/** The deployment with what the task says of it: that one ran, or died; undefined where that is nothing new. */
export function noteTask(deployment: Deployment, task: Task): Deployment | undefined {
  const { state, firstRunningAt, crashes, otherCrashes = {}, to } = deployment;
  if (state !== 'preparing' && state !== 'rolling' && state !== 'verifying') return undefined;
  if (to?.taskDefinitionArn !== task.taskDefinitionArn) return undefined;
  const end = abnormalEndOf(task);
  const crash = end && { ...end.cause, stoppedAt: end.stoppedAt };
  const isNew = !Object.hasOwn(crashes, task.id) && !Object.hasOwn(otherCrashes, task.id);
  const runs = firstRunningAt === undefined && task.startedAt !== undefined;
  if (!runs && !(crash && isNew)) return undefined;
  return {
    ...deployment,
    ...(runs ? { firstRunningAt: task.startedAt } : {}),
    ...(crash && isNew ? withCrash(deployment, task.id, { ...crash, taskArn: task.arn }) : {}),
  };
}

/** Whether the stopped tasks are worth a look: something goes wrong, and no event may have said what. */
export function lacksEvidence(deployment: Deployment, service: EcsService | undefined, bySweep: boolean): boolean {
  const primary = primaryOf(service);
  if (deployment.state !== 'rolling' || !primary || primary.rolloutState === 'COMPLETED') return false;
  const isOurs = primary.taskDefinitionArn === deployment.to?.taskDefinitionArn;
  const hasFailed = !isOurs || primary.rolloutState === 'FAILED';
  return bySweep || (hasFailed && Object.keys(deployment.crashes).length === 0);
}

/** Notes what ECS still knows of the tasks that stopped: an hour's worth. */
export async function gatherEvidence(deps: DeployDeps, { id, spec }: Deployment): Promise<void> {
  try {
    const tasks = await deps.ecs.stoppedTasks(spec.cluster, spec.service);
    await deps.deployments.update(id, (deployment) => {
      const noted = tasks.reduce((known, task) => noteTask(known, task) ?? known, deployment);
      return noted === deployment ? undefined : noted;
    });
  } catch (error) {
    // Without the right to look, the deployment still goes on to its end.
    if (!(error instanceof AwsCallFailed) || error.retryable) throw error;
    deps.log.warn(`${spec.name}: stopped tasks cannot be looked at: ${error.message}`);
  }
}
