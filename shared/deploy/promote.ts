import { deploymentIdOf } from '../core/ids.ts';
import { plus } from '../core/time.ts';
import type { DeployDeps } from './connect.ts';
import type { Deployment } from './deployment.ts';
import { blank } from './occasion.ts';

/**
 * The same digest is asked for on the next service: held until its time and its approval have come.
 * Safe to repeat: the record's id follows from the deployment that succeeded.
 */
export async function promote(deps: DeployDeps, deployment: Deployment): Promise<void> {
  const { id, service, image, spec, goBack, state } = deployment;
  if (state !== 'succeeded' || goBack || !spec.promote) return;
  const { to, afterMs, approval } = spec.promote;
  const target = deps.config.services[to];
  if (!target) return deps.log.warn(`${service}: ${to}, which it promotes to, is not in batuta.yml any more`);
  const notBefore = plus(deployment.finishedAt ?? deps.now(), afterMs);
  await deps.deployments.create({
    ...blank(target, image, { kind: 'promotion', service, deployment: id }),
    id: deploymentIdOf('promotion', to, id),
    state: 'held',
    sequence: 0,
    createdAt: deps.now(),
    ...(afterMs > 0 ? { notBefore } : {}),
    ...(approval ? { needsApproval: true as const } : {}),
  });
}

/** Why a promotion that waits is not wanted any more; undefined while it is. */
export async function voided(deps: DeployDeps, { trigger, image }: Deployment): Promise<string | undefined> {
  if (trigger.kind !== 'promotion') return undefined;
  const { accepted, lastSuccessful } = await deps.pointers.get(trigger.service);
  if (accepted && accepted.digest !== image.digest) return `${trigger.service} has gone on to ${accepted.tag}`;
  if (lastSuccessful && lastSuccessful.digest !== image.digest)
    return `${trigger.service} has gone back to ${lastSuccessful.tag}`;
  return undefined;
}
