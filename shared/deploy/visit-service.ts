import type { ServiceConfig } from '../config/config.ts';
import { advance } from './advance.ts';
import { cleanUp } from './clean-up/clean-up.ts';
import type { DeployDeps } from './connect.ts';
import { deployService, lookAhead } from './deploy-service.ts';
import { lookForDrift } from './drift/look-for-drift.ts';
import { endOrphan, endRemoved } from './end-orphan.ts';
import { followRollout } from './follow-rollout.ts';
import { settled } from './settle-pointer.ts';
import { takeUp } from './take-up.ts';
import { type Visit, visitUnderLease } from './visit-under-lease.ts';

/** Looks at one service, alone: see `visitUnderLease`. */
export function visitService(deps: DeployDeps, spec: ServiceConfig, visit: Visit): Promise<void> {
  return visitUnderLease(deps, spec.name, visit, (each) => visitOnce(deps, spec, each));
}

async function visitOnce(
  deps: DeployDeps,
  spec: ServiceConfig,
  { follow, deploy, deployment, drift, cleanUp: uses }: Visit,
): Promise<void> {
  const configured = deps.config.services[spec.name];
  // Nothing that comes first changes what a mere push looks at.
  const looked = deploy && configured && !follow && !deployment ? lookAhead(deps, configured) : undefined;
  let pointer = await settled(deps, spec.name);
  if (follow && pointer.inFlight) {
    await followRollout(deps, pointer.inFlight, deployment !== undefined);
    pointer = await settled(deps, spec.name);
  }
  if (deployment && configured) pointer = await takeUp(deps, configured, pointer, deployment);
  if (deploy && configured) {
    await deployService(deps, { spec: configured, pointer, asked: deploy }, looked);
    pointer = await settled(deps, spec.name);
  }
  // A deploy look has carried on what was pending.
  if (!deploy && configured && pointer.pending && (deployment || follow)) {
    await advance(deps, pointer.pending);
    pointer = await settled(deps, spec.name);
  }
  if (drift && configured) await lookForDrift(deps, configured, pointer);
  if (uses && configured) await cleanUp(deps, configured, uses);
  if (deployment && configured) await endOrphan(deps, deployment, pointer);
  else if (deployment) await endRemoved(deps, spec.name, deployment);
}
