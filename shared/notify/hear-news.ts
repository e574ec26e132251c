import type { Alert } from './alerts/alert.ts';
import { hear } from './alerts/decide-alert.ts';
import { elsewhere } from './deliver/deliver-elsewhere.ts';
import { type About, deliveryIdOf } from './deliver/delivery.ts';
import { describeTrouble } from './describe/describe-alert.ts';
import type { Message } from './message.ts';
import { aboutAlert, readNews } from './news.ts';
import type { NotifyDeps, Wanted } from './notify.ts';
import { type Audience, audienceOf } from './routes/audience.ts';

/** Those that were told of the trouble, and that the record which ended it does not tell so itself. */
async function audienceOfEnd({ heardBy, closedBy, news }: Alert, deps: NotifyDeps): Promise<readonly string[]> {
  // What a silence held back may have fallen on that record too.
  if (closedBy && /:over-/.test(news ?? '')) return withoutDelivery(heardBy, closedBy, deps);
  const by = closedBy && (await readNews(deps.stores, closedBy));
  const told = by ? audienceOf(by.message, deps.config, []).channels : [];
  return heardBy.filter((channel) => !told.includes(channel));
}

async function withoutDelivery(channels: readonly string[], { id }: About, { stores }: NotifyDeps): Promise<string[]> {
  const found = await Promise.all(channels.map((channel) => stores.deliveries.get(deliveryIdOf(channel, id))));
  return channels.filter((_, index) => found[index] === undefined);
}

/** Those whose `repeat` it is time for. */
const dueIn = (channels: readonly string[], { news, fold }: Alert): readonly string[] =>
  fold?.to && /:more/.test(news ?? '') ? channels.filter((channel) => fold.to?.includes(channel)) : channels;

/** Those that are not told of each run that fails besides: who heard of its start hears of its end. */
async function withoutFollowers(channels: readonly string[], { causes, fold }: Alert, deps: NotifyDeps) {
  const runs = Object.values(causes).flatMap(({ first, latest }) =>
    latest?.kind === 'run' && latest.id !== first?.id ? [latest.id] : [],
  );
  if (runs.length === 0 || !fold?.more) return channels;
  const kept: string[] = [];
  for (const channel of channels) {
    const own = await Promise.all(runs.map((run) => deps.stores.deliveries.get(deliveryIdOf(channel, run))));
    if (own.some((delivery) => delivery === undefined)) kept.push(channel);
  }
  return kept;
}

/**
 * An alert's own news, with those who are to hear it: that is written down before they are told, so that whoever hears
 * of a trouble also hears of its end. Undefined where there is newer news, which has its own event.
 */
export async function hearNews(alert: Alert, message: Message, deps: NotifyDeps): Promise<Wanted | undefined> {
  const isOver = message.closes !== undefined && alert.state === 'closed' && !/:passed/.test(message.news);
  // Routes and silences of the trouble are those of its end too, though that is of another kind.
  const heardAs = (message.closes && describeTrouble(alert)) || message;
  const routed = audienceOf(heardAs, deps.config, await deps.silences());
  const channels = isOver
    ? await audienceOfEnd(alert, deps)
    : await withoutFollowers(dueIn(elsewhere(routed.channels, alert, deps.config.routes), alert), alert, deps);
  const audience = { ...routed, channels };
  const stored = await deps.stores.alerts.update(alert.id, (current) =>
    current.news === alert.news ? heard(current, audience, isOver) : undefined,
  );
  if (!stored || stored.value.news !== alert.news) return undefined;
  return {
    about: aboutAlert(alert),
    message,
    heardAs,
    version: stored.version,
    audience,
    isNew: audience.silencedUntil === undefined,
  };
}

/** Undefined where it is written down already. */
function heard(alert: Alert, audience: Audience, isOver: boolean): Alert | undefined {
  if (isOver && audience.silencedUntil === undefined) return undefined;
  const next = hear(alert, audience, alert.toldAt.at(-1) ?? alert.openedAt);
  const isSame =
    next.heardBy.length === alert.heardBy.length &&
    audience.channels.every((channel) => next.heardAt?.[channel] === alert.heardAt?.[channel]) &&
    next.silencedUntil === alert.silencedUntil &&
    next.nextTellAt === alert.nextTellAt;
  return isSame ? undefined : next;
}
