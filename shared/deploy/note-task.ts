import type { StopCause, Task } from '../aws/task.ts';
import type { DeploymentId } from '../core/ids.ts';
import { explainStop } from '../run/stop-cause.ts';
import type { DeployDeps } from './connect.ts';
import type { Deployment } from './deployment.ts';
import { forEachInTurn } from './each.ts';
import { configuredAs } from './follow-service.ts';
import { visitService } from './visit-service.ts';

/** Ends that say nothing about the revision: Spot, scaling, people, maintenance. */
const harmless: ReadonlySet<string> = new Set(['spot', 'scaling', 'user', 'maintenance']);
/** A record must stay small (DynamoDB: 400 kB), and three decide. */
const mostCrashes = 20;

/**
 * Notes what a service's task says about the deployment in flight: that one runs, or that one died;
 * in the latter case looks at the rollout at once. A task of another revision says nothing.
 */
export async function noteServiceTask(task: Task, deps: DeployDeps): Promise<void> {
  const service = /^service:(.+)$/.exec(task.group ?? '')?.[1];
  if (!service) return;
  const specs = configuredAs(deps, service, task.clusterArn.split('/').at(-1));
  await forEachInTurn(specs, async (spec) => {
    const { inFlight } = await deps.pointers.get(spec.name);
    if (inFlight && (await noteIn(deps, inFlight, task))) await visitService(deps, spec, { follow: true });
  });
}

/** Resolves with whether the task is evidence against the deployment. */
async function noteIn(deps: DeployDeps, id: DeploymentId, task: Task): Promise<boolean> {
  const stored = await deps.deployments.update(id, (deployment) =>
    deployment.to?.taskDefinitionArn === task.taskDefinitionArn ? noteTask(deployment, task, explainStop) : undefined,
  );
  return stored?.value.crashes[task.id] !== undefined;
}

/** The deployment with the task's evidence; undefined where it adds nothing. */
export function noteTask(
  deployment: Deployment,
  task: Task,
  explain: (task: Task) => StopCause,
): Deployment | undefined {
  const { state, firstRunningAt, crashes } = deployment;
  if (state !== 'preparing' && state !== 'rolling') return undefined;
  const runningAt = firstRunningAt ?? task.startedAt;
  const seen =
    runningAt === undefined || firstRunningAt !== undefined ? deployment : { ...deployment, firstRunningAt: runningAt };
  const crash = task.lastStatus === 'STOPPED' && task.stoppedAt !== undefined ? explain(task) : undefined;
  const isKnown = Object.hasOwn(crashes, task.id) || Object.keys(crashes).length >= mostCrashes;
  if (!crash || task.stoppedAt === undefined || isKnown || harmless.has(crash.kind))
    return seen === deployment ? undefined : seen;
  return { ...seen, crashes: { ...crashes, [task.id]: { ...crash, taskArn: task.arn, stoppedAt: task.stoppedAt } } };
}
