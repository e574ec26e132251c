import type { TargetConfig } from '../config/config.ts';
import { type DeploymentId, deploymentIdOf } from '../core/ids.ts';
import { endUnfinished } from './apply-follow.ts';
import type { DeployDeps } from './connect.ts';
import type { DeployDecision } from './decide-deployment.ts';
import { type AnyDeployment, type DeployedImage, type DeploymentOf, isPending } from './deployment.ts';
import { newRecord, type OccasionOf } from './occasion.ts';
import { leaveUntried } from './pointer.ts';
import { recordsOf } from './records-of.ts';

/** The deployment that was accepted and has touched nothing yet. */
export async function pendingOf<Value extends AnyDeployment>(
  deps: Pick<DeployDeps, 'deployments'>,
  id: DeploymentId | undefined,
): Promise<Value | undefined> {
  const stored = id && (await recordsOf<Value>(deps).get(id));
  return stored && isPending(stored.value) ? stored.value : undefined;
}

/** A newer image takes its place; where that one was refused, this one is wanted again should that one go. */
export async function supersede(deps: DeployDeps, pending: AnyDeployment, image: DeployedImage): Promise<void> {
  await deps.deployments.update(pending.id, (deployment) => {
    const until = deployment.holds.some(({ kind }) => kind === 'approval') ? 'was approved' : 'began';
    return endUnfinished(deployment, `the newer ${image.tag} was chosen before it ${until}`, deps.now());
  });
  await deps.pointers.change(pending.service, (pointer) => leaveUntried(pointer, pending));
}

type Quarantined = Extract<DeployDecision, { kind: 'quarantined' }>;

/**
 * Someone pushed what failed before under another tag: told once, so that nobody waits for it. The sweep keeps
 * silent. What waited under a tag that was moved to it is not wanted any more.
 */
export async function skip<Spec extends TargetConfig>(
  deps: DeployDeps,
  occasion: OccasionOf<Spec>,
  { image, since, instead }: Quarantined,
): Promise<void> {
  const { spec, asked } = occasion;
  if (instead) {
    const reason = `${image.tag} was moved to an image that failed before (${since})`;
    await deps.deployments.update(instead.id, (current) => endUnfinished(current, reason, deps.now()));
    await deps.pointers.change(spec.name, (pointer) => ({ ...pointer, accepted: image }));
  }
  if (asked.digest !== image.digest) return;
  // The same tag again is most likely the same event again, and its failure was told.
  if ((await deps.deployments.get(since))?.value.image.tag === image.tag)
    return deps.log.info(`${spec.name}: ${image.tag} failed before (${since}) and is not tried again`);
  await recordsOf<DeploymentOf<Spec>>(deps).create(skippedRecord(deps, occasion, image, since));
}

const skippedRecord = <Spec extends TargetConfig>(
  deps: DeployDeps,
  occasion: OccasionOf<Spec>,
  image: DeployedImage,
  since: DeploymentId,
): DeploymentOf<Spec> => ({
  ...newRecord(deps, occasion, image, occasion.pointer.sequence),
  id: deploymentIdOf(occasion.spec.name, image.digest, String(occasion.pointer.sequence), 'skipped'),
  state: 'skipped',
  outcome: { reason: `this digest failed before (${since})`, hint: 'push an image that is not the same' },
  finishedAt: deps.now(),
});
