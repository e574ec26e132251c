import type { Config } from '../config/config.ts';
import { type Instant, iso, plus } from '../core/time.ts';
import { forEachInTurn } from '../deploy/each.ts';
import type { AlertSubject, Trouble } from '../notify/alerts/alert.ts';
import { noteOver } from '../notify/alerts/alerts.ts';
import { alertIdOf } from '../notify/alerts/decide-alert.ts';
import type { ChannelStates } from '../notify/deliver/channel-state.ts';
import type { Delivery } from '../notify/deliver/delivery.ts';
import { deliveriesIn } from '../notify/deliver/delivery-record.ts';
import { alertOf } from '../notify/news.ts';
import type { Records } from '../store/records.ts';
import { type NoteDeps, note, patiently } from './watch-deps.ts';

export interface GivenUpDeps extends NoteDeps {
  config: Pick<Config, 'channels'>;
  deliveries: Pick<Records<Delivery>, 'list'>;
  states: Pick<ChannelStates, 'get'>;
}

const subject: AlertSubject = { kind: 'batuta', name: 'notifications' };
const keyOf = (channel: string) => `given-up:${channel}`;
const dayMs = 86_400_000;
const mostPages = 10;
const mostCounted = 200;
const mostNamed = 5;

const givenUpAt = ({ failedAt, createdAt }: Delivery): Instant => failedAt ?? createdAt;

/**
 * Whether people have lost it: not a sample, nor what nothing is left to tell of, nor what a channel that they took out
 * of batuta.yml had waiting; nor news of this very trouble, which would have no end.
 */
const isLost = ({ channel, about, obsolete }: Delivery, channels: Config['channels']): boolean =>
  about.kind !== 'sample' &&
  obsolete === undefined &&
  Object.hasOwn(channels, channel) &&
  !(about.kind === 'alert' && alertOf(about.id).alertId === alertIdOf(subject));

const inWords = (count: number) => `${count} ${count === 1 ? 'notification' : 'notifications'}`;

/** `run r-…, deployment d-… and 3 more` */
function named(lost: readonly Delivery[]): string {
  const told = lost.slice(0, mostNamed).map(({ about }) => `${about.kind} ${about.id}`);
  const more = lost.length - told.length;
  return `${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The trouble that a channel's lost deliveries are, the latest first; each time one is given up counts once. */
function troubleOfGivenUp(
  channel: string,
  [latest, ...others]: readonly [Delivery, ...Delivery[]],
  at: Instant,
): Trouble {
  const lost = [latest, ...others];
  const idOf = (delivery: Delivery) => `${delivery.id} ${iso(givenUpAt(delivery))}`;
  const why = latest.lastError ? `: ${latest.lastError}` : '';
  return {
    key: keyOf(channel),
    kind: 'batuta-dead-letters',
    cause: `${inWords(lost.length)} for ${channel} ${lost.length === 1 ? 'was' : 'were'} given up${why}`,
    hint: `see them: batuta notify failed --channel ${channel}; once the cause is mended, send them again: batuta notify replay --all --channel ${channel}`,
    facts: [{ label: 'Not told', value: named(lost) }],
    id: idOf(latest),
    also: others.slice(0, mostCounted - 1).map(idOf),
    at,
  };
}

/** What was given up within the last day and is lost, the latest first; `isAll`: nothing more was. */
async function listLost({ deliveries, config, now }: GivenUpDeps): Promise<{ lost: Delivery[]; isAll: boolean }> {
  const since = plus(now(), -dayMs);
  const lost: Delivery[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const from = cursor ? { cursor } : {};
    const { values, next } = await deliveries.list(deliveriesIn('failed'), { limit: 100, ...from });
    const recent = values.filter((delivery) => givenUpAt(delivery) >= since);
    lost.push(...recent.filter((delivery) => isLost(delivery, config.channels)));
    if (!next || recent.length < values.length) return { lost, isAll: true };
    cursor = next;
  }
  return { lost, isAll: false };
}

/**
 * Tells of deliveries that were given up within the last day, unless people have heard that their channel takes nothing
 * at all; and, of each channel, when none of them is given up any more.
 */
export async function watchGivenUp(deps: GivenUpDeps): Promise<void> {
  const now = deps.now();
  const { lost, isAll } = await listLost(deps);
  const ofChannels = Map.groupBy(lost, ({ channel }) => channel);
  await forEachInTurn([...ofChannels], async ([channel, [latest, ...others]]) => {
    if (!latest || (await deps.states.get(channel)).trouble?.told) return;
    await note(deps, subject, troubleOfGivenUp(channel, [latest, ...others], now));
  });
  const over = Object.keys(deps.config.channels).filter((channel) => !ofChannels.has(channel));
  // Among what was not looked at there may be some.
  if (!isAll) return;
  const causes = ofChannels.size > 0 ? { causes: over.map(keyOf) } : {};
  await patiently(deps, subject.name, () => noteOver(deps.alerts, subject, { at: now, ...causes }));
}
