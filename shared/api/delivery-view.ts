import type { Delivery } from '../notify/deliver/delivery.ts';
import { waitsSince } from '../notify/deliver/delivery-record.ts';
import { present, time } from './time-fields.ts';

/**
 * `waitingSince`: with `pending` only. `lastError`: why the last attempt failed, or why it was given up. `obsolete`: it
 * was given up for good, and a replay leaves it out.
 */
export function deliveryView(delivery: Delivery) {
  const { id, channel, about, state, createdAt, attempts, nextAttemptAt, sentAt, failedAt } = delivery;
  return {
    id,
    channel,
    about,
    state,
    createdAt: new Date(createdAt).toISOString(),
    ...time('waitingSince', state === 'pending' ? waitsSince(delivery) : undefined),
    attempts,
    ...time('nextAttemptAt', nextAttemptAt),
    ...time('sentAt', sentAt),
    ...time('failedAt', failedAt),
    ...present('lastError', delivery.lastError),
    ...present('obsolete', delivery.obsolete),
    ...present('news', delivery.sentNews),
  };
}
export type DeliveryView = ReturnType<typeof deliveryView>;
