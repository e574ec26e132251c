import type { DeploymentId } from '../../core/ids.ts';
import { applyHold, type NotYet } from '../apply-hold.ts';
import { checkFirst } from '../check-first.ts';
import type { DeployDeps } from '../connect.ts';
import type { Problem } from '../decide-target.ts';
import { lookAtHolds } from '../hold/look-at-holds.ts';
import { endObserved, isObserved } from '../observe.ts';
import { recordsOf } from '../records-of.ts';
import { lookAtRunner } from './look-at-runner.ts';
import { moveTargets } from './move-targets.ts';
import { type NextTask, planMoves } from './plan-moves.ts';
import type { ScheduledTaskDeployment } from './scheduled-deployment.ts';

/** Carries a deployment that has touched nothing on, as far as it goes now. Under the lease; safe to repeat at any line. */
export async function advanceScheduled(deps: DeployDeps, id: DeploymentId): Promise<void> {
  const records = recordsOf<ScheduledTaskDeployment>(deps);
  const deployment = (await records.get(id))?.value;
  if (deployment && isObserved(deps, deployment) && !deployment.updateIntendedAt) return endObserved(deps, deployment);
  if (deployment?.state === 'preparing') return moveTargets(deps, deployment, true);
  if (deployment?.state !== 'held') return;
  const next = await whatNext(deps, deployment);
  const written = await records.update(id, (current) => {
    if (current.state !== 'held') return undefined;
    return next.kind === 'go' ? { ...current, state: 'preparing', holds: [] } : applyHold(current, next, deps);
  });
  if (written?.value.state === 'preparing') await moveTargets(deps, written.value, false);
}

async function whatNext(deps: DeployDeps, deployment: ScheduledTaskDeployment): Promise<NotYet | { kind: 'go' }> {
  const { id, spec, image } = deployment;
  const seen = await lookAtRunner(deps, spec);
  if ('problem' in seen) return { kind: 'fail', ...seen.problem };
  const held = await lookAtHolds(deps, deployment, seen.tasks[0]);
  if (held.kind !== 'clear') return held;
  const { registry } = deps;
  const plan = planMoves({ spec, image, registry, tasks: seen.tasks, deploymentId: id, firstLook: false });
  if (plan.kind === 'problem') return { kind: 'fail', ...plan.problem };
  const problem = plan.kind === 'move' ? await checkTasks(deps, deployment, plan.next) : undefined;
  return problem ? { kind: 'fail', ...problem } : { kind: 'go' };
}

/** What would make the next run fail for certain. */
export async function checkTasks(
  deps: DeployDeps,
  { image }: Pick<ScheduledTaskDeployment, 'image'>,
  next: readonly NextTask[],
): Promise<Problem | undefined> {
  for (const { task } of next) {
    const problem = await checkFirst(deps, image, task.definition);
    if (problem) return problem;
  }
  return undefined;
}
