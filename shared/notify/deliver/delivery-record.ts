import { type Instant, iso, plus, toInstant } from '../../core/time.ts';
import type { RecordKind } from '../../store/records.ts';
import type { Delivery } from './delivery.ts';

const keptMs = 90 * 86_400_000;

/** Each channel has a queue of its own: one that is paused is in nobody's way. */
export const queueOfChannel = (channel: string): string => `delivery:${channel}`;
/** Where deliveries of releases before lie. */
export const formerQueue = 'delivery';
/** The list of those in a state, of all channels. */
export const deliveriesIn = (state: Delivery['state']): string => `${state}-deliveries`;

/** After every delivery's due time: a queue up to then is all of it. */
export const endOfTime = toInstant('9999-01-01T00:00:00Z');

/** Since when its present news waits. */
export const waitsSince = ({ pendingSince, createdAt }: Delivery): Instant => pendingSince ?? createdAt;

function inStateSince(delivery: Delivery): Instant {
  const { state, sentAt, failedAt, createdAt } = delivery;
  switch (state) {
    case 'pending':
      return waitsSince(delivery);
    case 'sent':
      return sentAt ?? createdAt;
    case 'failed':
      return failedAt ?? createdAt;
    default:
      return state satisfies never;
  }
}

export const deliveryKind: RecordKind<Delivery> = {
  name: 'delivery',
  key: (id) => ({ pk: `delivery#${id}`, sk: 'delivery' }),
  idOf: (delivery) => delivery.id,
  describe: (delivery) => ({ type: 'Delivery State Change', state: delivery.state, subject: delivery.channel }),
  dueAt: (delivery) => (delivery.state === 'pending' ? (delivery.nextAttemptAt ?? waitsSince(delivery)) : undefined),
  queueOf: ({ channel }) => queueOfChannel(channel),
  listedUnder: (delivery) => ({
    partition: deliveriesIn(delivery.state),
    sort: `${iso(inStateSince(delivery))}#${delivery.id}`,
  }),
  expiresAt: ({ createdAt, pendingSince = createdAt, sentAt = createdAt, failedAt = createdAt }) =>
    plus(Math.max(createdAt, pendingSince, sentAt, failedAt) as Instant, keptMs),
};
