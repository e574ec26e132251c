import type { DeployDeps } from './connect.ts';
import { decideFollow } from './decide-follow.ts';
import { primaryOf } from './decide-target.ts';
import type { Deployment } from './deployment.ts';
import type { ServicePointer } from './pointer.ts';
import { matchingContainers } from './revision.ts';
import type { Target } from './target.ts';

/** The revision to go back to: what runs, if it is stable; otherwise what ran well before it. */
export async function lastGood(
  deps: DeployDeps,
  { inFlight, lastSuccessful }: ServicePointer,
  { service, definition, tags }: Target,
  { spec, image }: Pick<Deployment, 'spec' | 'image'>,
): Promise<NonNullable<Deployment['from']>> {
  const { taskDefinitionArn } = service;
  const current = inFlight && (await deps.deployments.get(inFlight))?.value;
  const isUnproven =
    current &&
    current.to?.taskDefinitionArn === taskDefinitionArn &&
    decideFollow(current, { service, now: deps.now() }).kind !== 'succeeded';
  if (isUnproven && current.from) return current.from;
  if (lastSuccessful && (primaryOf(service)?.rolloutState ?? 'COMPLETED') !== 'COMPLETED')
    return { taskDefinitionArn: lastSuccessful.taskDefinitionArn, tag: lastSuccessful.tag };
  const live = matchingContainers(definition, {
    registry: image.registry ?? deps.registry,
    repository: image.repository,
    container: spec.container,
  });
  const tag = tags.find(({ key }) => key === 'batuta:tag')?.value ?? live.find((container) => container.tag)?.tag;
  return { taskDefinitionArn, ...(typeof tag === 'string' ? { tag } : {}) };
}
