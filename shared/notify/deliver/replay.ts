import type { Instant } from '../../core/time.ts';
import type { Stores } from '../../store/stores.ts';
import { channelStates } from './channel-state.ts';
import { probedSoon } from './decide-channel.ts';
import { pendAgain } from './decide-delivery.ts';
import { takeTurn } from './turns.ts';

export interface ReplayDeps {
  stores: Pick<Stores, 'deliveries' | 'table'>;
  now(): Instant;
}

export type Replayed = 'replayed' | 'not-failed' | 'obsolete' | 'unknown';

/**
 * Makes a delivery that was given up pending again: the record's state as it then is will be sent, as if it were new.
 * Safe to repeat: one that is pending or sent stays as it is, and so does one of which nothing is left to tell.
 */
export async function replayDelivery(id: string, deps: ReplayDeps): Promise<Replayed> {
  const { deliveries } = deps.stores;
  const known = (await deliveries.get(id))?.value;
  if (known?.obsolete) return 'obsolete';
  // First: the write below wakes a worker, which would find the pause, and is to know whose turn it is.
  if (known?.state === 'failed') {
    const { channel, orderedBy: subject } = known;
    await probe(channel, deps);
    if (subject !== undefined) await takeTurn(deps.stores.table, { channel, subject, id }, deps.now());
  }
  let wasFailed = false;
  const stored = await deliveries.update(id, (delivery) => {
    wasFailed = delivery.state === 'failed';
    return wasFailed ? pendAgain(delivery, deps.now()) : undefined;
  });
  if (!stored) return 'unknown';
  return wasFailed ? 'replayed' : 'not-failed';
}

/** Several at once, as `replayDelivery`. Resolves with the ids of those that this call made pending. */
export async function replayDeliveries(ids: readonly string[], deps: ReplayDeps): Promise<string[]> {
  const replayed: string[] = [];
  for (const id of ids) {
    if ((await replayDelivery(id, deps)) === 'replayed') replayed.push(id);
  }
  return replayed;
}

/** Who replays has mended something: the channel is tried now, unless its receiver asked for patience. */
async function probe(channel: string, { stores, now }: ReplayDeps): Promise<void> {
  await channelStates(stores.table, now).update(channel, probedSoon);
}
