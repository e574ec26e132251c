import type { DeliverDeps } from './deliver.ts';
import type { Delivery } from './delivery.ts';
import { waitsSince } from './delivery-record.ts';

/** Only those that failed have attempts: what is muted waits for the end of its window. */
const isPutOff = ({ state, attempts, nextAttemptAt }: Delivery) =>
  state === 'pending' && attempts > 0 && nextAttemptAt !== undefined;

function atOnce(delivery: Delivery): Delivery {
  const { nextAttemptAt: _, ...rest } = delivery;
  return rest;
}

/**
 * Has what was put off while its channel was in trouble due since its news waits, as the channel is back: a next
 * attempt, even one that is due by now, has its place behind all that came before that time. Resolves with their ids,
 * the longest waiting first. What time does not suffice for keeps its own next attempt.
 */
export async function bringForward(
  ids: readonly string[],
  { stores: { deliveries } }: Pick<DeliverDeps, 'stores'>,
  leftMs: () => number,
): Promise<string[]> {
  const brought: Delivery[] = [];
  for (const id of ids) {
    if (leftMs() <= 0) break;
    let isBrought = false;
    const stored = await deliveries.update(id, (delivery) => {
      isBrought = isPutOff(delivery);
      return isBrought ? atOnce(delivery) : undefined;
    });
    if (stored && isBrought) brought.push(stored.value);
  }
  return brought.sort((a, b) => waitsSince(a) - waitsSince(b)).map(({ id }) => id);
}
