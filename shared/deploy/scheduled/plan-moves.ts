import type { ScheduledTaskConfig } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import { isLive, type Problem } from '../decide-target.ts';
import type { DeployedImage } from '../deployment.ts';
import { type ImageTarget, matchingContainers, nextRevision, type RawTaskDefinition } from '../revision.ts';

/** A task definition that a rule or schedule runs. */
export interface SeenTask {
  /** As the targets name it. */
  taskDefinitionArn: string;
  /** It names a revision; without one the family's latest runs, and no target has to change. */
  isPinned: boolean;
  definition: RawTaskDefinition;
  tags: readonly RawTaskDefinition[];
}

export interface PlanFacts {
  spec: ScheduledTaskConfig;
  tasks: readonly SeenTask[];
  image: DeployedImage;
  /** Our own, for images that name none. */
  registry: string;
  deploymentId: string;
  /** Nothing was ever accepted, and nobody pushed just now. */
  firstLook: boolean;
}

/** A task definition with the body of its next revision. */
export interface NextTask {
  task: SeenTask;
  body: RawTaskDefinition;
}

export type MovePlan = { kind: 'problem'; problem: Problem } | { kind: 'live' } | { kind: 'move'; next: NextTask[] };

// Each run pulls anew, so a tag without a digest is always what the tag holds now.
const anyTime = Number.MAX_SAFE_INTEGER as Instant;

const problem = ({ spec }: PlanFacts, reason: string): MovePlan => ({
  kind: 'problem',
  problem: {
    reason,
    hint: `correct the task definition, or image: and container: of scheduledTasks.${spec.name} in batuta.yml`,
  },
});

/** Which of the task definitions get a new revision: those with a container that does not have the image yet. */
export function planMoves(facts: PlanFacts): MovePlan {
  const { spec, tasks, image, registry, deploymentId, firstLook } = facts;
  const target: ImageTarget = {
    registry: image.registry ?? registry,
    repository: image.repository,
    container: spec.container,
  };
  const matching = tasks
    .map((task) => ({ task, live: matchingContainers(task.definition, target) }))
    .filter(({ live }) => live.length > 0);
  const stale = matching.filter(({ live }) => !isLive({ live, image, rolloutAt: anyTime, firstLook }));
  if (matching.length > 0 && stale.length === 0) return { kind: 'live' };
  // Where none matches, the first says what there is instead.
  const wanted = matching.length > 0 ? stale.map(({ task }) => task) : tasks.slice(0, 1);
  const next: NextTask[] = [];
  for (const task of wanted) {
    const revision = nextRevision(task.definition, task.tags, image, target, deploymentId);
    if ('problem' in revision) return problem(facts, revision.problem);
    next.push({ task, body: revision.body });
  }
  return { kind: 'move', next };
}
