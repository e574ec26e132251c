import type { DeploymentId } from '../core/ids.ts';
import { endUnfinished } from './apply-follow.ts';
import type { DeployDeps } from './connect.ts';

/** A crash between two writes may leave a record that its service's pointer does not lead to (any more). */
export async function endOrphan(
  deps: DeployDeps,
  id: DeploymentId,
  { pending, inFlight }: { pending?: DeploymentId | undefined; inFlight?: DeploymentId | undefined },
): Promise<void> {
  if (id === pending || id === inFlight) return;
  const reason = 'the service moved on without it';
  await deps.deployments.update(id, (deployment) => endUnfinished(deployment, reason, deps.now()));
}
