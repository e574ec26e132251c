import type { ChannelConfig } from '../../config/config.ts';
import { isSettling } from '../alerts/settle.ts';
import type { Sent } from '../channels/channel.ts';
import { channelOf } from '../channels/channels.ts';
import type { Message } from '../message.ts';
import { levelOf } from '../news-kind.ts';
import { audienceOf } from '../routes/audience.ts';
import { isStanding } from '../routes/hearers.ts';
import { settleDelivery, type Told } from './decide-delivery.ts';
import type { DeliverDeps } from './deliver.ts';
import { type OpenChannel, persistently } from './deliver-channel.ts';
import { calledFor, type Delivery } from './delivery.ts';
import { newsOfDelivery } from './news-of-delivery.ts';
import { whyOf } from './send.ts';

/** What is told of a record's version, and how that went. */
interface Telling {
  told: Told;
  sent: Sent;
  /** The receiver was asked. */
  wasAsked: boolean;
}

/** Tells one delivery's news and records how it went. Resolves with it as it then is: still pending where newer news came meanwhile. */
export const deliverOne = async (delivery: Delivery, channel: OpenChannel, deps: DeliverDeps) =>
  record(delivery, await tell(delivery, channel, deps), channel, deps);

/** The channel first, lest others try what it refuses; but whatever goes wrong with that, what was sent is recorded. */
async function record(
  delivery: Delivery,
  { told, sent, wasAsked }: Telling,
  channel: OpenChannel,
  deps: DeliverDeps,
): Promise<Delivery | undefined> {
  const used = wasAsked ? channel.used(delivery, sent) : Promise.resolve();
  const failure = await used.then(
    () => undefined,
    (error: Error) => error,
  );
  if (failure && sent.kind !== 'sent') throw failure;
  const settled = await persistently(deps, () =>
    deps.stores.deliveries.update(delivery.id, (current) => settleDelivery(current, sent, told, deps.now())),
  );
  if (failure) throw failure;
  return settled?.value;
}

async function tell(delivery: Delivery, channel: OpenChannel, deps: DeliverDeps): Promise<Telling> {
  const { config } = channel;
  const { wantedVersion: version } = delivery;
  if (!config) return untold(version, refusedAsUnknown);
  // The pace first: the news is what the record says when it goes out.
  await channel.ready();
  try {
    const telling = await whatToTell(delivery, config, deps);
    if ('sent' in telling) return telling;
    const { message, told, isQuiet } = telling;
    const sent = await deps.sender.send({
      channel: config,
      message,
      id: `${delivery.id}:${message.news}`,
      record: delivery.about.id,
      mentions: isQuiet ? [] : calledFor(delivery, message.severity),
      ...(delivery.handle ? { handle: delivery.handle } : {}),
      ...(isQuiet ? { quiet: true } : {}),
    });
    if (sent.kind !== 'sent') notTaken(delivery, sent, deps);
    return { told: isQuiet ? told : { ...told, severity: message.severity }, sent, wasAsked: true };
  } catch (error) {
    // A record that cannot be read or told in words must not keep the ones behind it from being told.
    const sent = { kind: 'retry', why: `its news could not be made: ${whyOf(error)}` } as const;
    notTaken(delivery, sent, deps);
    return untold(version, sent);
  }
}

/** A message, or how the delivery ends without one. */
async function whatToTell(
  delivery: Delivery,
  config: ChannelConfig,
  deps: DeliverDeps,
): Promise<(Pick<Telling, 'told'> & { message: Message; isQuiet: boolean }) | Telling> {
  const { wantedVersion, sentNews } = delivery;
  const news = await newsOfDelivery(deps.stores, delivery);
  if (news.kind === 'nothing') return untold(wantedVersion, { kind: 'sent' }, sentNews);
  if (news.kind === 'gone') {
    const { past, why, obsolete } = news;
    const isCorrected = past && delivery.handle && isStanding(config) && !channelOf(config).incidents;
    if (!isCorrected) return nothingLeft(wantedVersion, why, obsolete);
    return { message: past, told: { version: wantedVersion, news: past.news }, isQuiet: true };
  }
  const { message, version } = news;
  const told = toldOf(message, version, delivery);
  if (message.news === sentNews) return untold(version, { kind: 'sent' }, sentNews);
  if (channelOf(config).incidents && (await isOutdated(message, deps))) {
    // What this record opened itself is over all the same.
    const { incident: _, ...bare } = message;
    return delivery.handle?.opened
      ? { message: { ...bare, severity: 'info' }, told, isQuiet: true }
      : untold(version, { kind: 'sent' }, message.news);
  }
  const heard = hearing(message, delivery, deps);
  if (heard === 'none') return untold(told.version, { kind: 'sent' }, sentNews);
  return { message, told, isQuiet: heard === 'quiet' };
}

/**
 * A trouble that is told late must not open again what its end has closed: nothing would close it any more, unless
 * that end is yet to be told. Nor may an end close what it did not end: what began after it, or what is skipped on as
 * that success was in the queue before.
 */
async function isOutdated({ incident, at }: Message, { stores }: DeliverDeps): Promise<boolean> {
  const alert = incident && (await stores.alerts.get(incident.key))?.value;
  if (!alert) return false;
  // A success is counted before it is told.
  return incident.state === 'open'
    ? alert.state === 'closed' && !isSettling(alert) && (alert.closedAt ?? 0) >= at
    : alert.state === 'open';
}

/** What is newer than what was wanted quietly may be wanted aloud yet. */
function toldOf({ news }: Message, version: number, { quiet, wantedVersion, sentNews = '' }: Delivery) {
  return quiet && version > wantedVersion ? { version: wantedVersion, news: sentNews } : { version, news };
}

/**
 * Whether the channel is to hear it, by the stage that the record has by now: no route may have that for it. `quiet`:
 * only to correct what stands there.
 */
function hearing(message: Message, { about, channel, handle, quiet }: Delivery, { config }: DeliverDeps) {
  const stands = handle !== undefined && isStanding(config.channels[channel]);
  if (quiet) return stands ? 'quiet' : 'none';
  if (about.kind !== 'run' && about.kind !== 'deployment') return 'loud';
  if (audienceOf(message, config, []).channels.includes(channel)) return 'loud';
  if (stands) return 'quiet';
  return levelOf(message.kind, message.severity) === 'failures' ? 'loud' : 'none';
}

const refusedAsUnknown: Sent = {
  kind: 'refused',
  scope: 'channel',
  why: 'the channel is no longer in the configuration',
};

const untold = (version: number, sent: Sent, news = ''): Telling => ({
  told: { version, news },
  sent,
  wasAsked: false,
});

const nothingLeft = (version: number, why: string, obsolete: Told['obsolete']): Telling => ({
  told: { version, news: '', obsolete },
  sent: { kind: 'refused', scope: 'message', why },
  wasAsked: false,
});

function notTaken({ channel, about }: Delivery, sent: Exclude<Sent, { kind: 'sent' }>, { log }: DeliverDeps): void {
  log.warn(`${channel} did not take the news of ${about.id}`, { why: sent.why, outcome: sent.kind });
}
