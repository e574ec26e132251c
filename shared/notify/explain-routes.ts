import type { Config, RouteConfig } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import { type Hearer, hearersOf, updatesInPlace } from './hearers.ts';
import { mutedUntil } from './mute.ts';
import { type RoutedNews, unmetBy, wantedBy } from './routes.ts';

/** What a route does with a piece of news. */
export type RouteAnswer =
  /** An earlier one takes it and does not go on; counted from 0. */
  | { kind: 'ended'; by: number }
  /** The first condition that does not hold. */
  | { kind: 'unmet'; condition: keyof RouteConfig['when'] }
  /** It applies, and its `only` leaves such news out. */
  | { kind: 'unwanted' }
  | { kind: 'muted'; channels: readonly string[]; until: Instant }
  | { kind: 'told'; channels: readonly string[] };

/** What each route does with the news, in their order, and who hears it. */
export function explainRoutes(
  config: Pick<Config, 'routes' | 'channels'>,
  news: RoutedNews,
  now: Instant,
): { routes: readonly RouteAnswer[]; hearers: readonly Hearer[] } {
  const { routes } = config;
  const last = routes.findIndex((route) => !route.continue && unmetBy(route.when, news) === undefined);
  const answers = routes.map((route, i): RouteAnswer => {
    if (last >= 0 && i > last) return { kind: 'ended', by: last };
    const condition = unmetBy(route.when, news);
    if (condition) return { kind: 'unmet', condition };
    const channels = wantedBy(route, news.level, (name) => updatesInPlace(config, name));
    if (channels.length === 0) return { kind: 'unwanted' };
    const until = mutedUntil(route.mute, now);
    return until === undefined ? { kind: 'told', channels } : { kind: 'muted', channels, until };
  });
  const hearers = hearersOf(config, news, now);
  const calls = news.severity === 'error';
  return { routes: answers, hearers: calls ? hearers : hearers.map((hearer) => ({ ...hearer, mentions: [] })) };
}
