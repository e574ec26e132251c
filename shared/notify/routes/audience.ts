import type { Config } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import type { Repeats } from '../alerts/alert.ts';
import type { Message } from '../message.ts';
import { familyOf, levelOf } from '../news-kind.ts';
import { updatesInPlace } from './hearers.ts';
import { channelsFor, matches, type RoutedNews, routesFor, wantedBy } from './routes.ts';
import type { Silence } from './silence.ts';

/** Who hears a piece of news. */
export interface Audience {
  channels: readonly string[];
  /** Nothing new is begun until then, and nobody is called. */
  silencedUntil?: Instant;
}

/** What routes look at in a message. */
export function routed({ kind, severity, subject, closes, tag }: Message): RoutedNews {
  return {
    family: familyOf(kind),
    level: levelOf(kind, severity),
    subject,
    severity,
    ...(closes ? { closes } : {}),
    ...(tag === undefined ? {} : { tag }),
  };
}

/** The channels that routes name for it, and until when the silences that match it hold. */
export function audienceOf(
  message: Message,
  config: Pick<Config, 'routes' | 'channels'>,
  silences: readonly Silence[],
): Audience {
  const news = routed(message);
  const ends = silences.filter(({ matchers }) => matches(matchers, news)).map(({ until }) => until);
  return {
    channels: channelsFor(config.routes, news, (name) => updatesInPlace(config, name)),
    ...(ends.length > 0 ? { silencedUntil: Math.max(...ends) as Instant } : {}),
  };
}

/** What calls people, other than that something is over or goes well. */
export const isTrouble = ({ severity, closes }: Message): boolean => severity !== 'info' && closes === undefined;

/** The channels that hear of each run of the job: of what began there they hear how it ends. */
export const followersOf = (message: Message, config: Pick<Config, 'routes' | 'channels'>): readonly string[] =>
  channelsFor(config.routes, { ...routed(message), level: 'all', severity: 'info' }, (name) =>
    updatesInPlace(config, name),
  );

/** Of each channel that hears it the shortest `repeat` of the routes that lead there. */
export function repeatsOf(message: Message, config: Pick<Config, 'routes' | 'channels'>): Repeats {
  const news = routed(message);
  const repeats: Record<string, number> = {};
  for (const route of routesFor(config.routes, news))
    for (const channel of wantedBy(route, news.level, (name) => updatesInPlace(config, name)))
      repeats[channel] = Math.min(route.repeatMs, repeats[channel] ?? route.repeatMs);
  return repeats;
}
