import type { DeploymentId } from '../core/ids.ts';
import { applyHold, type NotYet } from './apply-hold.ts';
import { checkFirst } from './check-first.ts';
import type { DeployDeps } from './connect.ts';
import type { Deployment } from './deployment.ts';
import { lookAtHolds } from './hold/look-at-holds.ts';
import { runJobs } from './jobs.ts';
import { lastGood } from './last-good.ts';
import { lookAtTarget } from './look-at-target.ts';
import { voided } from './promote.ts';
import { rollOut } from './roll-out.ts';
import type { Target } from './target.ts';

/**
 * Carries a deployment that has not touched its service on, as far as it goes now: holds, checks, jobs
 * before, rollout. Under the service's lease; safe to repeat at any line. `seen` is what the caller saw
 * of the service a moment ago.
 */
export async function advance(deps: DeployDeps, id: DeploymentId, seen?: Target): Promise<void> {
  const deployment = (await deps.deployments.get(id))?.value;
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
  const problem = deployment.goBack ? undefined : await checkFirst(deps, deployment.image, target.definition);
  if (problem) return { kind: 'fail', ...problem };
  return deployment.goBack ? { kind: 'go', target } : runBefore(deps, deployment, target);
}

async function runBefore(deps: DeployDeps, deployment: Deployment, target: Target): Promise<Next> {
  const jobs = await runJobs(deps, deployment, 'before', target.service);
  switch (jobs.kind) {
    case 'passed':
      return { kind: 'go', target };
    case 'running':
      return { kind: 'before', job: jobs.job, runs: jobs.runs };
    case 'failed':
      return { kind: 'fail', ...jobs.problem };
    default:
      return jobs satisfies never;
  }
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
