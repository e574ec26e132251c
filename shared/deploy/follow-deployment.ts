import type { RunId } from '../core/ids.ts';
import type { DeploymentWork } from '../events/deployment-work.ts';
import type { DeployDeps } from './connect.ts';
import { followService } from './follow-service.ts';
import { patient } from './patience.ts';
import { visitAll } from './visit-all.ts';

/** Looks at the services that an event of ECS or of ours is about. */
export async function followDeployment(
  work: DeploymentWork,
  deps: DeployDeps,
  remainingMs: () => number,
): Promise<void> {
  switch (work.kind) {
    case 'service':
      return followService(work.event, patient(deps, remainingMs));
    case 'visits':
      return visitAll(deps, work.visits, remainingMs);
    case 'held':
      return visitAll(deps, [{ service: work.service, deployment: work.deployment }], remainingMs);
    case 'job-ended':
      return goOnAfter(work.run, deps, remainingMs);
    default:
      return work satisfies never;
  }
}

async function goOnAfter(id: RunId, deps: DeployDeps, remainingMs: () => number): Promise<void> {
  const trigger = (await deps.runs.get(id))?.value.trigger;
  if (trigger?.kind !== 'deployment') return deps.log.info(`${id} was not for a deployment`);
  await visitAll(deps, [{ service: trigger.service, follow: true, deployment: trigger.deployment }], remainingMs);
}
