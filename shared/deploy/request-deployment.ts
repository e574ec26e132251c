import type { ServiceConfig } from '../config/config.ts';
import { type DeploymentId, deploymentIdOf } from '../core/ids.ts';
import type { DeployDeps } from './connect.ts';
import type { DeployedImage, Deployment, DeploymentTrigger } from './deployment.ts';
import { blank } from './occasion.ts';

export type ByHand = Extract<DeploymentTrigger, { kind: 'api' }>;

/** What a person wants of a service: an image, or with `goBack` a revision as it is. */
export interface Wish {
  spec: ServiceConfig;
  image: DeployedImage;
  goBack?: Deployment['goBack'];
  trigger: ByHand;
}

/** `conflict`: the key was used for another request, which made `deployment`. */
export type WishAnswer = { kind: 'created' | 'existing' | 'conflict'; deployment: Deployment };

/** One idempotency key of one caller asks one thing of one service. */
const idOf = (service: string, { caller, idempotencyKey }: ByHand): DeploymentId =>
  deploymentIdOf('api', caller, service, idempotencyKey);

/** What the same request led to before; undefined where it is new. */
export async function askedBefore(
  { deployments }: Pick<DeployDeps, 'deployments'>,
  service: string,
  trigger: ByHand,
): Promise<WishAnswer | undefined> {
  const stored = await deployments.get(idOf(service, trigger));
  return stored && answerTo(stored.value, trigger);
}

/**
 * Records a deployment that somebody asked for by name; safe to repeat. Its announcement wakes
 * follow-deployment, which takes it up; the sweep does otherwise.
 */
export async function requestDeployment(
  { deployments, now }: Pick<DeployDeps, 'deployments' | 'now'>,
  { spec, image, goBack, trigger }: Wish,
): Promise<WishAnswer> {
  const { created, stored } = await deployments.create({
    ...blank(spec, image, trigger),
    id: idOf(spec.name, trigger),
    state: 'held',
    sequence: 0,
    createdAt: now(),
    ...(goBack ? { goBack } : {}),
  });
  return created ? { kind: 'created', deployment: stored.value } : answerTo(stored.value, trigger);
}

function answerTo(deployment: Deployment, { requestHash }: ByHand): WishAnswer {
  const isSame = deployment.trigger.kind === 'api' && deployment.trigger.requestHash === requestHash;
  return { kind: isSame ? 'existing' : 'conflict', deployment };
}
