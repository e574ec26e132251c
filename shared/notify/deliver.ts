import type { EventBus } from '../aws/event-bus.ts';
import type { Config } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Stores } from '../store/stores.ts';
import { settleDelivery } from './decide-delivery.ts';
import { readNews } from './news.ts';
import type { Sender, Sent } from './send.ts';

export interface DeliverDeps {
  stores: Stores;
  bus: EventBus;
  config: Pick<Config, 'channels'>;
  sender: Sender;
  log: Log;
  now(): Instant;
}

const leaseName = 'deliver-notifications';
/** Longer than the function's timeout of 3 minutes. */
const leaseMs = 4 * 60_000;

/** Tells one delivery's news and records how it went. */
async function deliverOne(id: string, { stores, config, sender, log, now }: DeliverDeps): Promise<void> {
  const stored = await stores.deliveries.get(id);
  if (!stored) return;
  await stores.deliveries.flush(id);
  const delivery = stored.value;
  if (delivery.state !== 'pending' || (delivery.nextAttemptAt ?? 0) > now()) return;
  const channel = config.channels[delivery.channel];
  const news = await readNews(stores, delivery.about);
  const told = { version: news?.version ?? delivery.wantedVersion, news: news?.message.news ?? '' };
  let sent: Sent;
  if (!channel) sent = { kind: 'refused', why: 'the channel is no longer in the configuration' };
  else if (!news || delivery.sentNews === told.news) sent = { kind: 'sent' };
  else sent = await sender.send(channel, news.message, `${id}:${told.news}`);
  if (sent.kind !== 'sent')
    log.warn(`${delivery.channel} did not take the news of ${delivery.about.id}`, {
      why: sent.why,
      outcome: sent.kind,
    });
  await stores.deliveries.update(id, (now_) => settleDelivery(now_, sent, told, now()));
}

/**
 * Sends what is due, one worker at a time. One delivery that fails never holds up the others; it
 * is tried again by its own `nextAttemptAt`. Stops before `untilMs` and says so on the bus.
 */
export async function deliverNotifications(deps: DeliverDeps, untilMs: () => number): Promise<void> {
  const lease = await deps.stores.leases.acquire(leaseName, leaseMs);
  if (!lease) return;
  const failures: unknown[] = [];
  try {
    for (;;) {
      const tried = new Set<string>();
      for (let ids = await due(deps, tried); ids.length > 0 && untilMs() > 0; ids = await due(deps, tried)) {
        for (const id of ids) {
          tried.add(id);
          await deliverOne(id, deps).catch((error) => failures.push(error));
        }
      }
      if (untilMs() <= 0) {
        await deps.bus.put([{ 'detail-type': 'Delivery Work Left', detail: {} }]);
        break;
      }
      if ((await deps.stores.leases.release(lease)) === 'released') break;
    }
  } finally {
    await deps.stores.leases.abandon(lease);
  }
  if (failures.length)
    throw new AggregateError(
      failures,
      `${failures.length} deliveries could not be worked on: ${(failures[0] as Error).message}`,
    );
}

async function due({ stores, now }: DeliverDeps, tried: ReadonlySet<string>): Promise<string[]> {
  return (await stores.deliveries.due(now())).filter((id) => !tried.has(id));
}
