import type { ServiceConfig } from '../config/config.ts';
import { type DeploymentId, parseDeploymentId } from '../core/ids.ts';
import { advance } from './advance.ts';
import { endUnfinished } from './apply-follow.ts';
import type { DeployDeps } from './connect.ts';
import { deployService, lookAhead } from './deploy-service.ts';
import { followRollout } from './follow-rollout.ts';
import type { Asked } from './occasion.ts';
import { settled } from './settle-pointer.ts';
import { takeUp } from './take-up.ts';

/** Longer than the timeout of each function that visits services (rule 5): those stay below 110 s. */
const leaseMs = 120_000;

export interface Visit {
  /** Look at the rollout in flight. */
  follow: boolean;
  /** Look whether ECR holds something to deploy. */
  deploy?: Asked | undefined;
  /** Asked for and not taken up yet, or found unfinished: if the service has moved on without it, it ends. */
  deployment?: DeploymentId | undefined;
}

/**
 * Looks at one service, alone. Where somebody else is at it, that one is told to look again, and
 * nothing is done here.
 */
export async function visitService(deps: DeployDeps, spec: ServiceConfig, visit: Visit): Promise<void> {
  const lease = await deps.leases.acquire(`deploy#${spec.name}`, leaseMs, visit.deployment);
  if (!lease) return deps.log.info(`${spec.name}: somebody is at it and will look again`);
  try {
    await visitOnce(deps, spec, visit);
    await deps.deployments.settle();
    for (let words = await deps.leases.release(lease); words; words = await deps.leases.release(lease)) {
      // Whoever came by may have wanted any of it, most likely a push.
      await visitOnce(deps, spec, { follow: true, deploy: { trigger: { kind: 'push' } } });
      for (const word of words) await visitOnce(deps, spec, { follow: false, deployment: parseDeploymentId(word) });
      await deps.deployments.settle();
    }
  } catch (error) {
    // What was written is announced all the same; the sweep does it otherwise.
    await deps.deployments.settle().catch(() => {});
    await deps.leases.abandon(lease);
    throw error;
  }
}

async function visitOnce(deps: DeployDeps, spec: ServiceConfig, { follow, deploy, deployment }: Visit): Promise<void> {
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
  if (deployment) await endOrphan(deps, deployment, configured ? pointer : { ...pointer, pending: undefined });
}

/** A crash between two writes may leave a record that its service's pointer does not lead to (any more). */
async function endOrphan(
  deps: DeployDeps,
  id: DeploymentId,
  { pending, inFlight }: { pending?: DeploymentId | undefined; inFlight?: DeploymentId | undefined },
): Promise<void> {
  if (id === pending || id === inFlight) return;
  const reason = 'the service moved on without it';
  await deps.deployments.update(id, (deployment) => endUnfinished(deployment, reason, deps.now()));
}
