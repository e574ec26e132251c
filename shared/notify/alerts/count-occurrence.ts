import { createHash } from 'node:crypto';
import type { Instant } from '../../core/time.ts';
import type { AlertCause, Trouble } from './alert.ts';
import { withEvidence } from './evidence.ts';

const mostCounted = 300;

const hashOf = (id: string) => createHash('sha256').update(id).digest('base64url').slice(0, 8);
/** When and what, so that the texts are in the order of their times. */
const countedAs = (at: Instant, id: string) => `${at.toString(36).padStart(9, '0')} ${hashOf(id)}`;
const timeOf = (counted: string) => Number.parseInt(counted, 36) as Instant;

export const isCounted = (
  { counted, countedUpTo = 0 as Instant }: AlertCause,
  { id, at }: Pick<Trouble, 'id' | 'at'>,
) => {
  if (at < countedUpTo) return true;
  const hash = hashOf(id);
  return counted.some((text) => text.endsWith(hash));
};

export const isWorse = ({ severity = 'error' }: Trouble, known: AlertCause) =>
  severity === 'error' && known.severity !== 'error';

/** The cause with one occurrence more, and with those that were counted with it. */
export function count(cause: AlertCause, trouble: Trouble): AlertCause {
  const { at, hint, tag, about, lasting, elsewhere, asked, id, also = [] } = trouble;
  const isLatest = at >= cause.lastAt;
  const fresh = [id, ...also.filter((one) => !isCounted(cause, { id: one, at }))];
  const all = [...cause.counted, ...fresh.map((one) => countedAs(at, one))].sort();
  const [dropped] = all.slice(0, -mostCounted).slice(-1);
  return {
    ...withEvidence(cause, trouble),
    ...(isWorse(trouble, cause) ? { severity: trouble.severity ?? 'error', kind: trouble.kind } : {}),
    ...(isLatest ? { cause: trouble.cause, ...(hint ? { hint } : {}) } : {}),
    ...(isLatest && about ? { latest: about } : {}),
    ...(isLatest && tag !== undefined ? { tag } : {}),
    ...(lasting ? { lasting } : {}),
    ...(elsewhere ? { elsewhere } : {}),
    ...(asked === undefined ? {} : { askedAt: Math.max(cause.askedAt ?? 0, asked) as Instant }),
    firstAt: Math.min(cause.firstAt, at) as Instant,
    lastAt: Math.max(cause.lastAt, at) as Instant,
    count: cause.count + fresh.length,
    counted: all.slice(-mostCounted),
    ...(dropped ? { countedUpTo: timeOf(dropped) } : {}),
  };
}
