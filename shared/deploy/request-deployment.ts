import type { TargetConfig } from '../config/config.ts';
import { type DeploymentId, deploymentIdOf } from '../core/ids.ts';
import type { DeployDeps } from './connect.ts';
import type { AnyDeployment, DeployedImage, DeploymentTrigger } from './deployment.ts';
import { blank } from './occasion.ts';
import { recordsOf } from './records-of.ts';

export type ByHand = Extract<DeploymentTrigger, { kind: 'api' }>;

/** What a person wants of a service or scheduled task: an image, or with `goBack` a revision as it is. */
export interface Wish {
  spec: TargetConfig;
  image: DeployedImage;
  isPast?: true;
  goBack?: AnyDeployment['goBack'];
  trigger: ByHand;
}

/** `conflict`: the key was used for another request, which made `deployment`. */
export type WishAnswer = { kind: 'created' | 'existing' | 'conflict'; deployment: AnyDeployment };

/** One idempotency key of one caller asks one thing of one service. */
const idOf = (service: string, { caller, idempotencyKey }: ByHand): DeploymentId =>
  deploymentIdOf('api', caller, service, idempotencyKey);

/** What the same request led to before; undefined where it is new. */
export async function askedBefore(
  deps: Pick<DeployDeps, 'deployments'>,
  service: string,
  trigger: ByHand,
): Promise<WishAnswer | undefined> {
  const stored = await recordsOf<AnyDeployment>(deps).get(idOf(service, trigger));
  return stored && answerTo(stored.value, trigger);
}

/**
 * Records a deployment that somebody asked for by name; safe to repeat. Its announcement wakes
 * follow-deployment, which takes it up; the sweep does otherwise.
 */
export async function requestDeployment(
  deps: Pick<DeployDeps, 'deployments' | 'now'>,
  { spec, image, isPast, goBack, trigger }: Wish,
): Promise<WishAnswer> {
  const { created, stored } = await recordsOf<AnyDeployment>(deps).create({
    ...blank(spec, image, trigger),
    id: idOf(spec.name, trigger),
    state: 'held',
    sequence: 0,
    createdAt: deps.now(),
    ...(isPast ? { movedBack: true as const } : {}),
    ...(goBack ? { goBack } : {}),
  });
  return created ? { kind: 'created', deployment: stored.value } : answerTo(stored.value, trigger);
}

function answerTo(deployment: AnyDeployment, { requestHash }: ByHand): WishAnswer {
  const isSame = deployment.trigger.kind === 'api' && deployment.trigger.requestHash === requestHash;
  return { kind: isSame ? 'existing' : 'conflict', deployment };
}
