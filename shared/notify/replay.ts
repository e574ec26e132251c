import type { Instant } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import { type ChannelStates, channelStates } from './channel-state.ts';
import { probedSoon } from './decide-channel.ts';
import { pendAgain } from './decide-delivery.ts';

export interface ReplayDeps {
  stores: Pick<Stores, 'deliveries' | 'table'>;
  now(): Instant;
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

/** Several at once, as `replayDelivery`. Resolves with the ids of those that this call made pending. */
export async function replayDeliveries(ids: readonly string[], deps: ReplayDeps): Promise<string[]> {
  const replayed: string[] = [];
  const channels = new Set<string>();
  for (const id of ids) {
    const { channel } = await replay(id, deps);
    if (channel === undefined) continue;
    replayed.push(id);
    channels.add(channel);
  }
  await probe([...channels], channelStates(deps.stores.table, deps.now));
  return replayed;
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
