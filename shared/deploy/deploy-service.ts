import type { ServiceConfig } from '../config/config.ts';
import { type DeploymentId, deploymentIdOf } from '../core/ids.ts';
import { endUnfinished } from './apply-follow.ts';
import type { DeployDeps } from './connect.ts';
import { type DeployDecision, decideDeployment } from './decide-deployment.ts';
import { decideFollow } from './decide-follow.ts';
import { isLive, type Problem, primaryOf, serviceProblem } from './decide-target.ts';
import type { DeployedImage, Deployment, DeploymentTrigger } from './deployment.ts';
import { accept, adopt, type ServicePointer } from './pointer.ts';
import { type MatchingContainer, matchingContainers, nextRevision } from './revision.ts';
import { failPreparing, revisionProblem, rollOut, type Target } from './roll-out.ts';
import { chooseImage } from './tag-policy.ts';

/** Who asks; a push names the digest, so that its refusal can be recorded for who pushed it. */
export interface Asked {
  trigger: DeploymentTrigger;
  digest?: string | undefined;
}

/** What the tag policy chooses from what ECR holds now. */
export async function chosenNow(deps: Pick<DeployDeps, 'ecr'>, { image }: ServiceConfig) {
  const { repository, tags } = image;
  const images = await deps.ecr.images(repository, tags.kind === 'exact' ? tags.tag : undefined);
  return chooseImage(tags, repository, images);
}

/** Brings the service to the image its policy chooses, if it is not there yet. Under the service's lease. */
export async function deployService(
  deps: DeployDeps,
  spec: ServiceConfig,
  pointer: ServicePointer,
  asked: Asked,
): Promise<void> {
  const chosen = await chosenNow(deps, spec);
  const pending = await preparing(deps, pointer.pending);
  const { repository, tags: policy } = spec.image;
  const decision = decideDeployment({ policy, repository, chosen, pointer, pending });
  await carryOut(deps, spec, pointer, asked, decision);
  if (pending && decision.kind === 'roll') await supersede(deps, pending, decision.image);
}

async function preparing(deps: DeployDeps, id: DeploymentId | undefined): Promise<Deployment | undefined> {
  const stored = id && (await deps.deployments.get(id));
  return stored?.value.state === 'preparing' ? stored.value : undefined;
}

async function carryOut(
  deps: DeployDeps,
  spec: ServiceConfig,
  pointer: ServicePointer,
  asked: Asked,
  decision: DeployDecision,
): Promise<void> {
  switch (decision.kind) {
    case 'nothing':
      return deps.log.debug(`${spec.name}: nothing to deploy: ${decision.why}`);
    case 'resume':
      return rollOut(deps, decision.deployment);
    case 'abandon':
      return failPreparing(deps, decision.deployment.id, decision);
    case 'quarantined':
      return decision.image.digest === asked.digest ? skip(deps, spec, pointer, asked, decision) : undefined;
    case 'roll':
      return begin(deps, spec, pointer, asked, decision);
    default:
      return decision satisfies never;
  }
}

async function supersede(deps: DeployDeps, pending: Deployment, image: DeployedImage): Promise<void> {
  await deps.deployments.update(pending.id, (deployment) =>
    endUnfinished(deployment, `${image.tag} was chosen before it began`, deps.now()),
  );
}

function newRecord(
  deps: DeployDeps,
  spec: ServiceConfig,
  { trigger }: Asked,
  image: DeployedImage,
  sequence: number,
): Deployment {
  const id = deploymentIdOf(spec.name, image.digest, String(sequence));
  const createdAt = deps.now();
  const { name: service } = spec;
  return { schemaVersion: 1, id, service, spec, state: 'preparing', trigger, image, sequence, createdAt, crashes: {} };
}

/** Someone pushed what failed before: said once, so that nobody waits for it. */
async function skip(
  deps: DeployDeps,
  spec: ServiceConfig,
  { sequence }: ServicePointer,
  asked: Asked,
  { image, since }: DeployDecision & { kind: 'quarantined' },
): Promise<void> {
  await deps.deployments.create({
    ...newRecord(deps, spec, asked, image, sequence),
    id: deploymentIdOf(spec.name, image.digest, String(sequence), 'skipped'),
    state: 'skipped',
    outcome: { reason: `this digest failed before (${since})`, hint: 'push an image that is not the same' },
    finishedAt: deps.now(),
  });
}

