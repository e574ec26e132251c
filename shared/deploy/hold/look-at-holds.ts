import type { DeployDeps } from '../connect.ts';
import type { Deployment } from '../deployment.ts';
import { decideHold, type HoldDecision } from './decide-hold.ts';

/** What looking at holds needs: as little as possible, as the API does it too, for plans. */
export type HoldDeps = Pick<DeployDeps, 'pauses' | 'now'>;

/** Whether a deployment may begin now, by what the table and AWS say. */
export async function lookAtHolds(deps: HoldDeps, deployment: Deployment): Promise<HoldDecision> {
  const pause = deployment.goBack ? undefined : await deps.pauses.get(deployment.service);
  return decideHold({ deployment, pause, now: deps.now() });
}
