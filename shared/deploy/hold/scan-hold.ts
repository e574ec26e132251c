import { type Instant, isoToSecond, plus } from '../../core/time.ts';
import type { AnyDeployment } from '../deployment.ts';
import type { Hold } from './hold.ts';
import { findingsAgainst } from './judge-scan.ts';
import type { LookedAtScan } from './look-at-scan.ts';

export interface ScanFacts {
  deployment: AnyDeployment;
  /** Absent where nothing was looked up. */
  scan?: LookedAtScan | undefined;
  now: Instant;
}

export type ScanDecision =
  | { kind: 'clear' }
  | { kind: 'hold'; hold: Hold /** When it is told that none came. */; tellAt: Instant }
  | { kind: 'fail'; reason: string; hint: string };

/** What there is to say of a scan that has not been done; `failed` where it will not be by itself. */
function waitsFor(looked: LookedAtScan | undefined): { why: string; failed?: true } {
  const scan = looked?.scan;
  switch (scan?.kind) {
    case 'unscannable':
      return { why: `the image's scan ended ${scan.status}${scan.why ? `: ${scan.why}` : ''}`, failed: true };
    case 'unknown':
      return { why: `the image's scan is not known: ${scan.why}`, failed: true };
    case 'running':
      return { why: "the image's scan is under way" };
    case 'blank':
      return { why: `the image's scan is ${scan.status} and shows no findings yet` };
    case 'none':
      return { why: "the image's scan has not begun" };
    default:
      return { why: "the image's scan is not done" };
  }
}

function gone({ image: { repository, tag, digest } }: AnyDeployment): ScanDecision {
  const hint = 'push the image again, and check the lifecycle policy of the repository';
  return { kind: 'fail', reason: `${repository}:${tag} (${digest}) is no longer in ECR`, hint };
}

/** Holds until the scan says that nothing at or above the configured severity was found. */
export function decideScan({ deployment, scan: looked, now }: ScanFacts): ScanDecision {
  const { spec, notBefore, createdAt, image } = deployment;
  const wanted = spec.hold.scan;
  if (!wanted) return { kind: 'clear' };
  if (looked?.scan.kind === 'gone') return gone(deployment);
  if (looked?.scan.kind === 'scanned') {
    const found = findingsAgainst(looked.scan, wanted.severity);
    if (found === undefined) return { kind: 'clear' };
    const reason = `the image's scan found ${found}, and hold.scan of ${deployment.service} refuses ${wanted.severity} and above`;
    return { kind: 'fail', reason, hint: 'push an image without them' };
  }
  const since = notBefore ?? createdAt;
  const until = plus(since, wanted.expiresMs);
  const tellAt = plus(since, wanted.tellAfterMs);
  const { why, failed } = waitsFor(looked);
  if (until <= now)
    return {
      kind: 'fail',
      reason: `${why}, and nobody lifted the hold until ${isoToSecond(until)}`,
      hint: `turn on scanning of ${image.repository} in ECR, and push again`,
    };
  const told = failed ? { failed } : tellAt <= now ? { overdue: true as const } : {};
  return { kind: 'hold', hold: { kind: 'scan', why, until, ...told, ...(looked ? { of: looked.of } : {}) }, tellAt };
}
