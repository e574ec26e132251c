import { type Instant, iso, plus } from '../core/time.ts';
import type { RecordKind } from '../store/records.ts';
import type { Delivery } from './delivery.ts';

const keptMs = 90 * 86_400_000;

/** Each channel has a queue of its own: one that is paused is in nobody's way. */
export const queueOfChannel = (channel: string): string => `delivery:${channel}`;
/** Where deliveries of releases before lie. */
export const formerQueue = 'delivery';
/** The list of what was given up. */
export const failedDeliveries = 'failed-deliveries';

/** Since when its present news waits. */
export const waitsSince = ({ pendingSince, createdAt }: Delivery): Instant => pendingSince ?? createdAt;

export const deliveryKind: RecordKind<Delivery> = {
  name: 'delivery',
  key: (id) => ({ pk: `delivery#${id}`, sk: 'delivery' }),
  idOf: (delivery) => delivery.id,
  describe: (delivery) => ({ type: 'Delivery State Change', state: delivery.state, subject: delivery.channel }),
  dueAt: (delivery) => (delivery.state === 'pending' ? (delivery.nextAttemptAt ?? waitsSince(delivery)) : undefined),
  queueOf: ({ channel }) => queueOfChannel(channel),
  listedUnder: ({ id, state, failedAt, createdAt }) =>
    state === 'failed' ? { partition: failedDeliveries, sort: `${iso(failedAt ?? createdAt)}#${id}` } : undefined,
  expiresAt: ({ createdAt, pendingSince = createdAt, sentAt = createdAt, failedAt = createdAt }) =>
    plus(Math.max(createdAt, pendingSince, sentAt, failedAt) as Instant, keptMs),
};
