import type { Instant } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import { type ChannelStates, channelStates } from './channel-state.ts';
import { probedSoon } from './decide-channel.ts';
import { pendAgain } from './decide-delivery.ts';
import type { Delivery } from './delivery.ts';
import { failedDeliveries } from './delivery-record.ts';

export interface ReplayDeps {
  stores: Pick<Stores, 'deliveries' | 'table'>;
  now(): Instant;
}

interface Page {
  limit?: number;
  cursor?: string;
  /** Only those of this channel; a page may then hold fewer than `limit`, or none, and have a `next`. */
  channel?: string;
}

/** What was given up and not replayed since, the latest first. */
export async function listFailed(
  { deliveries }: Pick<Stores, 'deliveries'>,
  { channel, ...page }: Page = {},
): Promise<{ deliveries: Delivery[]; next?: string }> {
  const { values, next } = await deliveries.list(failedDeliveries, page);
  // The index may still show one that has been replayed, but never with another state than it had then.
  const wanted = values.filter((delivery) => channel === undefined || delivery.channel === channel);
  return { deliveries: wanted, ...(next ? { next } : {}) };
}

export type Replayed = 'replayed' | 'not-failed' | 'unknown';

/**
 * Makes a delivery that was given up pending again: the record's state as it then is will be sent, as if it were new.
 * Safe to repeat: one that is pending or sent stays as it is.
 */
export async function replayDelivery(id: string, deps: ReplayDeps): Promise<Replayed> {
  const { result, channel } = await replay(id, deps);
  if (channel !== undefined) await probe([channel], channelStates(deps.stores.table, deps.now));
  return result;
}

/** One page of them all; call again with `next` while there is one. Resolves with the ids of those replayed by this call. */
export async function replayAll(page: Page, deps: ReplayDeps): Promise<{ replayed: string[]; next?: string }> {
  const found = await listFailed(deps.stores, page);
  const replayed: string[] = [];
  const channels = new Set<string>();
  for (const { id } of found.deliveries) {
    const { channel } = await replay(id, deps);
    if (channel === undefined) continue;
    replayed.push(id);
    channels.add(channel);
  }
  await probe([...channels], channelStates(deps.stores.table, deps.now));
  return { replayed, ...(found.next ? { next: found.next } : {}) };
}

/** With its channel where this call made it pending. */
async function replay(id: string, { stores, now }: ReplayDeps): Promise<{ result: Replayed; channel?: string }> {
  let wasFailed = false;
  const stored = await stores.deliveries.update(id, (delivery) => {
    wasFailed = delivery.state === 'failed';
    return wasFailed ? pendAgain(delivery, now()) : undefined;
  });
  if (!stored) return { result: 'unknown' };
  return wasFailed ? { result: 'replayed', channel: stored.value.channel } : { result: 'not-failed' };
}

/** Who replays has mended something: the channel is tried now, unless its receiver asked for patience. */
async function probe(channels: readonly string[], states: ChannelStates): Promise<void> {
  for (const channel of channels) await states.update(channel, probedSoon);
}
