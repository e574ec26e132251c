import { plus } from '../core/time.ts';
import type { RecordKind } from '../store/records.ts';
import type { Delivery } from './delivery.ts';

const keptMs = 90 * 86_400_000;

export const deliveryKind: RecordKind<Delivery> = {
  name: 'delivery',
  key: (id) => ({ pk: `delivery#${id}`, sk: 'delivery' }),
  idOf: (delivery) => delivery.id,
  describe: (delivery) => ({ type: 'Delivery State Change', state: delivery.state, subject: delivery.channel }),
  dueAt: (delivery) => (delivery.state === 'pending' ? (delivery.nextAttemptAt ?? delivery.createdAt) : undefined),
  expiresAt: (delivery) => plus(delivery.createdAt, keptMs),
};
