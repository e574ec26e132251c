import type { Instant } from '../../core/time.ts';
import type { DeliverDeps } from './deliver.ts';
import type { Delivery } from './delivery.ts';
import { endOfTime, queueOfChannel, waitsSince } from './delivery-record.ts';

/** As many are looked at. */
const mostPages = 10;

/** Only those that failed have attempts: what is muted waits for the end of its window. */
const isPutOff = ({ state, attempts, nextAttemptAt }: Delivery) =>
  state === 'pending' && attempts > 0 && nextAttemptAt !== undefined;

function atOnce(delivery: Delivery): Delivery {
  const { nextAttemptAt: _, ...rest } = delivery;
  return rest;
}

/**
 * Has what was put off while its channel was in trouble, since `since`, due since its news waits, as the channel is back. Resolves
 * with their ids, the longest waiting first. What time does not suffice for keeps its own next attempt.
 */
export async function bringForward(
  channel: string,
  since: Instant,
  { stores: { deliveries } }: Pick<DeliverDeps, 'stores'>,
  leftMs: () => number,
): Promise<string[]> {
  const brought: Delivery[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages && leftMs() > 0; page++) {
    const bounds = { queue: queueOfChannel(channel), from: since, ...(cursor ? { cursor } : {}) };
    const { ids, next } = await deliveries.duePage(endOfTime, bounds);
    for (const id of ids) {
      if (leftMs() <= 0) break;
      let isBrought = false;
      const stored = await deliveries.update(id, (delivery) => {
        isBrought = isPutOff(delivery);
        return isBrought ? atOnce(delivery) : undefined;
      });
      if (stored && isBrought) brought.push(stored.value);
    }
    if (!next) break;
    cursor = next;
  }
  return brought.sort((a, b) => waitsSince(a) - waitsSince(b)).map(({ id }) => id);
}
