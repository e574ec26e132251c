import type { DeployDeps } from '../connect.ts';
import type { Deployment } from '../deployment.ts';
import { decideHold, type HoldDecision } from './decide-hold.ts';

/** Whether a deployment may begin now, by what the table and AWS say. */
export async function lookAtHolds(deps: DeployDeps, deployment: Deployment): Promise<HoldDecision> {
  const pause = deployment.goBack ? undefined : await deps.pauses.get(deployment.service);
  return decideHold({ deployment, pause, now: deps.now() });
}