async function begin(
  deps: DeployDeps,
  spec: ServiceConfig,
  pointer: ServicePointer,
  asked: Asked,
  { image, movedBack }: DeployDecision & { kind: 'roll' },
): Promise<void> {
  const service = await deps.ecs.describeService(spec.cluster, spec.service);
  const problem = serviceProblem(service, spec);
  if (problem || !service) return refuse(deps, spec, pointer, asked, image, problem);
  const target = { service, ...(await deps.ecs.describeTaskDefinition(service.taskDefinitionArn)) };
  const next = newRecord(deps, spec, asked, image, pointer.sequence + 1);
  const container = { registry: deps.registry, repository: image.repository, container: spec.container };
  const possible = nextRevision(target.definition, target.tags, image, container, next.id);
  if ('problem' in possible) return refuse(deps, spec, pointer, asked, image, revisionProblem(spec, possible.problem));
  const live = matchingContainers(target.definition, container);
  const primary = primaryOf(service);
  const firstLook = pointer.accepted === undefined && asked.trigger.kind === 'sweep';
  if (isLive({ live, image, rolloutAt: primary?.createdAt ?? 0, firstLook })) {
    const stableOn = primary?.rolloutState === 'IN_PROGRESS' ? undefined : primary?.taskDefinitionArn;
    await deps.pointers.change(spec.name, (current) => adopt(current, image, stableOn));
    return deps.log.info(`${spec.name}: runs ${image.repository}:${image.tag} already`);
  }
  const from = await lastGood(deps, pointer, target, live);
  const record = { ...next, from, ...(movedBack && { movedBack }) };
  const accepted = await acceptRecord(deps, record);
  if (accepted) await rollOut(deps, accepted, target);
}

/** The revision to go back to: what runs, if it is stable; otherwise what ran well before it. */
async function lastGood(
  deps: DeployDeps,
  { inFlight, lastSuccessful }: ServicePointer,
  { service, tags }: Target,
  live: readonly MatchingContainer[],
): Promise<NonNullable<Deployment['from']>> {
  const current = inFlight && (await deps.deployments.get(inFlight))?.value;
  const primary = primaryOf(service);
  const isUnproven =
    current &&
    current.to?.taskDefinitionArn === service.taskDefinitionArn &&
    decideFollow(current, service, deps.now()).kind !== 'succeeded';
  if (isUnproven && current.from) return current.from;
  if (primary?.rolloutState !== undefined && primary.rolloutState !== 'COMPLETED' && lastSuccessful) {
    const { taskDefinitionArn, tag } = lastSuccessful;
    return { taskDefinitionArn, tag };
  }
  const tag = tags.find(({ key }) => key === 'batuta:tag')?.value ?? live.find((image) => image.tag)?.tag;
  return { taskDefinitionArn: service.taskDefinitionArn, ...(typeof tag === 'string' ? { tag } : {}) };
}

/** Creates the record, then lets the pointer know it. A record of this sequence that has ended makes place for the next. */
async function acceptRecord(deps: DeployDeps, record: Deployment): Promise<Deployment | undefined> {
  const { stored } = await deps.deployments.create(record);
  const { value } = stored;
  if (value.state !== 'preparing') {
    const sequence = record.sequence + 1;
    const id = deploymentIdOf(record.service, record.image.digest, String(sequence));
    return acceptRecord(deps, { ...record, sequence, id });
  }
  await deps.pointers.change(record.service, (pointer) => accept(pointer, value));
  return value;
}

/** The service cannot be deployed: told to who pushed, once; the sweep keeps looking until it can. */
async function refuse(
  deps: DeployDeps,
  spec: ServiceConfig,
  pointer: ServicePointer,
  asked: Asked,
  image: DeployedImage,
  problem: Problem | undefined,
): Promise<void> {
  const { reason, hint } = problem ?? { reason: 'no service', hint: '' };
  deps.log.warn(`${spec.name}: cannot be deployed: ${reason}`, { hint });
  if (asked.trigger.kind === 'sweep' && !pointer.accepted) return;
  const finishedAt = deps.now();
  const record = newRecord(deps, spec, asked, image, pointer.sequence + 1);
  await deps.deployments.create({ ...record, state: 'failed', outcome: { reason, hint }, finishedAt });
}
