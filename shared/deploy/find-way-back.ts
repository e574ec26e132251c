import type { ServiceConfig } from '../config/config.ts';
import { AwsCallFailed } from '../core/errors.ts';
import { toInstant } from '../core/time.ts';
import { number } from '../events/parse.ts';
import type { AskDeps } from './connect.ts';
import { decideWayBack } from './decide-way-back.ts';
import type { DeployedImage } from './deployment.ts';
import { recentSuccesses } from './history.ts';
import { matchingContainers } from './revision.ts';
import type { Target } from './target.ts';

export type WayBackAnswer = { image: DeployedImage; taskDefinitionArn: string } | { refusal: string };

/** Where a rollback goes when nobody names it: the last successful deployment before what runs. */
export async function findWayBack(deps: AskDeps, spec: ServiceConfig, target: Target): Promise<WayBackAnswer> {
  const [pointer, successes] = await Promise.all([deps.pointers.get(spec.name), recentSuccesses(deps, spec.name)]);
  const way = decideWayBack({ live: target.service.taskDefinitionArn, successes, pointer });
  switch (way.kind) {
    case 'deployment': {
      const { image, to } = way.deployment;
      return { image, taskDefinitionArn: to?.taskDefinitionArn ?? '' };
    }
    case 'revision':
      return imageOf(deps, spec, way);
    case 'none':
      return asEcsKnows(deps, spec, target.service.taskDefinitionArn);
    default:
      return way satisfies never;
  }
}

/** ECS keeps a service's deployments for 90 days (*docs*), also those that were not ours. */
async function asEcsKnows(deps: AskDeps, spec: ServiceConfig, live: string): Promise<WayBackAnswer> {
  const known = await deps.ecs.successfulRevisions(spec.cluster, spec.service);
  const taskDefinitionArn = known.find((arn) => arn !== live);
  if (taskDefinitionArn) return imageOf(deps, spec, { taskDefinitionArn });
  return { refusal: `neither Batuta nor ECS knows another successful deployment of ${spec.name}` };
}

/** A revision that we did not make: which image it names, asked of ECR where it names a tag only. */
async function imageOf(
  deps: AskDeps,
  { image: { registry, repository }, container }: ServiceConfig,
  { taskDefinitionArn, tag: knownTag }: { taskDefinitionArn: string; tag?: string },
): Promise<WayBackAnswer> {
  const described = await describe(deps, taskDefinitionArn);
  if (!described) return { refusal: `ECS does not know ${taskDefinitionArn} any more` };
  const place = { registry: registry ?? deps.registry, repository, container };
  const [named] = matchingContainers(described.definition, place);
  const tag = named?.tag ?? knownTag;
  if (named?.digest) {
    // Later than its push, and nothing orders by it.
    const pushedAt = toInstant((number(described.definition.registeredAt) ?? 0) * 1000);
    const image = { repository, tag: tag ?? named.digest.slice(0, 19), digest: named.digest, pushedAt };
    return { taskDefinitionArn, image: { ...image, ...(registry ? { registry } : {}) } };
  }
  const [found] = tag === undefined ? [] : await deps.ecr.images({ registry, repository }, tag);
  if (!found || tag === undefined) return { refusal: `ECR has no image for ${taskDefinitionArn} any more` };
  const { digest, pushedAt } = found;
  return { taskDefinitionArn, image: { repository, tag, digest, pushedAt, ...(registry ? { registry } : {}) } };
}

/** Undefined for a revision that was deleted: ECS calls that a ClientException (*model*). */
async function describe({ ecs }: AskDeps, arn: string) {
  try {
    return await ecs.describeTaskDefinition(arn);
  } catch (error) {
    if (error instanceof AwsCallFailed && error.code === 'ClientException') return undefined;
    throw error;
  }
}
