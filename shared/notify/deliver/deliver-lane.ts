import { isoToSecond } from '../../core/time.ts';
import type { WantedLane } from '../../events/ours.ts';
import { isBack } from './decide-channel.ts';
import { giveUp, isOutOfPatience, patienceMs } from './decide-delivery.ts';
import type { DeliverDeps } from './deliver.ts';
import { bringForward } from './deliver-again.ts';
import { type OpenChannel, openChannel } from './deliver-channel.ts';
import { deliverOne } from './deliver-one.ts';
import { type DeliveryQueue, deliveryQueue } from './deliver-queue.ts';
import { queueOfChannel } from './delivery-record.ts';
import { whoseTurn } from './whose-turn.ts';

/** Longer than the function's timeout of 3 minutes. */
const leaseMs = 4 * 60_000;
/** Pauses and retries that end so soon are waited for, later ones are the next sweep's. */
const horizonMs = 30_000;
/** What a request takes at the most. Slack's three in a row fit into what the function keeps for itself besides. */
const sendingMs = 10_000;
/** Meanwhile others may come, whose own invocation has found the lease taken. */
const lookAgainMs = 1_000;

interface Lane {
  channel: OpenChannel;
  queue: DeliveryQueue;
  deps: DeliverDeps;
  leftMs: () => number;
  failures: Error[];
}

/**
 * Works on one channel, one worker at a time: the longest waiting first, at its pace, until nothing is due soon, a
 * longer pause begins, or time is up, which is said on the bus. Resolves with what went wrong with single deliveries.
 */
export async function workLane({ channel: name, ids }: WantedLane, deps: DeliverDeps, leftMs: () => number) {
  const { leases } = deps.stores;
  const lease = await leases.acquire(`deliver#${name}`, leaseMs, ids[0]);
  // The holder has been told, and looks again before it goes.
  if (!lease) return [];
  const failures: Error[] = [];
  let isTimeUp = false;
  try {
    const queue = deliveryQueue(name, deps);
    for (let named: readonly string[] | undefined = ids; named; ) {
      // Opened anew: who left word may have ended the channel's pause.
      const lane = { channel: await openChannel(name, deps), queue, deps, leftMs, failures };
      queue.name(named);
      isTimeUp = await drain(lane);
      await giveUpOld(lane);
      await lane.channel.close();
      named = isTimeUp ? undefined : await leases.release(lease);
    }
  } catch (error) {
    await leases.abandon(lease);
    throw error;
  }
  if (!isTimeUp) return failures;
  await leases.abandon(lease);
  // Only now: whoever this wakes must find the lease free. If EventBridge refuses it, the sweep wakes the next.
  await deps.bus.put([{ 'detail-type': 'Delivery Work Left', detail: { lanes: [{ channel: name, ids: [] }] } }]);
  return failures;
}

/** Whether a sending after such a wait would be done in time: whoever is next begins with time enough for any. */
const isInTime = (waitMs: number, { leftMs }: Lane) => waitMs <= 0 || waitMs + sendingMs <= leftMs();

/** Resolves with whether time ran out first. */
async function drain(lane: Lane): Promise<boolean> {
  const { channel, queue, deps, leftMs } = lane;
  while (leftMs() > 0) {
    const pauseMs = channel.pausedUntil() - deps.now();
    if (pauseMs > horizonMs) return false;
    if (!isInTime(pauseMs, lane)) return true;
    if (pauseMs > 0) {
      await deps.sleep(pauseMs);
      continue;
    }
    const id = await queue.next();
    if (id !== undefined) {
      if (!isInTime(channel.readyInMs(), lane)) return true;
      await work(id, lane);
      continue;
    }
    const retryMs = (queue.soonest() ?? Number.POSITIVE_INFINITY) - deps.now();
    if (retryMs > horizonMs) return false;
    await deps.sleep(Math.min(retryMs, lookAgainMs));
  }
  return true;
}

/** One that cannot be worked on never holds up the others. */
async function work(id: string, lane: Lane): Promise<void> {
  const { channel, queue, deps, failures, leftMs } = lane;
  const trouble = channel.trouble();
  let worked = id;
  try {
    const whose = await whoseTurn(id, channel, deps, queue.isBroken);
    if (whose.kind === 'wait') return queue.hold(id, whose.until);
    if (whose.kind === 'not-due') return queue.done(id, whose.delivery);
    worked = whose.delivery.id;
    if (worked !== id) queue.again(id);
    queue.done(worked, await deliverOne(whose.delivery, channel, deps));
    if (trouble && isBack(trouble, channel.trouble(), deps.now()))
      queue.first(await bringForward(trouble.tried ?? [], deps, leftMs));
  } catch (error) {
    queue.done(worked, undefined);
    failures.push(error as Error);
  }
}

/** Where a channel has taken nothing for a day, what waited as long is not tried one by one. */
async function giveUpOld({ channel, deps, leftMs }: Lane): Promise<void> {
  const trouble = channel.trouble();
  if (!trouble?.wide || deps.now() - trouble.since < patienceMs) return;
  const why = `${trouble.why}; given up, as the channel took nothing since ${isoToSecond(trouble.since)}`;
  const { ids } = await deps.stores.deliveries.duePage(deps.now(), { queue: queueOfChannel(channel.name) });
  for (const id of ids) {
    const stored = await deps.stores.deliveries.update(id, (delivery) =>
      isOutOfPatience(delivery, deps.now()) ? giveUp(delivery, why, deps.now()) : undefined,
    );
    // The longest waiting comes first.
    if (stored?.value.state === 'pending' || leftMs() <= 0) return;
  }
}
