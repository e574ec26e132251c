import { deploymentIdOf } from '../core/ids.ts';
import type { DeployDeps } from './connect.ts';
import { decideFollow } from './decide-follow.ts';
import { drivable, isLive, type Problem, primaryOf } from './decide-target.ts';
import type { DeployedImage, Deployment } from './deployment.ts';
import { newRecord, type Occasion } from './occasion.ts';
import { accept, adopt } from './pointer.ts';
import { type MatchingContainer, matchingContainers, nextRevision } from './revision.ts';
import { revisionProblem, rollOut, type Target } from './roll-out.ts';

/** A wanted image: rolled out, or refused where the service cannot take it, or adopted where it runs already. */
export async function beginDeployment(
  deps: DeployDeps,
  occasion: Occasion,
  image: DeployedImage,
  movedBack: boolean,
): Promise<void> {
  const { spec, pointer, asked } = occasion;
  const driven = drivable(await deps.ecs.describeService(spec.cluster, spec.service), spec);
  if ('problem' in driven) return refuse(deps, occasion, image, driven.problem);
  const { service } = driven;
  const target = { service, ...(await deps.ecs.describeTaskDefinition(service.taskDefinitionArn)) };
  const record = newRecord(deps, occasion, image, pointer.sequence + 1);
  const container = { registry: deps.registry, repository: image.repository, container: spec.container };
  const possible = nextRevision(target.definition, target.tags, image, container, record.id);
  if ('problem' in possible) return refuse(deps, occasion, image, revisionProblem(spec, possible.problem));
  const live = matchingContainers(target.definition, container);
  const firstLook = pointer.accepted === undefined && asked.trigger.kind === 'sweep';
  if (isLive({ live, image, rolloutAt: primaryOf(service)?.createdAt ?? 0, firstLook }))
    return adoptLive(deps, occasion, image, target);
  const from = await lastGood(deps, occasion, target, live);
  const accepted = await acceptRecord(deps, { ...record, from, ...(movedBack && { movedBack }) });
  await rollOut(deps, accepted, target);
}

async function adoptLive(deps: DeployDeps, { spec }: Occasion, image: DeployedImage, { service }: Target) {
  const primary = primaryOf(service);
  const stableOn = primary?.rolloutState === 'IN_PROGRESS' ? undefined : primary?.taskDefinitionArn;
  await deps.pointers.change(spec.name, (pointer) => adopt(pointer, image, stableOn));
  deps.log.info(`${spec.name}: runs ${image.repository}:${image.tag} already`);
}

/** The revision to go back to: what runs, if it is stable; otherwise what ran well before it. */
async function lastGood(
  deps: DeployDeps,
  { pointer: { inFlight, lastSuccessful } }: Occasion,
  { service, tags }: Target,
  live: readonly MatchingContainer[],
): Promise<NonNullable<Deployment['from']>> {
  const { taskDefinitionArn } = service;
  const current = inFlight && (await deps.deployments.get(inFlight))?.value;
  const isUnproven =
    current &&
    current.to?.taskDefinitionArn === taskDefinitionArn &&
    decideFollow(current, service, deps.now()).kind !== 'succeeded';
  if (isUnproven && current.from) return current.from;
  if (lastSuccessful && (primaryOf(service)?.rolloutState ?? 'COMPLETED') !== 'COMPLETED')
    return { taskDefinitionArn: lastSuccessful.taskDefinitionArn, tag: lastSuccessful.tag };
  const tag = tags.find(({ key }) => key === 'batuta:tag')?.value ?? live.find((image) => image.tag)?.tag;
  return { taskDefinitionArn, ...(typeof tag === 'string' ? { tag } : {}) };
}

/** Creates the record, then lets the pointer know. A record of this sequence that has ended makes place for the next. */
async function acceptRecord(deps: DeployDeps, record: Deployment): Promise<Deployment> {
  const { stored } = await deps.deployments.create(record);
  if (stored.value.state !== 'preparing') {
    const sequence = record.sequence + 1;
    const id = deploymentIdOf(record.service, record.image.digest, String(sequence));
    return acceptRecord(deps, { ...record, sequence, id });
  }
  await deps.pointers.change(record.service, (pointer) => accept(pointer, stored.value));
  return stored.value;
}

/** The service cannot be deployed: told once for this image; the sweep keeps looking until it can. */
async function refuse(deps: DeployDeps, occasion: Occasion, image: DeployedImage, outcome: Problem): Promise<void> {
  const { spec, pointer, asked } = occasion;
  deps.log.warn(`${spec.name}: cannot be deployed: ${outcome.reason}`, { hint: outcome.hint });
  // A service that is in batuta.yml before it is in ECS is no news.
  if (asked.trigger.kind === 'sweep' && !pointer.accepted) return;
  const record = newRecord(deps, occasion, image, pointer.sequence + 1);
  await deps.deployments.create({ ...record, state: 'failed', outcome, finishedAt: deps.now() });
}
