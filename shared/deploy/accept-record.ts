import type { TargetConfig } from '../config/config.ts';
import { deploymentIdOf } from '../core/ids.ts';
import type { DeployDeps } from './connect.ts';
import type { Problem } from './decide-target.ts';
import type { DeployedImage, DeploymentOf } from './deployment.ts';
import { newRecord, type OccasionOf } from './occasion.ts';
import { accept } from './pointer.ts';
import { recordsOf } from './records-of.ts';

/** A record that has its place; `pointing` ends once the pointer knows, which nothing that touches the target may precede. */
export interface Accepted<Spec extends TargetConfig> {
  deployment: DeploymentOf<Spec>;
  /** A crash had left it there: what it registered may be there too. */
  isRepeat: boolean;
  pointing: Promise<unknown>;
}

/** As `startAccepting`, to its end. */
export async function acceptRecord<Spec extends TargetConfig>(
  deps: DeployDeps,
  record: DeploymentOf<Spec>,
): Promise<DeploymentOf<Spec>> {
  const { deployment, pointing } = await startAccepting(deps, record);
  await pointing;
  return deployment;
}

/** Creates the record, then lets the pointer know. A record of this sequence that has ended makes place for the next. `made`: it is being created already. */
export async function startAccepting<Spec extends TargetConfig>(
  deps: DeployDeps,
  record: DeploymentOf<Spec>,
  made = recordsOf<DeploymentOf<Spec>>(deps).create(record),
): Promise<Accepted<Spec>> {
  const { created, stored } = await made;
  if (stored.value.state !== 'preparing' && stored.value.state !== 'held') {
    const sequence = record.sequence + 1;
    const id = deploymentIdOf(record.service, record.image.digest, String(sequence));
    return startAccepting(deps, { ...record, sequence, id });
  }
  const pointing = deps.pointers.change(record.service, (pointer) => accept(pointer, stored.value));
  // Its failure shows where it is waited for.
  pointing.catch(() => {});
  return { deployment: stored.value, isRepeat: !created, pointing };
}

/** The target cannot be deployed to: told once for this image; the sweep keeps looking until it can. */
export async function refuse<Spec extends TargetConfig>(
  deps: DeployDeps,
  occasion: OccasionOf<Spec>,
  image: DeployedImage,
  outcome: Problem,
): Promise<void> {
  const { spec, pointer, asked } = occasion;
  deps.log.warn(`${spec.name}: cannot be deployed: ${outcome.reason}`, { hint: outcome.hint });
  // A service that is in batuta.yml before it is in ECS is no news.
  if (asked.trigger.kind === 'sweep' && !pointer.accepted) return;
  const record = newRecord(deps, occasion, image, pointer.sequence + 1);
  await recordsOf<DeploymentOf<Spec>>(deps).create({ ...record, state: 'failed', outcome, finishedAt: deps.now() });
}
