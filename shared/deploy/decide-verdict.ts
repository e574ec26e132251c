import { type Instant, iso } from '../core/time.ts';
import type { Deployment, Said } from './deployment.ts';

export interface Verdict extends Said {
  verdict: 'approved' | 'rejected';
  /** Lifts every hold, whatever it is. */
  override: boolean;
}

export type VerdictDecision =
  | { kind: 'record'; deployment: Deployment }
  /** The same person said the same before. */
  | { kind: 'known' }
  | { kind: 'refused'; why: string };

const needsApproval = ({ spec, needsApproval: asked }: Deployment) =>
  spec.hold.approval !== undefined || asked === true;

const inWords = ({ holds }: Deployment) => holds.map(({ why }) => why).join(', ') || 'it is not its turn yet';

const needless = (deployment: Deployment) =>
  `it needs no approval; it is held: ${inWords(deployment)}${
    deployment.holds.some(({ kind }) => kind !== 'before')
      ? `; an admin may lift that: batuta approve ${deployment.id} --override`
      : ''
  }`;

function refusal(deployment: Deployment, { verdict, override }: Verdict, now: Instant): string | undefined {
  const { state, approval, holds, outcome } = deployment;
  if (state !== 'held')
    return `it is ${state}${outcome ? `: ${outcome.reason}` : ''}; only what is held can be ${verdict}`;
  if (approval?.verdict === 'rejected') return `it was rejected by ${approval.by} at ${iso(approval.at)}`;
  if (verdict === 'rejected' || override) return undefined;
  if (approval) return `it was approved by ${approval.by} at ${iso(approval.at)}`;
  if (!needsApproval(deployment)) return needless(deployment);
  const over = holds.find(({ kind, until }) => kind === 'approval' && until !== undefined && until <= now)?.until;
  return over === undefined ? undefined : `nobody approved it until ${iso(over)}; deploy it again`;
}

/** What a person's yes or no makes of a deployment. */
export function decideVerdict(deployment: Deployment, said: Verdict, now: Instant): VerdictDecision {
  const { verdict, override, by, at, why } = said;
  const { approval, override: lifted, ...rest } = deployment;
  if (approval?.verdict === verdict && approval.by === by && (!override || lifted?.by === by)) return { kind: 'known' };
  const refused = refusal(deployment, said, now);
  if (refused !== undefined) return { kind: 'refused', why: refused };
  const words = { by, at, ...(why ? { why } : {}) };
  const kept = verdict === 'approved' && lifted ? { override: lifted } : {};
  return {
    kind: 'record',
    // Its event may be lost: the next sweep looks.
    deployment: { ...rest, lookAt: now, approval: { verdict, ...words }, ...(override ? { override: words } : kept) },
  };
}
