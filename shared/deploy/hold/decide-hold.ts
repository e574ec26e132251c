import { type Instant, iso, plus, toInstant } from '../../core/time.ts';
import type { Deployment } from '../deployment.ts';
import type { Hold } from './hold.ts';
import type { Pause } from './pause-store.ts';

export interface HoldFacts {
  deployment: Deployment;
  pause: Pause | undefined;
  now: Instant;
}

export type HoldDecision =
  | { kind: 'clear' }
  | { kind: 'hold'; holds: readonly Hold[]; lookAt: Instant }
  /** Somebody said no, or nobody said anything in time. */
  | { kind: 'skip'; reason: string; hint: string }
  /** The image itself is refused. */
  | { kind: 'fail'; reason: string; hint: string };

const lookAgainMs = 5 * 60_000;

function approvalHold({ deployment: { spec, approval, needsApproval, createdAt, notBefore } }: HoldFacts): Hold[] {
  const expiresMs = spec.hold.approval?.expiresMs ?? (needsApproval ? 7 * 86_400_000 : undefined);
  if (expiresMs === undefined || approval?.verdict === 'approved') return [];
  return [{ kind: 'approval', why: 'waits for approval', until: plus(notBefore ?? createdAt, expiresMs) }];
}

function promotionHold({ deployment: { notBefore, trigger }, now }: HoldFacts): Hold[] {
  if (notBefore === undefined || notBefore <= now) return [];
  const source = trigger.kind === 'promotion' ? trigger.service : 'its source';
  return [{ kind: 'promotion', why: `follows ${source} at ${iso(notBefore)}`, until: notBefore }];
}

const pauseHold = ({ pause }: HoldFacts): Hold[] =>
  pause
    ? [
        {
          kind: 'pause',
          why: `paused by ${pause.by}${pause.why ? `: ${pause.why}` : ''}`,
          ...(pause.until === undefined ? {} : { until: pause.until }),
        },
      ]
    : [];

/** Whether a deployment may begin; a rollback by hand always may. */
export function decideHold(facts: HoldFacts): HoldDecision {
  const { deployment, now } = facts;
  if (deployment.goBack || deployment.override) return { kind: 'clear' };
  const { approval } = deployment;
  if (approval?.verdict === 'rejected')
    return { kind: 'skip', reason: `rejected by ${approval.by}${approval.why ? `: ${approval.why}` : ''}`, hint: '' };
  const holds = [...pauseHold(facts), ...promotionHold(facts), ...approvalHold(facts)];
  const expired = holds.find(({ kind, until }) => kind === 'approval' && until !== undefined && until <= now);
  if (expired)
    return {
      kind: 'skip',
      reason: `nobody approved it until ${iso(expired.until ?? now)}`,
      hint: `deploy it by hand: batuta deploy ${deployment.service}`,
    };
  if (holds.length === 0) return { kind: 'clear' };
  const ends = holds.flatMap(({ until }) => until ?? []).filter((until) => until > now);
  const lookAt = toInstant(Math.min(plus(now, lookAgainMs), ...ends));
  return { kind: 'hold', holds, lookAt };
}
