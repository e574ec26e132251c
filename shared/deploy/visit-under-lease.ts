import { type DeploymentId, parseDeploymentId } from '../core/ids.ts';
import type { Uses } from './clean-up/clean-up.ts';
import type { DeployDeps } from './connect.ts';
import type { Asked } from './occasion.ts';

/** Longer than the timeout of each function that visits services (rule 5): those stay below 110 s. */
const leaseMs = 120_000;

export interface Visit {
  /** Look at the rollout in flight. */
  follow: boolean;
  /** Look whether ECR holds something to deploy. */
  deploy?: Asked | undefined;
  /** Look whether somebody else's revision took the place of ours. */
  drift?: boolean;
  /** Deregister older revisions of ours that nothing uses. */
  cleanUp?: Uses | undefined;
  /** Asked for and not taken up yet, or found unfinished: if the service has moved on without it, it ends. */
  deployment?: DeploymentId | undefined;
}

/**
 * Looks at one service or scheduled task, alone. Where somebody else is at it, that one is told to look
 * again, and nothing is done here.
 */
export async function visitUnderLease(
  deps: DeployDeps,
  name: string,
  visit: Visit,
  visitOnce: (visit: Visit) => Promise<void>,
): Promise<void> {
  const lease = await deps.leases.acquire(`deploy#${name}`, leaseMs, visit.deployment);
  if (!lease) return deps.log.info(`${name}: somebody is at it and will look again`);
  try {
    await visitOnce(visit);
    await deps.deployments.settle();
    for (let words = await deps.leases.release(lease); words; words = await deps.leases.release(lease)) {
      // Whoever came by may have wanted any of it, most likely a push.
      await visitOnce({ follow: true, deploy: { trigger: { kind: 'push' } } });
      for (const word of words) await visitOnce({ follow: false, deployment: parseDeploymentId(word) });
      await deps.deployments.settle();
    }
  } catch (error) {
    // What was written is announced all the same; the sweep does it otherwise.
    await deps.deployments.settle().catch(() => {});
    await deps.leases.abandon(lease);
    throw error;
  }
}
