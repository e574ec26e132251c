import type { DeployDeps } from './connect.ts';
import { decideFollow } from './decide-follow.ts';
import { primaryOf } from './decide-target.ts';
import type { Deployment } from './deployment.ts';
import type { ServicePointer } from './pointer.ts';
import { matchingContainers } from './revision.ts';
import { isStable } from './rollout-state.ts';
import type { Target } from './target.ts';

type From = NonNullable<Deployment['from']>;

/**
 * The revision to go back to: what runs, if it is known to run well; else what ran well before it, by our
 * own history or by that of ECS. Undefined where nothing ever did.
 */
export async function lastGood(
  deps: DeployDeps,
  { inFlight, lastSuccessful }: ServicePointer,
  target: Target,
  { spec, image }: Pick<Deployment, 'spec' | 'image'>,
): Promise<From | undefined> {
  const { service, tags } = target;
  const { taskDefinitionArn } = service;
  const current = inFlight && (await deps.deployments.get(inFlight))?.value;
  if (current && isUnproven(deps, current, target)) return current.from;
  const primary = primaryOf(service);
  const isBad = await hasFailed(deps, tags);
  if (primary && isStable(primary, service) && !isBad)
    return { taskDefinitionArn, ...tagOf(deps, target, spec, image) };
  if (lastSuccessful && lastSuccessful.taskDefinitionArn !== taskDefinitionArn)
    return { taskDefinitionArn: lastSuccessful.taskDefinitionArn, tag: lastSuccessful.tag };
  if (current?.from) return current.from;
  const successful = await deps.ecs.successfulRevisions(spec.cluster, spec.service);
  // The same revision may be deployed anew, as forceNewDeployment does.
  const before = successful.find((arn) => arn !== taskDefinitionArn || !isBad);
  return before ? { taskDefinitionArn: before } : undefined;
}

/** It runs the deployment in flight, of which nobody knows yet how it ends. */
const isUnproven = ({ now }: DeployDeps, current: Deployment, { service }: Target) =>
  current.to?.taskDefinitionArn === service.taskDefinitionArn &&
  decideFollow(current, { service, now: now() }).kind !== 'succeeded';

/** It runs a revision of ours whose deployment failed: `rollback: false` left it there, or ECS refused the way back. */
async function hasFailed(deps: DeployDeps, tags: Target['tags']): Promise<boolean> {
  const id = tags.find(({ key }) => key === 'batuta:deployment')?.value;
  if (typeof id !== 'string') return false;
  return (await deps.deployments.get(id))?.value.state === 'failed';
}

function tagOf(
  { registry }: DeployDeps,
  { definition, tags }: Target,
  { container }: Deployment['spec'],
  image: Deployment['image'],
): Pick<From, 'tag'> {
  const of = { registry: image.registry ?? registry, repository: image.repository, container };
  const named = matchingContainers(definition, of).find((live) => live.tag)?.tag;
  const tag = tags.find(({ key }) => key === 'batuta:tag')?.value ?? named;
  return typeof tag === 'string' ? { tag } : {};
}
