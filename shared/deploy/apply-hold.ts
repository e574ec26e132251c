import type { Instant } from '../core/time.ts';
import { endUnfinished } from './apply-follow.ts';
import type { DeployDeps } from './connect.ts';
import type { AnyDeployment, JobRun } from './deployment.ts';
import type { HoldDecision } from './hold/decide-hold.ts';
import { withHolds } from './hold/hold.ts';

/** Why a deployment does not go on yet, or at all. `before`, as the last hold, is the runs of the jobs that come first. */
export type NotYet =
  | Exclude<HoldDecision, { kind: 'clear' }>
  | { kind: 'void'; reason: string }
  | { kind: 'before'; job: string; runs: readonly JobRun[] };

/** What a deployment in `held` becomes; undefined where nothing is new. */
export function applyHold<Value extends AnyDeployment>(
  deployment: Value,
  next: NotYet,
  { now }: Pick<DeployDeps, 'now'>,
): Value | undefined {
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

const isKnown = (
  { holds, lookAt = 0 as Instant }: AnyDeployment,
  next: Extract<NotYet, { kind: 'hold' }>,
  now: Instant,
) => lookAt > now && JSON.stringify(holds) === JSON.stringify(next.holds);
