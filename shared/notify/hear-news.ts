import type { Alert } from './alerts/alert.ts';
import { hear } from './alerts/decide-alert.ts';
import { elsewhere } from './deliver/deliver-elsewhere.ts';
import { deliveryIdOf } from './deliver/delivery.ts';
import { withDelivery } from './deliver/with-delivery.ts';
import { describeTrouble } from './describe/describe-alert.ts';
import { hearEased } from './hear-eased.ts';
import { hearEndNow, not } from './hear-end.ts';
import type { Message } from './message.ts';
import { aboutAlert, readNews } from './news.ts';
import type { NotifyDeps, Wanted } from './notify.ts';
import { type Audience, audienceOf, isTrouble } from './routes/audience.ts';

/** Those that were told of the trouble, and that the record which ended it does not tell so itself. */
async function audienceOfEnd(alert: Alert, deps: NotifyDeps): Promise<readonly string[]> {
  const { closedBy, endToldTo, easedTo = [] } = alert;
  const heardBy = alert.heardBy.filter(not(easedTo));
  if (!closedBy || endToldTo) return heardBy.filter((channel) => !endToldTo?.includes(channel));
  const by = await readNews(deps.stores, closedBy);
  const { channels, silencedUntil } = by
    ? audienceOf(by.message, deps.config, await deps.silences())
    : { channels: [], silencedUntil: undefined };
  // What a silence held back may have fallen on that record too.
  if (silencedUntil !== undefined || /:over-/.test(alert.news ?? ''))
    return heardBy.filter(not(await withDelivery(heardBy, closedBy.id, deps.stores)));
  return heardBy.filter(not(channels));
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
    const own = await Promise.all(runs.map((run) => isToldOf(run, channel, deps)));
    if (own.includes(false)) kept.push(channel);
  }
  return kept;
}

/** Whether the channel is told aloud of the run's end by the run: in a silence it may have heard no more than its start. */
async function isToldOf(run: string, channel: string, { stores }: NotifyDeps): Promise<boolean> {
  const delivery = (await stores.deliveries.get(deliveryIdOf(channel, run)))?.value;
  if (!delivery || delivery.quiet) return false;
  const news = await readNews(stores, { kind: 'run', id: run });
  return delivery.state !== 'sent' || delivery.sentNews === news?.message.news;
}

/**
 * An alert's own news, with those who are to hear it: that is written down before they are told, so that whoever hears
 * of a trouble also hears of its end. Undefined where there is newer news, which has its own event.
 */
export async function hearNews(alert: Alert, message: Message, deps: NotifyDeps): Promise<Wanted | undefined> {
  if (/:eased/.test(message.news)) return hearEased(alert, message, deps);
  const isOver = message.closes !== undefined && alert.state === 'closed' && !/:passed/.test(message.news);
  // Routes and silences of the trouble are those of its end too, though that is of another kind.
  const heardAs = (message.closes && describeTrouble(alert)) || message;
  const routed = audienceOf(heardAs, deps.config, await deps.silences());
  const channels = isOver
    ? await audienceOfEnd(alert, deps)
    : await withoutFollowers(dueIn(elsewhere(routed.channels, alert, deps.config.routes), alert), alert, deps);
  const audience = { ...routed, channels };
  const isSilent = audience.silencedUntil !== undefined;
  const end = isOver ? await hearEndNow(audience, alert, { message, heardAs }, deps) : undefined;
  const stored = await deps.stores.alerts.update(alert.id, (current) =>
    current.news === alert.news ? heard(current, audience, end?.at) : undefined,
  );
  if (!stored || stored.value.news !== alert.news) return undefined;
  return {
    about: aboutAlert(alert),
    message,
    heardAs,
    version: stored.version,
    audience,
    ...(end ? { isNew: true, newTo: end.newTo } : { isNew: !isSilent }),
    ...(isSilent && isTrouble(message) ? { goesOnTo: [] } : {}),
  };
}

/** Undefined where it is written down already. `endHeardAt`: when who hears that it is over. */
function heard(alert: Alert, audience: Audience, endHeardAt: Alert['endHeardAt']): Alert | undefined {
  const ended = endHeardAt ? { ...alert, endHeardAt: { ...endHeardAt, ...alert.endHeardAt } } : alert;
  const isKnown = Object.keys(ended.endHeardAt ?? {}).length === Object.keys(alert.endHeardAt ?? {}).length;
  if (endHeardAt && audience.silencedUntil === undefined) return isKnown ? undefined : ended;
  const next = hear(ended, audience, alert.toldAt.at(-1) ?? alert.openedAt);
  const isSame =
    isKnown &&
    next.heardBy.length === alert.heardBy.length &&
    audience.channels.every((channel) => next.heardAt?.[channel] === alert.heardAt?.[channel]) &&
    next.silencedUntil === alert.silencedUntil &&
    next.nextTellAt === alert.nextTellAt;
  return isSame ? undefined : next;
}
