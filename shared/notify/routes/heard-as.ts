import type { Instant } from '../../core/time.ts';
import { type Delivery, isMuted } from '../deliver/delivery.ts';
import type { Hearer } from './hearers.ts';

/**
 * A delivery that is `wanted` now, by who is to hear it: whom it mentions, and where its routes are muted, not before
 * the window ends; it then tells what the record says by then. `before` is what it was, if it was there.
 */
export function heardAs(
  { mentions, mutedUntil }: Hearer,
  wanted: Delivery,
  before: Delivery | undefined,
  now: Instant,
): Delivery {
  const mentioning = mentions.length > 0 ? { ...wanted, mentions } : wanted;
  if (mutedUntil !== undefined) {
    // What was to be told already is not put off by less urgent news of the same record.
    if (before?.state === 'pending' && !before.correction) return mentioning;
    // Nobody's patience is used up by waiting.
    return { ...mentioning, pendingSince: mutedUntil, nextAttemptAt: mutedUntil };
  }
  if (!before || !isMuted(before, now)) return mentioning;
  const { nextAttemptAt: _, ...atOnce } = mentioning;
  return { ...atOnce, pendingSince: now };
}
