import type { TargetConfig } from '../config/config.ts';
import { deploymentIdOf } from '../core/ids.ts';
import type { DeployDeps } from './connect.ts';
import type { Problem } from './decide-target.ts';
import type { DeployedImage, DeploymentOf } from './deployment.ts';
import { newRecord, type OccasionOf } from './occasion.ts';
import { accept } from './pointer.ts';
import { recordsOf } from './records-of.ts';

/** Creates the record, then lets the pointer know. A record of this sequence that has ended makes place for the next. */
export async function acceptRecord<Spec extends TargetConfig>(
  deps: DeployDeps,
  record: DeploymentOf<Spec>,
): Promise<DeploymentOf<Spec>> {
  const { stored } = await recordsOf<DeploymentOf<Spec>>(deps).create(record);
  if (stored.value.state !== 'preparing' && stored.value.state !== 'held') {
    const sequence = record.sequence + 1;
    const id = deploymentIdOf(record.service, record.image.digest, String(sequence));
    return acceptRecord(deps, { ...record, sequence, id });
  }
  await deps.pointers.change(record.service, (pointer) => accept(pointer, stored.value));
  return stored.value;
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
