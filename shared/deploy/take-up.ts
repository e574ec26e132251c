import type { TargetConfig } from '../config/config.ts';
import type { DeploymentId } from '../core/ids.ts';
import { endUnfinished } from './apply-follow.ts';
import type { DeployDeps } from './connect.ts';
import type { Deployment } from './deployment.ts';
import { replacing } from './occasion.ts';
import { accept, type ServicePointer } from './pointer.ts';
import { settled } from './settle-pointer.ts';
import { isOlder, isSamePlace } from './tag-policy.ts';

type Target = Pick<TargetConfig, 'name' | 'image'>;

/**
 * A deployment that was asked for by name (the API, a promotion, drift) gets its place: it takes the
 * place of what was pending, and from here on is carried on like any other. Nothing where it has one,
 * or is over. Under the service's lease. Resolves with the pointer as it then is.
 */
export async function takeUp(
  deps: DeployDeps,
  spec: Target,
  pointer: ServicePointer,
  id: DeploymentId,
): Promise<ServicePointer> {
  const asked = (await deps.deployments.get(id))?.value;
  if (asked?.state !== 'held' || pointer.pending === id) return pointer;
  const sequence = asked.sequence || pointer.sequence + 1;
  // A crash between these two writes is healed by the same call again.
  const taken = await deps.deployments.update(id, (current) =>
    current.state === 'held' ? withPlace(current, spec, pointer, sequence) : undefined,
  );
  if (taken?.value.state !== 'held') return pointer;
  if (pointer.pending) await replace(deps, pointer.pending, taken.value);
  await deps.pointers.change(spec.name, (current) => accept(current, taken.value));
  return settled(deps, spec.name);
}

function withPlace(
  current: Deployment,
  spec: Target,
  { accepted, lastSuccessful }: ServicePointer,
  sequence: number,
): Deployment {
  const { image, goBack } = current;
  const comparable = accepted && isSamePlace(accepted, image) ? accepted : undefined;
  const movedBack = !goBack && comparable !== undefined && isOlder(spec.image, image, comparable);
  const place = { sequence, ...replacing(lastSuccessful) };
  return { ...current, ...place, ...(movedBack ? { movedBack: true as const } : {}) };
}

async function replace(deps: DeployDeps, id: DeploymentId, by: Deployment): Promise<void> {
  const reason = `${by.image.tag} was asked for before it began (${by.id})`;
  await deps.deployments.update(id, (deployment) => endUnfinished(deployment, reason, deps.now()));
}
