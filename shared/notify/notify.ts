import type { Config } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { StateChange } from '../events/ours.ts';
import type { Stores } from '../store/stores.ts';
import { type Heard, type Noted, noteDeployment, noteRun } from './alerts/note-news.ts';
import type { About } from './deliver/delivery.ts';
import { orderedBy } from './deliver/turns.ts';
import { want } from './deliver/want.ts';
import { routesOfDigest } from './digests/digest-hearers.ts';
import { hearNews } from './hear-news.ts';
import type { Message } from './message.ts';
import { type NewsStores, readTold, type Told } from './news.ts';
import { type Audience, audienceOf, followersOf, isTrouble, routed } from './routes/audience.ts';
import { disturbs, hearersOf, standing } from './routes/hearers.ts';
import type { Silence } from './routes/silence.ts';

/** The record that a state change names; undefined for our own deliveries. */
export function aboutOf({ 'detail-type': type, detail }: StateChange): About | undefined {
  switch (type) {
    case 'Run State Change':
      return { kind: 'run', id: detail.id };
    case 'Deployment State Change':
      return { kind: 'deployment', id: detail.id };
    case 'Alert State Change':
      return { kind: 'alert', id: detail.id };
    case 'Delivery State Change':
      return undefined;
    default:
      return type satisfies never;
  }
}

export interface NotifyDeps {
  stores: NewsStores & Pick<Stores, 'deliveries' | 'table'>;
  config: Pick<Config, 'routes' | 'channels'>;
  silences(): Promise<readonly Silence[]>;
  now(): Instant;
}

/** News for some channels. `isNew`: also for those that have not heard of the record yet. */
export interface Wanted {
  about: About;
  message: Message;
  /** What routes look at instead of it. */
  heardAs?: Message;
  version: number;
  audience: Audience;
  isNew: boolean;
  /** Of these only those; absent: all of them. */
  newTo?: readonly string[];
  /** Of those that have heard of the record only these hear of it aloud; absent: all of them. */
  goesOnTo?: readonly string[];
}

/**
 * State change → what it says about troubles is counted, and a delivery record per channel that is to hear of it.
 * Safe to repeat. Resolves with the channels.
 */
export async function notify(about: About, given: NotifyDeps): Promise<string[]> {
  const told = await readTold(given.stores, about);
  if (!told) return [];
  const deps = { ...given, config: configFor(told, given.config) };
  const wanted = await whatIsWanted(told, deps);
  if (!wanted) return [];
  const hearers = hearersOf(deps.config, routed(wanted.heardAs ?? wanted.message), deps.now());
  const channels: string[] = [];
  for (const channel of wanted.audience.channels) {
    // Who heard of a trouble hears of its end, also where no route leads any more.
    const found = hearers.find((known) => known.channel === channel) ?? { channel, mentions: [] };
    const { mutedUntil: _, ...unmuted } = found;
    const hearer = disturbs(deps.config.channels[channel], wanted.message) ? found : unmuted;
    const isNew = wanted.isNew && (wanted.newTo?.includes(channel) ?? true);
    if (!isNew && !(wanted.goesOnTo?.includes(channel) ?? true)) continue;
    if (await want(hearer, newsOf(wanted), isNew ? 'beginning' : 'going-on', deps)) channels.push(channel);
  }
  await correct(wanted, channels, deps);
  return channels;
}

const newsOf = ({ about, version, message }: Wanted) => ({
  ...{ about, version, news: message.news },
  subject: orderedBy(message),
});

/** Where a message of it stands, it must not go on saying what is no longer so, whether or not a route asks for the rest. */
async function correct(wanted: Wanted, told: readonly string[], deps: NotifyDeps): Promise<void> {
  const { kind } = wanted.about;
  if (kind !== 'run' && kind !== 'deployment' && !wanted.goesOnTo) return;
  for (const channel of standing(deps.config)) {
    if (!told.includes(channel)) await want({ channel, mentions: [] }, newsOf(wanted), 'standing', deps);
  }
}

/** A digest goes by the routes that ask for it. */
const configFor = (told: Told, config: NotifyDeps['config']): NotifyDeps['config'] =>
  told.kind === 'digest' ? { ...config, routes: routesOfDigest(config.routes, told.digest.key) } : config;

async function whatIsWanted(told: Told, deps: NotifyDeps): Promise<Wanted | undefined> {
  const { about, message, version } = told;
  if (told.kind === 'alert') return message && hearNews(told.alert, message, deps);
  const audience = message && audienceOf(message, deps.config, await deps.silences());
  const heard = audience && { message, audience };
  const { folded, ...noted } = await note(told, heard, deps);
  if (!heard) return undefined;
  const isSilent = audience.silencedUntil !== undefined;
  const isFolded = folded || noted.newTo !== undefined;
  const goesOn = isSilent && isTrouble(message) ? [] : isFolded ? followersOf(message, deps.config) : undefined;
  return { about, version, ...heard, ...noted, isNew: !folded && !isSilent, ...(goesOn ? { goesOnTo: goesOn } : {}) };
}

function note(told: Told, heard: Heard | undefined, deps: NotifyDeps): Promise<Noted> {
  if (told.kind === 'deployment') return noteDeployment(told.deployment, heard, deps);
  return told.kind === 'run' ? noteRun(told.run, heard, deps) : Promise.resolve({ folded: false });
}
