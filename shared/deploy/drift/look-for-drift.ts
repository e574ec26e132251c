import type { Rollout } from '../../aws/ecs-service.ts';
import type { ServiceConfig } from '../../config/config.ts';
import { deploymentIdOf } from '../../core/ids.ts';
import type { DeployDeps } from '../connect.ts';
import type { DeployedImage, Deployment } from '../deployment.ts';
import { revisionOf } from '../follow-problems.ts';
import { blank } from '../occasion.ts';
import type { ServicePointer } from '../pointer.ts';
import { type DriftDecision, decideDrift, foreignRollout, restoresOf } from './decide-drift.ts';
import {
  changesInWords,
  hasOurContainer,
  imagesOf,
  isOurs,
  ourImage,
  type Revision,
  runsImage,
} from './foreign-revision.ts';

type Known = ServicePointer & Required<Pick<ServicePointer, 'lastSuccessful'>>;

interface Drift {
  spec: ServiceConfig;
  pointer: Known;
  rollout: Rollout;
  revision: Revision;
}

/**
 * Whether somebody else put a revision in the place of ours: told once, taken over where it runs our image,
 * or, with `drift: restore`, replaced by our image again. Under the service's lease; safe to repeat.
 */
export async function lookForDrift(deps: DeployDeps, spec: ServiceConfig, pointer: ServicePointer): Promise<void> {
  if (!isKnown(pointer)) return;
  const rollout = foreignRollout(pointer, await deps.ecs.describeService(spec.cluster, spec.service), deps.now());
  if (!rollout) return;
  const found = rollout.taskDefinitionArn;
  const revision = await deps.ecs.describeTaskDefinition(found);
  // Ours and not successful, as with rollback: false: that was told, and is nobody's doing.
  if (await isOurs(deps, spec.name, found, revision)) return remember(deps, spec, { drifted: found });
  const drift = { spec, pointer, rollout, revision };
  const image = await ourImage(deps, spec, pointer);
  const decision = await decide(deps, drift, image);
  await carryOut(deps, drift, decision, image);
}

const isKnown = (pointer: ServicePointer): pointer is Known => pointer.lastSuccessful !== undefined;

async function decide(
  deps: DeployDeps,
  { spec, pointer, rollout, revision }: Drift,
  image: DeployedImage | undefined,
): Promise<DriftDecision> {
  return decideDrift({
    spec,
    pointer,
    isOurImage: await runsImage(deps, spec, revision, pointer.lastSuccessful.digest),
    images: imagesOf(revision),
    canRestore: image !== undefined && hasOurContainer(deps, spec, revision),
    isCompleted: (rollout.rolloutState ?? 'COMPLETED') === 'COMPLETED',
    now: deps.now(),
  });
}

async function carryOut(
  deps: DeployDeps,
  drift: Drift,
  decision: DriftDecision,
  image: DeployedImage | undefined,
): Promise<void> {
  const { spec, pointer, rollout, revision } = drift;
  const drifted = rollout.taskDefinitionArn;
  switch (decision.kind) {
    case 'tell':
      await tell(deps, drift, decision.hint);
      return remember(deps, spec, { drifted });
    case 'adopt':
      await tell(
        deps,
        drift,
        'nothing: it runs our image, its other changes stay, and the next deployment is made from it',
      );
      return remember(deps, spec, {
        drifted,
        lastSuccessful: { ...pointer.lastSuccessful, taskDefinitionArn: drifted },
      });
    case 'restore': {
      if (!image) return;
      const now = deps.now();
      await tell(deps, drift, `nothing: drift: restore puts ${image.tag} back and keeps their other changes`);
      await deps.deployments.create(restoring(drift, image, now));
      const restored = [...restoresOf(pointer, now), { images: imagesOf(revision), at: now }];
      return remember(deps, spec, { drifted, restored });
    }
    default:
      return decision satisfies never;
  }
}

const remember = async (deps: DeployDeps, { name }: ServiceConfig, parts: Partial<ServicePointer>) =>
  void (await deps.pointers.change(name, (pointer) => ({ ...pointer, ...parts })));

/** The same drift makes the same records, however often it is looked at. */
const idOf = ({ spec, pointer, rollout }: Drift, what: string) =>
  deploymentIdOf('drift', what, spec.name, rollout.taskDefinitionArn, String(pointer.sequence));

async function tell(deps: DeployDeps, drift: Drift, hint: string): Promise<void> {
  const { spec, pointer, rollout, revision } = drift;
  const { taskDefinitionArn: ours, tag, digest } = pointer.lastSuccessful;
  const { taskDefinitionArn: found } = rollout;
  const changes = await changesInWords(deps, ours, revision);
  const now = deps.now();
  const image = { repository: spec.image.repository, tag, digest, pushedAt: pointer.accepted?.pushedAt ?? now };
  await deps.deployments.create({
    ...blank(spec, image, { kind: 'drift', found }),
    id: idOf(drift, 'told'),
    sequence: pointer.sequence,
    createdAt: now,
    state: 'skipped',
    from: { taskDefinitionArn: ours, tag },
    outcome: { reason: [inWords(ours, found), ...changes].join('\n- '), hint },
    finishedAt: now,
  });
}

const inWords = (ours: string, found: string) =>
  `somebody else put ${revisionOf(found)} in the place of ${revisionOf(ours)}`;

/** Made from their revision, so that only the image is ours again; it takes its turn like any other. */
function restoring(drift: Drift, image: DeployedImage, now: Deployment['createdAt']): Deployment {
  const { spec, rollout } = drift;
  return {
    ...blank(spec, image, { kind: 'drift', found: rollout.taskDefinitionArn }),
    id: idOf(drift, 'restore'),
    sequence: 0,
    createdAt: now,
    state: 'held',
  };
}
