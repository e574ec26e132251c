import { AwsCallFailed, Conflict } from '../../core/errors.ts';
import { fields, text } from '../../events/parse.ts';
import type { DeployDeps } from '../connect.ts';
import { recordsOf } from '../records-of.ts';
import { failPending } from '../roll-out.ts';
import { lookAtRunner, refusalOf, runnerInWords } from './look-at-runner.ts';
import { type NextTask, planMoves } from './plan-moves.ts';
import type { Move, ScheduledTaskDeployment } from './scheduled-deployment.ts';

const attempts = 3;

/**
 * Takes a deployment in `preparing` on to its end. Every line may be the last one before a crash: the same call
 * again finds what was done and goes on, so the rule or schedule is read anew each time.
 */
export async function moveTargets(
  deps: DeployDeps,
  deployment: ScheduledTaskDeployment,
  isRepeat: boolean,
): Promise<void> {
  try {
    let isDone = false;
    for (let attempt = 1; !isDone && attempt <= attempts; attempt++)
      isDone = await tryToMove(deps, deployment, isRepeat || attempt > 1);
    if (!isDone) throw new Conflict(`${runnerInWords(deployment.spec)} is being changed by somebody else; try again`);
  } catch (error) {
    if (!(error instanceof AwsCallFailed) || error.retryable || !isOurCall(error)) throw error;
    await failPending(deps, deployment.id, refusalOf(error, deployment.spec));
  }
}

// A refusal by the table or the bus is no verdict on the deployment.
const isOurCall = ({ operation }: AwsCallFailed) => /TaskDefinition|Targets|Schedule/.test(operation);

/** False where somebody changed the targets between the look and the writing. */
async function tryToMove(deps: DeployDeps, { id, spec, image }: ScheduledTaskDeployment, isRepeat: boolean) {
  const seen = await lookAtRunner(deps, spec);
  if ('problem' in seen) return ends(failPending(deps, id, seen.problem));
  const { registry } = deps;
  const plan = planMoves({ spec, image, registry, tasks: seen.tasks, deploymentId: id, firstLook: false });
  if (plan.kind === 'problem') return ends(failPending(deps, id, plan.problem));
  if (plan.kind === 'live') return ends(succeed(deps, id));
  const replacements = new Map<string, string>();
  for (const next of plan.next) {
    const { from, to } = await ensureRevision(deps, id, next, isRepeat);
    if (next.task.isPinned) replacements.set(from, to);
  }
  if (!(await noteIntent(deps, id))) return true;
  const left = await deps.runners.replace(spec.runBy, replacements);
  if (left === undefined) return false;
  if ([...replacements.values()].some((arn) => !left.includes(arn))) return false;
  return ends(succeed(deps, id));
}

const ends = (work: Promise<void>): Promise<true> => work.then(() => true);

/** The revision is noted as soon as it is registered; one that a crash kept from that is the family's latest. */
async function ensureRevision(
  deps: DeployDeps,
  id: ScheduledTaskDeployment['id'],
  { task, body }: NextTask,
  isRepeat: boolean,
): Promise<Move> {
  const from = task.taskDefinitionArn;
  const known = (await recordsOf<ScheduledTaskDeployment>(deps).get(id))?.value.moves ?? [];
  const move = known.find((noted) => noted.from === from);
  if (move) return move;
  const orphan = isRepeat ? await findOrphan(deps, text(body.family) ?? '', id, known) : undefined;
  const made = { from, to: orphan ?? (await deps.ecs.registerTaskDefinition(body)) };
  await recordsOf<ScheduledTaskDeployment>(deps).update(id, (current) => withMove(current, made, deps.now()));
  return made;
}

async function findOrphan(deps: DeployDeps, family: string, id: string, known: readonly Move[]) {
  const latest = await deps.ecs.describeTaskDefinition(family);
  const arn = text(latest.definition.taskDefinitionArn);
  const isOurs = latest.tags.map(fields).some(({ key, value }) => key === 'batuta:deployment' && value === id);
  return isOurs && !known.some(({ to }) => to === arn) ? arn : undefined;
}

function withMove(current: ScheduledTaskDeployment, move: Move, now: ScheduledTaskDeployment['createdAt']) {
  const { moves = [], from, to } = current;
  return {
    ...current,
    moves: [...moves, move],
    from: from ?? { taskDefinitionArn: move.from },
    to: to ?? { taskDefinitionArn: move.to },
    registeredAt: now,
  };
}

/** False where the deployment has ended meanwhile. */
async function noteIntent(deps: DeployDeps, id: ScheduledTaskDeployment['id']): Promise<boolean> {
  const written = await deps.deployments.update(id, (current) =>
    current.state === 'preparing' ? { ...current, updateIntendedAt: deps.now() } : undefined,
  );
  return written?.value.state === 'preparing';
}

async function succeed(deps: DeployDeps, id: ScheduledTaskDeployment['id']): Promise<void> {
  const now = deps.now();
  await deps.deployments.update(id, (current) =>
    current.state === 'preparing' ? { ...current, state: 'succeeded', rolledAt: now, finishedAt: now } : undefined,
  );
}
