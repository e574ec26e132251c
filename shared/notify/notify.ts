import type { Config } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { StateChange } from '../events/ours.ts';
import type { Stores } from '../store/stores.ts';
import { wantDelivery } from './decide-delivery.ts';
import type { About, Delivery } from './delivery.ts';
import { readNews } from './news.ts';
import { familyOf, levelOf } from './news-kind.ts';
import { channelsFor } from './routes.ts';

/** The record that a state change names; undefined for our own deliveries. */
export function aboutOf({ 'detail-type': type, detail }: StateChange): About | undefined {
  if (type === 'Run State Change') return { kind: 'run', id: detail.id };
  return type === 'Deployment State Change' ? { kind: 'deployment', id: detail.id } : undefined;
}

/** State change → a delivery record per channel whose routes want it. Safe to repeat. Resolves with the channels. */
export async function notify(
  about: About,
  deps: { stores: Pick<Stores, 'runs' | 'deployments' | 'deliveries'>; config: Pick<Config, 'routes'>; now(): Instant },
): Promise<string[]> {
  const news = await readNews(deps.stores, about);
  if (!news) return [];
  const { message, version } = news;
  const { kind, severity, subject, closes, tag } = message;
  const channels = channelsFor(deps.config.routes, {
    family: familyOf(kind),
    level: levelOf(kind, severity),
    subject,
    severity,
    ...(closes ? { closes } : {}),
    ...(tag === undefined ? {} : { tag }),
  });
  for (const channel of channels) {
    const delivery: Delivery = {
      schemaVersion: 1,
      id: `${channel}:${about.id}`,
      channel,
      about,
      state: 'pending',
      createdAt: deps.now(),
      wantedVersion: version,
      sentVersion: 0,
      attempts: 0,
    };
    const { created } = await deps.stores.deliveries.create(delivery);
    if (!created)
      await deps.stores.deliveries.update(delivery.id, (known) => wantDelivery(known, version, message.news));
  }
  return channels;
}
