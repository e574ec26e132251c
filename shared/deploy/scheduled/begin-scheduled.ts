import type { ScheduledTaskConfig } from '../../config/config.ts';
import { acceptRecord, refuse } from '../accept-record.ts';
import type { DeployDeps } from '../connect.ts';
import type { DeployedImage } from '../deployment.ts';
import { withHolds } from '../hold/hold.ts';
import { lookAtHolds } from '../hold/look-at-holds.ts';
import { noteObserved, observed } from '../observe.ts';
import { newRecord, type OccasionOf } from '../occasion.ts';
import { adopt } from '../pointer.ts';
import { recordsOf } from '../records-of.ts';
import { advanceScheduled, checkTasks } from './advance-scheduled.ts';
import { lookAtRunner } from './look-at-runner.ts';
import { moveTargets } from './move-targets.ts';
import { planMoves } from './plan-moves.ts';
import type { ScheduledTaskDeployment } from './scheduled-deployment.ts';

/** A wanted image: put in place or held, refused where that cannot be, adopted where it runs already. */
export async function beginScheduled(
  deps: DeployDeps,
  occasion: OccasionOf<ScheduledTaskConfig>,
  { image, movedBack }: { image: DeployedImage; movedBack: boolean },
): Promise<void> {
  const { spec, pointer, asked } = occasion;
  const seen = await lookAtRunner(deps, spec);
  if ('problem' in seen) return refuse(deps, occasion, image, seen.problem);
  const fresh = newRecord(deps, occasion, image, pointer.sequence + 1);
  const record: ScheduledTaskDeployment = { ...fresh, ...(movedBack ? { movedBack } : {}) };
  const firstLook = pointer.accepted === undefined && asked.trigger.kind === 'sweep';
  const { registry } = deps;
  const plan = planMoves({ spec, image, registry, tasks: seen.tasks, deploymentId: record.id, firstLook });
  if (plan.kind === 'problem') return refuse(deps, occasion, image, plan.problem);
  if (plan.kind === 'live') {
    await deps.pointers.change(spec.name, (current) => adopt(current, image, seen.tasks[0]?.taskDefinitionArn));
    return deps.log.info(`${spec.name}: runs ${image.repository}:${image.tag} already`);
  }
  const problem = await checkTasks(deps, record, plan.next);
  if (problem) return refuse(deps, occasion, image, problem);
  await accepted(deps, record, plan.next[0]?.task);
}

async function accepted(
  deps: DeployDeps,
  record: ScheduledTaskDeployment,
  seen: Parameters<typeof lookAtHolds>[2],
): Promise<void> {
  const { spec } = record;
  const held = await lookAtHolds(deps, record, seen);
  if (spec.mode === 'observe') {
    await recordsOf<ScheduledTaskDeployment>(deps).create(observed(record, held, deps.now()));
    return noteObserved(deps, record);
  }
  if (held.kind === 'clear') return moveTargets(deps, await acceptRecord(deps, record), false);
  const waiting: ScheduledTaskDeployment = { ...record, state: 'held' };
  const { id } = await acceptRecord(deps, held.kind === 'hold' ? withHolds(waiting, held.holds, held.lookAt) : waiting);
  if (held.kind !== 'hold') await advanceScheduled(deps, id);
}
