import { deploymentIdOf } from '../core/ids.ts';
import { plus } from '../core/time.ts';
import type { NotYet } from './apply-hold.ts';
import type { DeployDeps } from './connect.ts';
import { isLive } from './decide-target.ts';
import type { Deployment } from './deployment.ts';
import { blank } from './occasion.ts';
import { matchingContainers } from './revision.ts';
import type { Target } from './target.ts';

/**
 * The same digest is asked for on the next service: held until its time and its approval have come.
 * Safe to repeat: the record's id follows from the deployment that succeeded.
 */
export async function promote(deps: DeployDeps, deployment: Deployment): Promise<void> {
  const { id, service, image, spec, state } = deployment;
  if (state !== 'succeeded' || wentBack(deployment) || !spec.promote) return;
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

/** By a person, to a revision or an image of before: the other service is not to follow. */
const wentBack = ({ goBack, movedBack, trigger }: Deployment) =>
  goBack !== undefined || (movedBack === true && trigger.kind === 'api');

/**
 * Why a promotion that waits is not wanted any more; undefined while it is. A newer push alone does not end
 * it: that one may fail.
 */
export async function voided(deps: DeployDeps, { trigger, image }: Deployment): Promise<string | undefined> {
  if (trigger.kind !== 'promotion') return undefined;
  const { lastSuccessful } = await deps.pointers.get(trigger.service);
  if (!lastSuccessful || lastSuccessful.digest === image.digest) return undefined;
  return `${trigger.service} runs ${lastSuccessful.tag} by now`;
}

/** A promotion is nobody's wish on the day: what failed there before, or runs there by now, is left. */
export async function isNeedless(
  deps: DeployDeps,
  { trigger, image, service, spec: { container } }: Deployment,
  target: Target,
): Promise<NotYet | undefined> {
  if (trigger.kind !== 'promotion') return undefined;
  const { failed, inFlight } = await deps.pointers.known(service);
  const since = failed.find(({ digest }) => digest === image.digest)?.deployment;
  if (since) {
    const hint = `ask for it yourself: batuta deploy ${service} --digest ${image.digest}`;
    return { kind: 'skip', reason: `this digest failed before (${since})`, hint };
  }
  const { registry = deps.registry, repository } = image;
  const live = matchingContainers(target.definition, { registry, repository, container });
  const runs = !inFlight && isLive({ live, image, rolloutAt: 0, firstLook: false });
  return runs ? { kind: 'skip', reason: `${service} runs it already`, hint: '' } : undefined;
}
