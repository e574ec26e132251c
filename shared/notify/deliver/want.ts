import type { Instant } from '../../core/time.ts';
import type { Stores } from '../../store/stores.ts';
import { heardAs } from '../routes/heard-as.ts';
import type { Hearer } from '../routes/hearers.ts';
import { wantDelivery } from './decide-delivery.ts';
import { type About, type Delivery, deliveryIdOf } from './delivery.ts';
import { takeTurn } from './turns.ts';

export interface WantDeps {
  stores: Pick<Stores, 'deliveries' | 'table'>;
  now(): Instant;
}

/** A record's news at its `version`. */
export interface WantedNews {
  about: About;
  version: number;
  news: string;
  /** Within what it has an order; absent: none. */
  subject?: string | undefined;
}

/** `beginning`: also where it has not heard of the record yet; `going-on`: where it has; `standing`: quietly, where a message stands there. */
export type WantedOf = 'beginning' | 'going-on' | 'standing';

/** One channel is to hear the news. Safe to repeat. False where it is to hear nothing of it. */
export async function want(hearer: Hearer, wanted: WantedNews, of: WantedOf, deps: WantDeps): Promise<boolean> {
  const { deliveries, table } = deps.stores;
  const { channel } = hearer;
  const { about, version, news, subject } = wanted;
  const id = deliveryIdOf(channel, about.id);
  const known = (await deliveries.get(id))?.value;
  if (!known && of !== 'beginning') return false;
  if (known && of === 'standing' && !known.handle) return false;
  if (known && !wantDelivery(known, version, news, deps.now())) return true;
  // First: whoever is woken by the delivery must find whose turn it is.
  if (subject !== undefined) await takeTurn(table, { channel, subject, id }, deps.now());
  const ordered = subject === undefined ? {} : { orderedBy: subject };
  const delivery = { ...aDelivery(id, channel, wanted, deps.now()), ...ordered };
  if (!known && (await deliveries.create(heardAs(hearer, delivery, undefined, deps.now()))).created) return true;
  await deliveries.update(id, (present) => {
    const next = wantDelivery(present, version, news, deps.now());
    if (!next) return undefined;
    if (of !== 'standing') return { ...loud(heardAs(hearer, next, present, deps.now())), ...ordered };
    // What people wait for, or are not to hear before the morning, is not moved by what nobody asked for.
    const isMoved = present.state !== 'pending';
    return {
      ...(isMoved ? { ...heardAs(hearer, next, present, deps.now()), correction: true } : next),
      quiet: true,
      ...ordered,
    };
  });
  return true;
}

function loud(delivery: Delivery): Delivery {
  const { correction: _, quiet: __, ...rest } = delivery;
  return rest;
}

const aDelivery = (id: string, channel: string, { about, version }: WantedNews, now: Instant): Delivery => ({
  schemaVersion: 1,
  id,
  channel,
  about,
  state: 'pending',
  createdAt: now,
  wantedVersion: version,
  sentVersion: 0,
  attempts: 0,
});
