import type { Task } from '../aws/task.ts';
import type { DeploymentId } from '../core/ids.ts';
import type { DeployDeps } from './connect.ts';
import { mayBeCrashLoop } from './crash-loop.ts';
import { forEachInTurn } from './each.ts';
import { noteTask } from './evidence.ts';
import { configuredAs } from './follow-service.ts';
import { noteTails, type TailDeps } from './log-tail.ts';
import { wantVisits } from './visit-all.ts';

export type NoteDeps = Pick<DeployDeps, 'config' | 'deployments' | 'pointers' | 'bus'> & TailDeps;

/**
 * Notes what a service's task says about the deployment in flight: that one runs, or that one died;
 * where too many did, asks for a look at the rollout. A task of another revision says nothing.
 */
export async function noteServiceTask(task: Task, deps: NoteDeps): Promise<void> {
  const service = /^service:(.+)$/.exec(task.group ?? '')?.[1];
  if (!service) return;
  const specs = configuredAs(deps, service, task.clusterArn.split('/').at(-1));
  await forEachInTurn(specs, async (spec) => {
    const { inFlight } = await deps.pointers.get(spec.name);
    if (inFlight && (await noteIn(deps, inFlight, task)))
      await wantVisits(deps, [{ service: spec.name, follow: true }]);
  });
}

/** Resolves with whether the rollout is to be looked at: so many tasks died that it may be a crash loop. */
async function noteIn(deps: NoteDeps, id: DeploymentId, task: Task): Promise<boolean> {
  const stored = await deps.deployments.update(id, (deployment) => noteTask(deployment, task));
  if (!stored || stored.value.crashes[task.id] === undefined) return false;
  await noteTails(deps, stored.value);
  return mayBeCrashLoop(stored.value);
}
