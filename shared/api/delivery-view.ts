import type { Instant } from '../core/time.ts';
import { type Delivery, isMuted } from '../notify/deliver/delivery.ts';
import { waitsSince } from '../notify/deliver/delivery-record.ts';
import { present, time } from './time-fields.ts';

interface Around {
  now: Instant;
  /** Its channel rests until then, whatever waits for it. */
  pausedUntil?: Instant | undefined;
}

type Wait = { [Key in 'waitingSince' | 'nextAttemptAt' | 'mutedUntil']?: string };

/** Of what waits: when it is tried next, as far as that is known; of what routes mute, the end of the window. */
function waitOf(delivery: Delivery, { now, pausedUntil }: Around): Wait {
  if (delivery.state !== 'pending') return {};
  const { nextAttemptAt = 0 as Instant } = delivery;
  if (isMuted(delivery, now)) return time('mutedUntil', nextAttemptAt);
  const next = Math.max(nextAttemptAt, pausedUntil ?? 0) as Instant;
  return { ...time('waitingSince', waitsSince(delivery)), ...time('nextAttemptAt', next > now ? next : undefined) };
}

/**
 * `subject`: the job or service, `job:report`. `waitingSince`, `nextAttemptAt`, `mutedUntil`: with `pending` only.
 * `lastError`: why the last attempt failed, or why it was given up. `obsolete`: it was given up for good, and a replay
 * leaves it out. `news`: what was told last.
 */
export function deliveryView(delivery: Delivery, around: Around) {
  const { id, channel, about, orderedBy, state, createdAt, attempts, sentAt, failedAt } = delivery;
  return {
    id,
    channel,
    about,
    ...present('subject', orderedBy),
    state,
    createdAt: new Date(createdAt).toISOString(),
    attempts,
    ...waitOf(delivery, around),
    ...time('sentAt', sentAt),
    ...time('failedAt', failedAt),
    ...present('lastError', delivery.lastError),
    ...present('obsolete', delivery.obsolete),
    ...present('news', delivery.sentNews),
  };
}
export type DeliveryView = ReturnType<typeof deliveryView>;
