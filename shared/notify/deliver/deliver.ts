import type { EventBus } from '../../aws/event-bus.ts';
import type { Config } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import type { DeliveryWanted } from '../../events/delivery-wanted.ts';
import type { Log } from '../../lambda/runtime.ts';
import type { Stores } from '../../store/stores.ts';
import type { ChannelStates } from './channel-state.ts';
import { workLane } from './deliver-lane.ts';
import type { ChannelTroubles } from './deliver-troubles.ts';
import type { Sender } from './send.ts';

export interface DeliverDeps {
  stores: Stores;
  states: ChannelStates;
  troubles: ChannelTroubles;
  bus: EventBus;
  config: Pick<Config, 'channels' | 'routes'>;
  sender: Sender;
  log: Log;
  now(): Instant;
  sleep(ms: number): Promise<void>;
}

/**
 * Sends what the channels have waiting, each channel by itself: one that hangs or pauses holds up no other. What is
 * left when `leftMs` has run out is said on the bus.
 * @throws Error for deliveries that could not be worked on, once all others are done
 */
export async function deliverNotifications(
  { lanes }: DeliveryWanted,
  deps: DeliverDeps,
  leftMs: () => number,
): Promise<void> {
  const failures: Error[] = [];
  const work = lanes.map((lane) =>
    workLane(lane, deps, leftMs).then(
      (failed) => failures.push(...failed),
      (error: Error) => failures.push(error),
    ),
  );
  await Promise.all(work);
  const [first] = failures;
  if (first)
    throw new Error(`${failures.length} deliveries could not be worked on: ${first.message}`, { cause: first });
}
