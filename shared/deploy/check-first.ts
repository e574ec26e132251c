import type { DeployDeps } from './connect.ts';
import type { Problem } from './decide-target.ts';
import type { Deployment } from './deployment.ts';
import type { Target } from './target.ts';

/** What would make the rollout fail for certain, looked for while the service is still untouched. */
export async function checkFirst(
  _deps: DeployDeps,
  _deployment: Deployment,
  _target: Target,
): Promise<Problem | undefined> {
  return undefined;
}
