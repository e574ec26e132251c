import type { DeploymentId } from '../core/ids.ts';
import type { Instant } from '../core/time.ts';
import { endUnfinished } from './apply-follow.ts';
import { checkFirst } from './check-first.ts';
import type { DeployDeps } from './connect.ts';
import type { Deployment } from './deployment.ts';
import type { HoldDecision } from './hold/decide-hold.ts';
import { withHolds } from './hold/hold.ts';
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

/** `before`, as the last hold, is the runs of the jobs that come first. */
type Next =
  | { kind: 'go'; target: Target }
  | { kind: 'void'; reason: string }
  | Exclude<HoldDecision, { kind: 'clear' }>
  | BeforeJob;
interface BeforeJob {
  kind: 'before';
  job: string;
  runs: Deployment['runs']['before'];
}

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

/** What a deployment in `held` becomes; undefined where nothing is new. */
function applyHold(
  deployment: Deployment,
  next: Exclude<Next, { kind: 'go' }>,
  { now }: Pick<DeployDeps, 'now'>,
): Deployment | undefined {
  if (deployment.state !== 'held') return undefined;
  switch (next.kind) {
    case 'hold':
      return isKnown(deployment, next, now()) ? undefined : withHolds(deployment, next.holds, next.lookAt);
    case 'before': {
      const holds = [{ kind: 'before', why: `the job ${next.job} runs first` }] as const;
      const runs = { ...deployment.runs, before: next.runs };
      // The run's end wakes us; the sweep looks each minute, as events may be lost.
      return { ...deployment, holds, runs, lookAt: now() };
    }
    case 'void':
      return endUnfinished(deployment, next.reason, now());
    case 'skip':
    case 'fail': {
      const outcome = { reason: next.reason, hint: next.hint };
      const state = next.kind === 'skip' ? 'skipped' : 'failed';
      return { ...deployment, state, outcome, holds: [], finishedAt: now() };
    }
    default:
      return next satisfies never;
  }
}

const isKnown = ({ holds, lookAt = 0 as Instant }: Deployment, next: Extract<Next, { kind: 'hold' }>, now: Instant) =>
  lookAt > now && JSON.stringify(holds) === JSON.stringify(next.holds);

/** Everything is clear: the way back is noted, and it goes on to the rollout. */
async function begin(deps: DeployDeps, deployment: Deployment, target: Target): Promise<void> {
  const pointer = await deps.pointers.get(deployment.service);
  const from = await lastGood(deps, pointer, target, deployment);
  const written = await deps.deployments.update(deployment.id, (current) =>
    current.state === 'held' ? { ...current, state: 'preparing', holds: [], ...(from ? { from } : {}) } : undefined,
  );
  if (written?.value.state === 'preparing') await rollOut(deps, written.value, target);
}
