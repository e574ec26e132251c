import type { EcsService } from '../aws/ecs-services.ts';
import { acceptRecord, refuse, startAccepting } from './accept-record.ts';
import { advance } from './advance.ts';
import { checkFirst, platformsOf } from './check-first.ts';
import type { DeployDeps } from './connect.ts';
import { drivable, isLive, type Problem, primaryOf } from './decide-target.ts';
import type { DeployedImage, Deployment } from './deployment.ts';
import type { HoldDecision } from './hold/decide-hold.ts';
import { withHolds } from './hold/hold.ts';
import { lookAtHolds } from './hold/look-at-holds.ts';
import { lastGood } from './last-good.ts';
import { observe } from './observe.ts';
import { newRecord, type Occasion, replacing } from './occasion.ts';
import { adopt } from './pointer.ts';
import { matchingContainers, nextRevision } from './revision.ts';
import { failPending, revisionProblem, rollOut } from './roll-out.ts';
import type { Target } from './target.ts';

/** A wanted image: rolled out or held, refused where the service cannot take it, adopted where it runs already. */
export async function beginDeployment(
  deps: DeployDeps,
  occasion: Occasion,
  { image, movedBack }: { image: DeployedImage; movedBack: boolean },
  seen: EcsService | undefined,
): Promise<void> {
  const { spec, pointer, asked } = occasion;
  const driven = drivable(seen, spec);
  if ('problem' in driven) return refuse(deps, occasion, image, driven.problem);
  const { service } = driven;
  const platforms = platformsOf(deps, image);
  // Asked for ahead: whether it is needed, and its failure, show further down.
  platforms.catch(() => {});
  const target = { service, ...(await deps.ecs.describeTaskDefinition(service.taskDefinitionArn)) };
  const record = { ...newRecord(deps, occasion, image, pointer.sequence + 1), ...(movedBack && { movedBack }) };
  const container = {
    registry: image.registry ?? deps.registry,
    repository: image.repository,
    container: spec.container,
  };
  const possible = nextRevision(target.definition, target.tags, image, container, record.id);
  if ('problem' in possible) return refuse(deps, occasion, image, revisionProblem(spec, possible.problem));
  const live = matchingContainers(target.definition, container);
  const firstLook = pointer.accepted === undefined && asked.trigger.kind === 'sweep';
  if (isLive({ live, image, rolloutAt: primaryOf(service)?.createdAt ?? 0, firstLook }))
    return adoptLive(deps, occasion, image, target);
  const checking = checkFirst(deps, image, target.definition, platforms);
  checking.catch(() => {});
  const [held, from] = await Promise.all([lookAtHolds(deps, record, target), lastGood(deps, pointer, target, record)]);
  const next: Deployment = { ...record, ...(from ? { from } : {}) };
  const isFree = held.kind === 'clear' && spec.before.length === 0 && spec.mode === 'live';
  // Somebody waits for a push: its record is made while the checks end.
  const made = isFree && asked.trigger.kind === 'push' ? deps.deployments.create(next) : undefined;
  made?.catch(() => {});
  const problem = await checking;
  if (problem) return refuseMade(deps, occasion, image, problem, (await made)?.stored.value);
  if (spec.mode === 'observe') return observe(deps, record, held);
  if (isFree) return roll(deps, next, target, made);
  await hold(deps, { ...record, ...replacing(from) }, target, held);
}

/** A record that was made ahead, and that the pointer does not know, ends as the refusal would have been told. */
async function refuseMade(
  deps: DeployDeps,
  occasion: Occasion,
  image: DeployedImage,
  problem: Problem,
  made: Deployment | undefined,
): Promise<void> {
  return made?.state === 'preparing' ? failPending(deps, made.id, problem) : refuse(deps, occasion, image, problem);
}

/** Straight on to the rollout, as nothing holds it. */
async function roll(
  deps: DeployDeps,
  record: Deployment,
  target: Target,
  made: ReturnType<DeployDeps['deployments']['create']> | undefined,
): Promise<void> {
  const { deployment, isRepeat, pointing } = await startAccepting(deps, record, made);
  // Whatever happens, nothing of ours is under way once the lease is given back.
  await rollOut(deps, deployment, target, { isRepeat, pointing }).finally(() => pointing.catch(() => {}));
}

/** The way back is looked for when it begins. */
async function hold(deps: DeployDeps, record: Deployment, target: Target, held: HoldDecision): Promise<void> {
  const waiting: Deployment = { ...record, state: 'held' };
  const { id } = await acceptRecord(deps, held.kind === 'hold' ? withHolds(waiting, held.holds, held.lookAt) : waiting);
  if (held.kind !== 'hold') await advance(deps, id, target);
}

async function adoptLive(deps: DeployDeps, { spec }: Occasion, image: DeployedImage, { service }: Target) {
  const primary = primaryOf(service);
  const stableOn = primary?.rolloutState === 'IN_PROGRESS' ? undefined : primary?.taskDefinitionArn;
  await deps.pointers.change(spec.name, (pointer) => adopt(pointer, image, stableOn));
  deps.log.info(`${spec.name}: runs ${image.repository}:${image.tag} already`);
}
