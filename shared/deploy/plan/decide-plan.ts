import type { ServiceConfig } from '../../config/config.ts';
import { toInstant } from '../../core/time.ts';
import type { DeployDecision } from '../decide-deployment.ts';
import { isLive, type Problem, primaryOf } from '../decide-target.ts';
import type { AnyDeployment, DeployedImage } from '../deployment.ts';
import { type DiffLine, diffRevisions } from '../diff.ts';
import type { HoldDecision } from '../hold/decide-hold.ts';
import type { Hold } from '../hold/hold.ts';
import type { ServicePointer } from '../pointer.ts';
import { type ImageTarget, matchingContainers, nextRevision } from '../revision.ts';
import type { Target } from '../target.ts';

/** What Batuta would do to a service, if nothing changes until then. */
export type Plan =
  | { kind: 'nothing'; why: string }
  | Change
  /** It would be tried, and fail. */
  | { kind: 'refused'; image?: DeployedImage; reason: string; hint: string };

interface Change {
  kind: 'deploy';
  image: DeployedImage;
  /** Exists already, and waits. */
  deployment?: AnyDeployment;
  movedBack: boolean;
  /** What it would wait for first. */
  holds: readonly Hold[];
  /** Jobs that run first. */
  before: readonly string[];
  /** The revision that runs now. */
  from: string;
  /** Of the task definition. */
  diff: readonly DiffLine[];
}

export interface PlanFacts {
  spec: ServiceConfig;
  /** Our own registry. */
  registry: string;
  decision: DeployDecision;
  pointer: ServicePointer;
  target: Target | { problem: Problem };
  hold: HoldDecision;
  /** The services that promote to this one. */
  promoters: readonly string[];
}

const targetOf = ({ spec, registry }: PlanFacts, image: DeployedImage): ImageTarget => ({
  registry: image.registry ?? registry,
  repository: image.repository,
  container: spec.container,
});

function wouldAdopt(facts: PlanFacts, image: DeployedImage, { service, definition }: Target): boolean {
  const live = matchingContainers(definition, targetOf(facts, image));
  const firstLook = facts.pointer.accepted === undefined;
  return isLive({ live, image, rolloutAt: primaryOf(service)?.createdAt ?? 0, firstLook });
}

function planOf(facts: PlanFacts, image: DeployedImage, movedBack: boolean, deployment?: AnyDeployment): Plan {
  const { spec, target, hold } = facts;
  if ('problem' in target) return { kind: 'refused', image, ...target.problem };
  if (!deployment && wouldAdopt(facts, image, target))
    return { kind: 'nothing', why: `runs ${image.repository}:${image.tag} already` };
  const next = nextRevision(target.definition, target.tags, image, targetOf(facts, image), deployment?.id ?? '(new)');
  if ('problem' in next)
    return { kind: 'refused', image, reason: next.problem, hint: `correct services.${spec.name} in batuta.yml` };
  if (hold.kind === 'skip' || hold.kind === 'fail')
    return { kind: 'refused', image, reason: hold.reason, hint: hold.hint };
  return {
    kind: 'deploy',
    image,
    ...(deployment ? { deployment } : {}),
    movedBack,
    holds: hold.kind === 'hold' ? hold.holds : [],
    before: spec.before,
    from: target.service.taskDefinitionArn,
    diff: diffRevisions(target.definition, next.body),
  };
}

/** Somebody else's image in place of ours: what `drift:` says of it; undefined where there is none. */
function driftPlan(facts: PlanFacts): Plan | undefined {
  const { spec, pointer, target } = facts;
  const image = lastImage(facts);
  if (!image || pointer.inFlight || 'problem' in target) return undefined;
  const live = matchingContainers(target.definition, targetOf(facts, image));
  // With `rollback: false`, what failed runs on.
  const ours = new Set([image.digest, pointer.accepted?.digest]);
  if (live.every(({ digest }) => digest !== undefined && ours.has(digest))) return undefined;
  if (spec.drift === 'restore' && spec.mode === 'live') return planOf(facts, image, false);
  const { taskDefinitionArn } = target.service;
  const found = taskDefinitionArn.slice(taskDefinitionArn.lastIndexOf('/') + 1);
  return {
    kind: 'nothing',
    why: `somebody else put ${found} in place of ${image.tag}, and drift: ${spec.drift} leaves it`,
  };
}

/** The image that was deployed last, by us; what was found and adopted is nobody's drift. */
export function lastImage({ spec, pointer }: Pick<PlanFacts, 'spec' | 'pointer'>): DeployedImage | undefined {
  const { lastSuccessful, accepted } = pointer;
  if (!lastSuccessful || lastSuccessful.adopted) return undefined;
  if (accepted?.digest === lastSuccessful.digest) return accepted;
  const { tag, digest } = lastSuccessful;
  const { registry, repository } = spec.image;
  return { repository, tag, digest, pushedAt: toInstant(0), ...(registry ? { registry } : {}) };
}

const whyNothing = ({ spec, promoters }: PlanFacts, why: string): string =>
  spec.image.tags.kind === 'promoted' ? `gets what ${promoters.join(', ')} promotes` : why;

/** Pure, and on the same decisions that a visit acts on. */
export function decidePlan(facts: PlanFacts): Plan {
  const { decision } = facts;
  switch (decision.kind) {
    case 'nothing':
      return driftPlan(facts) ?? { kind: 'nothing', why: whyNothing(facts, decision.why) };
    case 'quarantined': {
      const { tag } = decision.image;
      return { kind: 'nothing', why: `${tag} failed before (${decision.since}); only a person can ask for it again` };
    }
    case 'abandon': {
      const { deployment, reason, hint } = decision;
      return { kind: 'refused', image: deployment.image, reason, hint };
    }
    case 'resume':
      return planOf(facts, decision.deployment.image, decision.deployment.movedBack ?? false, decision.deployment);
    case 'roll':
      return planOf(facts, decision.image, decision.movedBack);
    default:
      return decision satisfies never;
  }
}
