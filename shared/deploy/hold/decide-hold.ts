import { type Instant, isoToSecond, plus, toInstant } from '../../core/time.ts';
import type { Pause } from '../../store/pauses.ts';
import type { Deployment, Said } from '../deployment.ts';
import { freezeUntil } from './freeze.ts';
import type { Hold } from './hold.ts';
import { decideScan, type ScanDecision, type ScanFacts } from './scan-hold.ts';

export interface HoldFacts extends ScanFacts {
  pause: Pause | undefined;
}

export type HoldDecision =
  | { kind: 'clear' }
  | { kind: 'hold'; holds: readonly Hold[]; lookAt: Instant }
  /** Somebody said no, or nobody said anything in time. */
  | { kind: 'skip'; reason: string; hint: string }
  /** The image itself is refused. */
  | { kind: 'fail'; reason: string; hint: string };

/** Of what is lifted by an event that may be lost. */
const lookAgainMs = 5 * 60_000;
/** A promotion may ask for approval where the service's own configuration names no time. */
const usualApprovalMs = 7 * 86_400_000;

const because = ({ why }: { why?: string }) => (why ? `: ${why}` : '');
const saidBy = (said: Said) => `by ${said.by} at ${isoToSecond(said.at)}${because(said)}`;

/** It ran there before, and drift: restore says what is wanted; a freeze or a pause keeps it waiting all the same. */
export const isRestored = ({ trigger }: Pick<Deployment, 'trigger'>) => trigger.kind === 'drift';

function approvalHold({ deployment }: HoldFacts): Hold[] {
  const { spec, approval, needsApproval, createdAt, notBefore } = deployment;
  if (isRestored(deployment)) return [];
  const expiresMs = spec.hold.approval?.expiresMs ?? (needsApproval ? usualApprovalMs : undefined);
  if (expiresMs === undefined || approval?.verdict === 'approved') return [];
  return [{ kind: 'approval', why: 'needs approval', until: plus(notBefore ?? createdAt, expiresMs) }];
}

function promotionHold({ deployment: { notBefore, trigger }, now }: HoldFacts): Hold[] {
  if (notBefore === undefined || notBefore <= now) return [];
  const source = trigger.kind === 'promotion' ? trigger.service : 'its source';
  return [{ kind: 'promotion', why: `follows ${source}`, until: notBefore }];
}

function pauseHold({ pause, deployment: { service } }: HoldFacts): Hold[] {
  if (!pause) return [];
  const why = `${service} was paused ${saidBy(pause)}`;
  return [{ kind: 'pause', why, ...(pause.until === undefined ? {} : { until: pause.until }) }];
}

function freezeHold({ deployment: { spec }, now }: HoldFacts): Hold[] {
  const frozen = freezeUntil(spec.hold.freeze, now);
  return frozen ? [{ kind: 'freeze', why: `frozen ${frozen.window.text}`, until: frozen.until }] : [];
}

/** Whether a deployment may begin; a rollback by hand always may, and what an admin lifted every hold of. */
export function decideHold(facts: HoldFacts): HoldDecision {
  const { deployment, now } = facts;
  if (deployment.goBack || deployment.override) return { kind: 'clear' };
  const { approval } = deployment;
  if (approval?.verdict === 'rejected') return { kind: 'skip', reason: `rejected ${saidBy(approval)}`, hint: '' };
  const scan: ScanDecision = isRestored(deployment) ? { kind: 'clear' } : decideScan(facts);
  if (scan.kind === 'fail') return scan;
  const approvals = approvalHold(facts);
  const expired = approvals.find(({ until = now }) => until <= now);
  if (expired)
    return {
      kind: 'skip',
      reason: `nobody approved it until ${isoToSecond(expired.until ?? now)}`,
      hint: `deploy it by hand: batuta deploy ${deployment.service}`,
    };
  const scans = scan.kind === 'hold' ? [scan.hold] : [];
  const holds = [...pauseHold(facts), ...promotionHold(facts), ...freezeHold(facts), ...scans, ...approvals];
  if (holds.length === 0) return { kind: 'clear' };
  const tellAt = scan.kind === 'hold' ? [scan.tellAt] : [];
  return { kind: 'hold', holds, lookAt: lookAtOf([...holds.flatMap(({ until }) => until ?? []), ...tellAt], now) };
}

const lookAtOf = (times: readonly Instant[], now: Instant) =>
  toInstant(Math.min(plus(now, lookAgainMs), ...times.filter((at) => at > now)));
