import { lastWithin } from '../../core/last-within.ts';
import type { Instant } from '../../core/time.ts';
import type { Fact, Link, LogTail } from '../message.ts';

/** What tells of one occurrence besides its cause; the alert shows that of the latest one which has any. */
export interface Evidence {
  facts?: readonly Fact[];
  /** Redacted. */
  logTails?: readonly LogTail[];
  /** The most useful first. */
  links?: readonly Link[];
}

/** An alert has up to eight causes, and an item of DynamoDB 400 kB (docs). */
const most = { tails: 1, tailBytes: 2000, links: 3 };

const bounded = ({ label, lines }: LogTail): LogTail => ({ label, lines: lastWithin(lines, most.tailBytes) });

/** The cause with the occurrence's evidence, whole, unless it has that of a later one. Never mixes that of two. */
export function withEvidence<Cause extends Evidence & { evidenceAt?: Instant }>(
  cause: Cause,
  { at, facts, logTails, links }: Evidence & { at: Instant },
): Cause {
  if (!(facts || logTails || links) || at < (cause.evidenceAt ?? 0)) return cause;
  const { facts: _, logTails: __, links: ___, ...rest } = cause;
  return {
    ...(rest as Cause),
    evidenceAt: at,
    ...(facts ? { facts } : {}),
    ...(logTails?.length ? { logTails: logTails.slice(0, most.tails).map(bounded) } : {}),
    ...(links?.length ? { links: links.slice(0, most.links) } : {}),
  };
}
