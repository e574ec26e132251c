import type { EcsService } from '../aws/ecs-services.ts';
import { acceptRecord, refuse, startAccepting } from './accept-record.ts';
import { advance } from './advance.ts';
import { checkFirst, platformsOf } from './check-first.ts';
import type { DeployDeps } from './connect.ts';
import { drivable, isLive, primaryOf } from './decide-target.ts';
import type { DeployedImage, Deployment } from './deployment.ts';
import type { HoldDecision } from './hold/decide-hold.ts';
import { withHolds } from './hold/hold.ts';
import { lookAtHolds } from './hold/look-at-holds.ts';
import { lastGood } from './last-good.ts';
import { observe } from './observe.ts';
import { newRecord, type Occasion } from './occasion.ts';
import { adopt } from './pointer.ts';
import { matchingContainers, nextRevision } from './revision.ts';
import { revisionProblem, rollOut } from './roll-out.ts';
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
  const [problem, held, from] = await Promise.all([
    checkFirst(deps, image, target.definition, platforms),
    lookAtHolds(deps, record, target),
    lastGood(deps, pointer, target, record),
  ]);
  if (problem) return refuse(deps, occasion, image, problem);
  if (spec.mode === 'observe') return observe(deps, record, held);
  await accepted(deps, { ...record, ...(from ? { from } : {}) }, target, held);
}

/** Straight on to the rollout where nothing holds it. */
async function accepted(deps: DeployDeps, record: Deployment, target: Target, held: HoldDecision): Promise<void> {
  if (held.kind === 'clear' && record.spec.before.length === 0) {
    const { deployment, isRepeat, pointing } = await startAccepting(deps, record);
    // Whatever happens, nothing of ours is under way once the lease is given back.
    return rollOut(deps, deployment, target, { isRepeat, pointing }).finally(() => pointing.catch(() => {}));
  }
  // The way back is looked for again when it begins.
  const { from: _, ...rest } = record;
  const waiting: Deployment = { ...rest, state: 'held' };
  const { id } = await acceptRecord(deps, held.kind === 'hold' ? withHolds(waiting, held.holds, held.lookAt) : waiting);
  if (held.kind !== 'hold') await advance(deps, id, target);
}

async function adoptLive(deps: DeployDeps, { spec }: Occasion, image: DeployedImage, { service }: Target) {
  const primary = primaryOf(service);
  const stableOn = primary?.rolloutState === 'IN_PROGRESS' ? undefined : primary?.taskDefinitionArn;
  await deps.pointers.change(spec.name, (pointer) => adopt(pointer, image, stableOn));
  deps.log.info(`${spec.name}: runs ${image.repository}:${image.tag} already`);
}
