import type { ChannelConfig, Config } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import { channelOf } from '../channels/channels.ts';
import type { Message } from '../message.ts';
import { understandsMention } from './mentions.ts';
import { mutedUntil } from './mute.ts';
import { type RoutedNews, routesFor, wantedBy } from './routes.ts';

/** A channel that hears a piece of news, by whichever of the routes. */
export interface Hearer {
  channel: string;
  /** In the channel's own terms; said only with news of severity error. */
  mentions: readonly string[];
  /** Each route that leads there is muted, the first of them until then. */
  mutedUntil?: Instant;
}

/** Whether what is only progress shows in a message that the channel has already. */
export function updatesInPlace({ channels }: Pick<Config, 'channels'>, name: string): boolean {
  const channel = channels[name];
  return channel !== undefined && channelOf(channel).updatesInPlace;
}

/** Where what was told stands as it was told until it is changed: a message in a chat, an alert that somebody is paged by. */
export const standing = ({ channels }: Pick<Config, 'channels'>): string[] =>
  Object.keys(channels).filter((name) => isStanding(channels[name]));

export const isStanding = (channel: ChannelConfig | undefined): boolean =>
  channel !== undefined && channelOf(channel).standing;

/** Whether it keeps troubles open until they are resolved, which calls nobody. */
export const resolves = (channel: ChannelConfig | undefined): boolean =>
  channel !== undefined && channelOf(channel).incidents;

/** Whether a mute window holds for it: what only resolves an incident calls nobody, and an open one would. */
export const disturbs = (channel: ChannelConfig | undefined, { incident }: Pick<Message, 'incident'>): boolean =>
  !(resolves(channel) && incident?.state === 'closed');

/** Who hears it, each once, in the routes' order. */
export function hearersOf(config: Pick<Config, 'routes' | 'channels'>, news: RoutedNews, now: Instant): Hearer[] {
  const found = new Map<string, { mentions: string[]; ends: (Instant | undefined)[] }>();
  for (const route of routesFor(config.routes, news)) {
    const end = mutedUntil(route.mute, now);
    for (const channel of wantedBy(route, news.level, (name) => updatesInPlace(config, name))) {
      const { mentions, ends } = found.get(channel) ?? { mentions: [], ends: [] };
      found.set(channel, { mentions: [...mentions, ...route.mentions], ends: [...ends, end] });
    }
  }
  return [...found].map(([channel, { mentions, ends }]) => ({
    channel,
    mentions: mentionsFor(channel, mentions, config),
    ...firstEnd(ends),
  }));
}

function mentionsFor(channel: string, mentions: readonly string[], { channels }: Pick<Config, 'channels'>): string[] {
  const type = channels[channel]?.type;
  return [...new Set(mentions)].filter((mention) => type !== undefined && understandsMention(type, mention));
}

function firstEnd(ends: readonly (Instant | undefined)[]): Pick<Hearer, 'mutedUntil'> {
  const muted = ends.filter((end) => end !== undefined);
  return muted.length < ends.length ? {} : { mutedUntil: Math.min(...muted) as Instant };
}
