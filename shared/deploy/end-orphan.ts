import type { DeploymentId } from '../core/ids.ts';
import { endUnfinished } from './apply-follow.ts';
import type { DeployDeps } from './connect.ts';
import { isPending } from './deployment.ts';
import { leaveUntried, type ServicePointer } from './pointer.ts';
import { settled } from './settle-pointer.ts';

/** A crash between two writes may leave a record that its service's pointer does not lead to (any more). */
export async function endOrphan(
  deps: DeployDeps,
  id: DeploymentId,
  { pending, inFlight }: ServicePointer,
): Promise<void> {
  if (id === pending || id === inFlight) return;
  const reason = 'the service moved on without it';
  await deps.deployments.update(id, (deployment) => endUnfinished(deployment, reason, deps.now()));
}

/** What had not begun when its service was taken out of batuta.yml; if that comes back, the image is wanted anew. */
export async function endRemoved(deps: DeployDeps, name: string, id: DeploymentId): Promise<void> {
  const reason = `${name} is not in batuta.yml any more`;
  const ended = await deps.deployments.update(id, (deployment) =>
    isPending(deployment) ? endUnfinished(deployment, reason, deps.now()) : undefined,
  );
  if (ended?.value.outcome?.reason === reason)
    await deps.pointers.change(name, (pointer) => leaveUntried(pointer, ended.value));
  await endOrphan(deps, id, await settled(deps, name));
}
