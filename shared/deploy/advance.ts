import type { DeploymentId } from '../core/ids.ts';
import { applyHold, type NotYet } from './apply-hold.ts';
import { checkFirst } from './check-first.ts';
import type { DeployDeps } from './connect.ts';
import type { Deployment } from './deployment.ts';
import { lookAtHolds } from './hold/look-at-holds.ts';
import { lastGood } from './last-good.ts';
import { lookAtTarget } from './look-at-target.ts';
import { endObserved, isObserved } from './observe.ts';
import { isNeedless, voided } from './promote.ts';
import { rollOut } from './roll-out.ts';
import { runBefore } from './run-before.ts';
import type { Target } from './target.ts';

/**
 * Carries a deployment that has not touched its service on, as far as it goes now: holds, checks, jobs
 * before, rollout. Under the service's lease; safe to repeat at any line. `seen` is what the caller saw
 * of the service a moment ago.
 */
export async function advance(deps: DeployDeps, id: DeploymentId, seen?: Target): Promise<void> {
  const deployment = (await deps.deployments.get(id))?.value;
  if (deployment && isObserved(deps, deployment) && !deployment.updateIntendedAt)
    return endObserved(deps, deployment, seen);
  if (deployment?.state === 'preparing') return rollOut(deps, deployment, seen);
  if (deployment?.state !== 'held') return;
  const next = await whatNext(deps, deployment, seen);
  if (next.kind === 'go') return begin(deps, deployment, next.target);
  await deps.deployments.update(id, (current) => applyHold(current, next, deps));
}

type Next = { kind: 'go'; target: Target } | NotYet;

async function whatNext(deps: DeployDeps, deployment: Deployment, seen: Target | undefined): Promise<Next> {
  const gone = await voided(deps, deployment);
  if (gone) return { kind: 'void', reason: gone };
  const held = await lookAtHolds(deps, deployment, seen);
  if (held.kind !== 'clear') return held;
  const target = seen ?? (await lookAtTarget(deps, deployment));
  if ('problem' in target) return { kind: 'fail', ...target.problem };
  if (deployment.goBack) return { kind: 'go', target };
  const needless = await isNeedless(deps, deployment, target);
  if (needless) return needless;
  const problem = await checkFirst(deps, deployment.image, target.definition);
  if (problem) return { kind: 'fail', ...problem, hint: `${problem.hint}, then: batuta deploy ${deployment.service}` };
  return (await runBefore(deps, deployment, target)) ?? { kind: 'go', target };
}

/** Everything is clear: the way back is noted, and it goes on to the rollout. */
async function begin(deps: DeployDeps, deployment: Deployment, target: Target): Promise<void> {
  const pointer = await deps.pointers.get(deployment.service);
  const from = await lastGood(deps, pointer, target, deployment);
  const written = await deps.deployments.update(deployment.id, (current) =>
    current.state === 'held' ? { ...current, state: 'preparing', holds: [], ...(from ? { from } : {}) } : undefined,
  );
  if (written?.value.state === 'preparing') await rollOut(deps, written.value, target);
}
