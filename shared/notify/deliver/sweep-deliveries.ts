import type { EventBus } from '../../aws/event-bus.ts';
import type { Config } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import type { WantedLane } from '../../events/ours.ts';
import type { Stores } from '../../store/stores.ts';
import { channelStates } from './channel-state.ts';
import { endOfTime, formerQueue, queueOfChannel } from './delivery-record.ts';

interface SweepDeps {
  stores: Pick<Stores, 'deliveries' | 'table'>;
  config: Pick<Config, 'channels'>;
  bus: EventBus;
  now(): Instant;
}

/** Wakes the worker for channels with deliveries whose time has come, and for deliveries whose own event was lost. */
export async function sweepDeliveries(deps: SweepDeps): Promise<void> {
  const lanes = [...(await waiting(deps)), ...(await ofFormerReleases(deps))];
  if (lanes.length === 0) return;
  const failed = await deps.bus.put([{ 'detail-type': 'Delivery Work Left', detail: { lanes } }]);
  if (failed.length > 0) throw new Error('PutEvents did not take "Delivery Work Left"; the next sweep tries again');
}

/** Channels with something due that are not paused; one that left batuta.yml until nothing of it is left. */
async function waiting({ stores, config, now }: SweepDeps): Promise<WantedLane[]> {
  const states = channelStates(stores.table, now);
  const lanes: WantedLane[] = [];
  const gone: string[] = [];
  for (const channel of await states.names(Object.keys(config.channels))) {
    const { ids } = await stores.deliveries.duePage(now(), { queue: queueOfChannel(channel), limit: 1 });
    if (ids.length === 0 && !(channel in config.channels) && (await isEmpty(channel, stores))) gone.push(channel);
    if (ids.length > 0 && ((await states.get(channel)).pausedUntil ?? 0) <= now()) lanes.push({ channel, ids: [] });
  }
  await states.forget(gone);
  return lanes;
}

/** What waits for another attempt, or for the end of a mute window, is due later. */
async function isEmpty(channel: string, { deliveries }: SweepDeps['stores']): Promise<boolean> {
  return (await deliveries.duePage(endOfTime, { queue: queueOfChannel(channel), limit: 1 })).ids.length === 0;
}

/** They lie in one queue for all channels; each leaves it when it is written next. */
async function ofFormerReleases({ stores, now }: SweepDeps): Promise<WantedLane[]> {
  const { ids } = await stores.deliveries.duePage(now(), { queue: formerQueue, limit: 25 });
  const byChannel = Map.groupBy(ids, (id) => id.slice(0, id.indexOf(':')));
  return [...byChannel].map(([channel, waiting]) => ({ channel, ids: waiting }));
}
