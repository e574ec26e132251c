import type { ServiceConfig } from '../config/config.ts';
import type { DeploymentId } from '../core/ids.ts';
import { endUnfinished } from './apply-follow.ts';
import type { DeployDeps } from './connect.ts';
import { deployService } from './deploy-service.ts';
import { followRollout } from './follow-rollout.ts';
import type { Asked } from './occasion.ts';
import { settled } from './settle-pointer.ts';

/** Longer than the timeout of each function that visits services (rule 5): those stay below 110 s. */
const leaseMs = 120_000;

export interface Visit {
  /** Look at the rollout in flight. */
  follow: boolean;
  /** Look whether ECR holds something to deploy. */
  deploy?: Asked | undefined;
  /** The sweep found this one unfinished: if the service has moved on without it, it ends. */
  unfinished?: DeploymentId;
}

/**
 * Looks at one service, alone. Where somebody else is at it, that one is told to look again, and
 * nothing is done here.
 */
export async function visitService(deps: DeployDeps, spec: ServiceConfig, visit: Visit): Promise<void> {
  const lease = await deps.leases.acquire(`deploy#${spec.name}`, leaseMs);
  if (!lease) return deps.log.info(`${spec.name}: somebody is at it and will look again`);
  try {
    await visitOnce(deps, spec, visit);
    // Whoever came by may have wanted either, most likely a push.
    while (await deps.leases.release(lease))
      await visitOnce(deps, spec, { follow: true, deploy: { trigger: { kind: 'push' } } });
  } catch (error) {
    await deps.leases.abandon(lease);
    throw error;
  }
}

async function visitOnce(deps: DeployDeps, spec: ServiceConfig, { follow, deploy, unfinished }: Visit): Promise<void> {
  let pointer = await settled(deps, spec.name);
  if (follow && pointer.inFlight) {
    await followRollout(deps, pointer.inFlight, unfinished !== undefined);
    pointer = await settled(deps, spec.name);
  }
  const configured = deps.config.services[spec.name];
  if (deploy && configured) {
    await deployService(deps, { spec: configured, pointer, asked: deploy });
    pointer = await settled(deps, spec.name);
  }
  if (unfinished) await endOrphan(deps, unfinished, configured ? pointer : { ...pointer, pending: undefined });
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
