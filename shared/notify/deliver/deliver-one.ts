import type { Sent } from '../channels/channel.ts';
import type { Message } from '../message.ts';
import { levelOf } from '../news-kind.ts';
import { audienceOf } from '../routes/audience.ts';
import { isStanding } from '../routes/hearers.ts';
import { settleDelivery } from './decide-delivery.ts';
import type { DeliverDeps } from './deliver.ts';
import { type OpenChannel, persistently } from './deliver-channel.ts';
import { type Delivery, isMuted } from './delivery.ts';
import { newsOfDelivery } from './news-of-delivery.ts';
import { whyOf } from './send.ts';
import { goesBefore } from './turns.ts';

/** What is told of a record's version, and how that went. */
interface Telling {
  told: { version: number; news: string };
  sent: Sent;
  /** The receiver was asked. */
  wasAsked: boolean;
}

/** As it is, and whether it can be told; `waits-for`: another delivery of its subject comes first. */
export type Readiness =
  | { kind: 'ready' | 'not-due'; delivery: Delivery | undefined }
  | { kind: 'waits-for'; delivery: Delivery; other: string };

/** `early`: before its next attempt is due, for the sake of one that waits for it. */
export async function readinessOf(id: string, deps: DeliverDeps, { early = false } = {}): Promise<Readiness> {
  const { deliveries } = deps.stores;
  const now = deps.now();
  const stored = await deliveries.get(id);
  if (stored && Object.keys(stored.outbox).length > 0) await deliveries.flush(id);
  const delivery = stored?.value;
  if (delivery?.state !== 'pending') return { kind: 'not-due', delivery };
  if ((delivery.nextAttemptAt ?? 0) > now && (!early || isMuted(delivery, now))) return { kind: 'not-due', delivery };
  const other = delivery.turn?.after;
  const earlier = other === undefined ? undefined : (await deliveries.get(other))?.value;
  if (other !== undefined && earlier && goesBefore(earlier, delivery, now))
    return { kind: 'waits-for', delivery, other };
  return { kind: 'ready', delivery };
}

/** Tells one delivery's news and records how it went. Resolves with it as it then is: still pending where newer news came meanwhile. */
export const deliverOne = async (delivery: Delivery, channel: OpenChannel, deps: DeliverDeps) =>
  record(delivery, await tell(delivery, channel, deps), channel, deps);

/** The channel first, lest others try what it refuses; but whatever goes wrong with that, what was sent is recorded. */
async function record(
  { id }: Delivery,
  { told, sent, wasAsked }: Telling,
  channel: OpenChannel,
  deps: DeliverDeps,
): Promise<Delivery | undefined> {
  const used = wasAsked ? channel.used(id, sent) : Promise.resolve();
  const failure = await used.then(
    () => undefined,
    (error: Error) => error,
  );
  if (failure && sent.kind !== 'sent') throw failure;
  const settled = await persistently(deps, () =>
    deps.stores.deliveries.update(id, (current) => settleDelivery(current, sent, told, deps.now())),
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
    const news = await newsOfDelivery(deps.stores, delivery);
    if (news.kind === 'gone') return untold(version, { kind: 'refused', scope: 'message', why: news.why });
    if (news.kind === 'nothing') return untold(version, { kind: 'sent' }, delivery.sentNews);
    const { message } = news;
    if (message.news === delivery.sentNews) return untold(news.version, { kind: 'sent' }, delivery.sentNews);
    if (config.type === 'pagerduty' && (await isOverSince(message, deps)))
      return untold(news.version, { kind: 'sent' }, message.news);
    const heard = hearing(message, delivery, deps);
    if (heard === 'none') return untold(news.version, { kind: 'sent' }, delivery.sentNews);
    const sent = await deps.sender.send({
      channel: config,
      message,
      id: `${delivery.id}:${message.news}`,
      mentions: message.severity === 'error' ? (delivery.mentions ?? []) : [],
      ...(delivery.handle ? { handle: delivery.handle } : {}),
      ...(heard === 'quiet' ? { quiet: true } : {}),
    });
    if (sent.kind !== 'sent') notTaken(delivery, sent, deps);
    return { told: { version: news.version, news: message.news }, sent, wasAsked: true };
  } catch (error) {
    // A record that cannot be read or told in words must not keep the ones behind it from being told.
    const sent = { kind: 'retry', why: `its news could not be made: ${whyOf(error)}` } as const;
    notTaken(delivery, sent, deps);
    return untold(version, sent);
  }
}

/** A trouble that is told late must not open again what its end has closed: nothing would close it any more. */
async function isOverSince({ incident, at }: Message, { stores }: DeliverDeps): Promise<boolean> {
  if (incident?.state !== 'open') return false;
  const alert = (await stores.alerts.get(incident.key))?.value;
  return alert?.state === 'closed' && (alert.closedAt ?? 0) >= at;
}

/**
 * Whether the channel is to hear it, by the stage that the record has by now: no route may have that for it. `quiet`:
 * only to correct what stands there.
 */
function hearing(message: Message, { about, channel, handle }: Delivery, { config }: DeliverDeps) {
  if (about.kind !== 'run' && about.kind !== 'deployment') return 'loud';
  if (audienceOf(message, config, []).channels.includes(channel)) return 'loud';
  if (handle && isStanding(config.channels[channel])) return 'quiet';
  const level = levelOf(message.kind, message.severity);
  return level === 'failures' || level === 'changes' ? 'loud' : 'none';
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

function notTaken({ channel, about }: Delivery, sent: Exclude<Sent, { kind: 'sent' }>, { log }: DeliverDeps): void {
  log.warn(`${channel} did not take the news of ${about.id}`, { why: sent.why, outcome: sent.kind });
}
