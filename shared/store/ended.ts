import { type Instant, iso, plus } from '../core/time.ts';
import type { RecordKind } from './records.ts';

/** Where a record that has ended is listed, and when it did. */
export interface EndPlace {
  partition: string;
  at: Instant;
}

/** An end that is recorded later than this counts as of so long before that: who has read up to it misses none. */
export const recordedWithinMs = 2 * 60_000;

/**
 * The sort key among what has ended, fixed by the write that ends the record: each end stands in one period for good,
 * and none comes to stand in a period that was read `recordedWithinMs`, and the time of a write, after it.
 */
export function sortOfEnd<Value>(
  kind: RecordKind<Value>,
  value: Value,
  now: Instant,
  before?: { value: Value; endedAs?: string },
): { endedAs?: string } {
  const ended = kind.endedUnder?.(value);
  if (!ended) return {};
  if (before?.endedAs !== undefined) return { endedAs: before.endedAs };
  // One that a former release ended is news no more.
  const hasEnded = before !== undefined && kind.endedUnder?.(before.value) !== undefined;
  const at = hasEnded ? ended.at : (Math.max(ended.at, plus(now, -recordedWithinMs)) as Instant);
  return { endedAs: `${iso(at)}#${kind.idOf(value)}` };
}
