import type { ScheduledTaskConfig } from '../../config/config.ts';
import { pendingOf, skip, supersede } from '../around-pending.ts';
import { chosenNow } from '../chosen-now.ts';
import { cleanUp } from '../clean-up/clean-up.ts';
import type { DeployDeps } from '../connect.ts';
import { type DeployDecision, decideDeployment } from '../decide-deployment.ts';
import { endOrphan, endRemoved } from '../end-orphan.ts';
import type { OccasionOf } from '../occasion.ts';
import { failPending } from '../roll-out.ts';
import { settled } from '../settle-pointer.ts';
import { takeUp } from '../take-up.ts';
import { type Visit, visitUnderLease } from '../visit-under-lease.ts';
import { advanceScheduled } from './advance-scheduled.ts';
import { beginScheduled } from './begin-scheduled.ts';

/** Looks at one scheduled task, alone. */
export function visitScheduledTask(deps: DeployDeps, spec: ScheduledTaskConfig, visit: Visit): Promise<void> {
  return visitUnderLease(deps, spec.name, visit, (each) => visitOnce(deps, spec, each));
}

async function visitOnce(
  deps: DeployDeps,
  { name }: ScheduledTaskConfig,
  { follow, deploy, deployment, cleanUp: uses }: Visit,
): Promise<void> {
  const spec = deps.config.scheduledTasks[name];
  let pointer = await settled(deps, name);
  if (deployment && spec) pointer = await takeUp(deps, spec, pointer, deployment);
  if (deploy && spec) {
    await deployScheduled(deps, { spec, pointer, asked: deploy });
    pointer = await settled(deps, name);
  }
  if (!deploy && spec && pointer.pending && (deployment || follow)) {
    await advanceScheduled(deps, pointer.pending);
    pointer = await settled(deps, name);
  }
  if (uses && spec) await cleanUp(deps, spec, uses);
  if (deployment && spec) await endOrphan(deps, deployment, pointer);
  else if (deployment) await endRemoved(deps, name, deployment);
}

async function deployScheduled(deps: DeployDeps, occasion: OccasionOf<ScheduledTaskConfig>): Promise<void> {
  const { spec, pointer } = occasion;
  const [chosen, pending] = await Promise.all([chosenNow(deps, spec), pendingOf(deps, pointer.pending)]);
  const decision = decideDeployment({ wanted: spec.image, chosen, pointer, pending, mode: spec.mode });
  await carryOut(deps, occasion, decision);
  if (pending && decision.kind === 'roll') await supersede(deps, pending, decision.image);
}

async function carryOut(
  deps: DeployDeps,
  occasion: OccasionOf<ScheduledTaskConfig>,
  decision: DeployDecision,
): Promise<void> {
  switch (decision.kind) {
    case 'nothing':
      return deps.log.debug(`${occasion.spec.name}: nothing to deploy: ${decision.why}`);
    case 'resume':
      return advanceScheduled(deps, decision.deployment.id);
    case 'abandon':
      return failPending(deps, decision.deployment.id, decision);
    case 'quarantined':
      return skip(deps, occasion, decision);
    case 'roll':
      return beginScheduled(deps, occasion, decision);
    default:
      return decision satisfies never;
  }
}
