import type { EventBus } from '../aws/event-bus.ts';
import type { Config } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Stores } from '../store/stores.ts';
import type { Sent } from './channels/channel.ts';
import { settleDelivery } from './decide-delivery.ts';
import type { Delivery } from './delivery.ts';
import type { Message } from './message.ts';
import { readNews } from './news.ts';
import type { Sender } from './send.ts';

export interface DeliverDeps {
  stores: Stores;
  bus: EventBus;
  config: Pick<Config, 'channels'>;
  sender: Sender;
  log: Log;
  now(): Instant;
  sleep(ms: number): Promise<void>;
}

const leaseName = 'deliver-notifications';
/** Longer than the function's timeout of 3 minutes. */
const leaseMs = 4 * 60_000;
/** A record has fewer states than this. */
const mostRounds = 10;

const recordAttempts = 4;

/** What was sent and is not recorded is sent once more, so the record is tried harder than the SDK does. */
async function persistently({ sleep }: DeliverDeps, record: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await record();
      return;
    } catch (error) {
      if (attempt === recordAttempts) throw error;
      await sleep(500 * attempt);
    }
  }
}

/** Tells one delivery's news and records how it went; again at once where newer news came meanwhile. */
async function deliverOne(id: string, deps: DeliverDeps): Promise<void> {
  const { stores, now } = deps;
  await stores.deliveries.flush(id);
  for (let round = 0; round < mostRounds; round++) {
    const delivery = (await stores.deliveries.get(id))?.value;
    if (delivery?.state !== 'pending' || (delivery.nextAttemptAt ?? 0) > now()) return;
    const news = await readNews(stores, delivery.about);
    const told = { version: news?.version ?? delivery.wantedVersion, news: news?.message.news ?? '' };
    const sent = await tell(delivery, news?.message, deps);
    await persistently(deps, () =>
      stores.deliveries.update(id, (current) => settleDelivery(current, sent, told, now())),
    );
  }
}

async function tell(
  delivery: Delivery,
  message: Message | undefined,
  { config, sender, log }: DeliverDeps,
): Promise<Sent> {
  if (!message || delivery.sentNews === message.news) return { kind: 'sent' };
  const channel = config.channels[delivery.channel];
  const sent: Sent = channel
    ? await sender.send({
        channel,
        message,
        id: `${delivery.id}:${message.news}`,
        mentions: message.severity === 'error' ? (delivery.mentions ?? []) : [],
        ...(delivery.handle ? { handle: delivery.handle } : {}),
      })
    : { kind: 'refused', scope: 'channel', why: 'the channel is no longer in the configuration' };
  if (sent.kind !== 'sent')
    log.warn(`${delivery.channel} did not take the news of ${delivery.about.id}`, {
      why: sent.why,
      outcome: sent.kind,
    });
  return sent;
}

/**
 * Sends what is due, and what is `wanted` (an index may not show it yet), one worker at a time. One
 * delivery that fails never holds up the others; it is tried again by its own `nextAttemptAt`.
 * Stops when `leftMs` has run out and says so on the bus.
 */
export async function deliverNotifications(
  wanted: readonly string[],
  deps: DeliverDeps,
  leftMs: () => number,
): Promise<void> {
  const { leases } = deps.stores;
  const lease = await leases.acquire(leaseName, leaseMs, wanted[0]);
  if (!lease) return;
  const failures: Error[] = [];
  let named: readonly string[] | undefined = wanted;
  try {
    while (named && leftMs() > 0) {
      await deliverDue(named, deps, leftMs, failures);
      if (leftMs() > 0) named = await leases.release(lease);
    }
  } finally {
    await leases.abandon(lease);
  }
  // Only now: whoever this wakes must find the lease free.
  if (named) await deps.bus.put([{ 'detail-type': 'Delivery Work Left', detail: {} }]);
  if (failures[0])
    throw new Error(`${failures.length} deliveries could not be worked on: ${failures[0].message}`, {
      cause: failures[0],
    });
}

/** Each due delivery once. */
async function deliverDue(
  named: readonly string[],
  deps: DeliverDeps,
  leftMs: () => number,
  failures: Error[],
): Promise<void> {
  const tried = new Set<string>();
  const untried = async () => (await deps.stores.deliveries.due(deps.now())).filter((id) => !tried.has(id));
  for (
    let ids: readonly string[] = [...named, ...(await untried())];
    ids.length > 0 && leftMs() > 0;
    ids = await untried()
  ) {
    for (const id of new Set(ids)) {
      tried.add(id);
      if (leftMs() > 0) await deliverOne(id, deps).catch((error: Error) => failures.push(error));
    }
  }
}
