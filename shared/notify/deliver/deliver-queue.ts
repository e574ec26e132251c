import { type Instant, plus } from '../../core/time.ts';
import type { DeliverDeps } from './deliver.ts';
import type { Delivery } from './delivery.ts';
import { queueOfChannel } from './delivery-record.ts';

/** What one channel has waiting, the longest waiting first. */
export interface DeliveryQueue {
  next(): Promise<string | undefined>;
  /** Says how it now stands with one that `next` gave; undefined: it could not be worked on. */
  done(id: string, delivery: Delivery | undefined): void;
  /** Puts them before all others, whatever was known of them. */
  first(ids: readonly string[]): void;
  /** It waits for another one, which is tried again at `until`. */
  hold(id: string, until: Instant): void;
  /** It comes next, once what is told before it is done. */
  again(id: string): void;
  /** Whether it could not be worked on. */
  isBroken(id: string): boolean;
  /** When one that was tried here is due again. */
  soonest(): Instant | undefined;
  /** Deliveries that an index may not show yet; they are looked at whatever was known of them. */
  name(ids: readonly string[]): void;
}

/** An index shows for a moment what was true before. */
const indexLagMs = 10_000;
const afterErrorMs = 60_000;

export function deliveryQueue(channel: string, { stores, now }: Pick<DeliverDeps, 'stores' | 'now'>): DeliveryQueue {
  let page: string[] = [];
  let named: string[] = [];
  /** When those that were tried are to be tried, or looked at, again. */
  const retries = new Map<string, Instant>();
  const later = new Map<string, Instant>();
  const broken = new Set<string>();
  const isOpen = (id: string) => Math.max(later.get(id) ?? 0, retries.get(id) ?? 0) <= now();

  function forget(ids: readonly string[]): void {
    for (const id of ids) {
      later.delete(id);
      retries.delete(id);
      broken.delete(id);
    }
  }

  async function look(): Promise<string[]> {
    let cursor: string | undefined;
    do {
      const from = cursor ? { cursor } : {};
      const found = await stores.deliveries.duePage(now(), { queue: queueOfChannel(channel), ...from });
      const open = found.ids.filter(isOpen);
      if (open.length > 0) return open;
      cursor = found.next;
    } while (cursor);
    return [];
  }
  return {
    async next() {
      page = page.filter(isOpen);
      if (page.length === 0) page = await look();
      const id = page.shift() ?? named.shift();
      named = named.filter((other) => other !== id);
      return id;
    },
    done(id, delivery) {
      if (!delivery) broken.add(id);
      if (delivery?.state !== 'pending') later.set(id, plus(now(), delivery ? indexLagMs : afterErrorMs));
      else if (delivery.nextAttemptAt !== undefined) retries.set(id, delivery.nextAttemptAt);
      // Its place is the first, once the channel's pause is over.
      else page.unshift(id);
    },
    first(ids) {
      forget(ids);
      page = [...ids, ...page.filter((id) => !ids.includes(id))];
    },
    hold: (id, until) => void retries.set(id, until),
    again: (id) => void page.unshift(id),
    isBroken: (id) => broken.has(id),
    soonest() {
      const times = [...retries.values()].filter((at) => at > now());
      return times.length > 0 ? (Math.min(...times) as Instant) : undefined;
    },
    name(ids) {
      forget(ids);
      named.push(...ids);
    },
  };
}
