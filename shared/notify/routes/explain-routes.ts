import type { Config, RouteConfig } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import { tellsDigests } from '../digests/digest-hearers.ts';
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
  /** The news is a digest, and it asks for none. */
  | { kind: 'no-digest' }
  | { kind: 'muted'; channels: readonly string[]; until: Instant }
  | { kind: 'told'; channels: readonly string[] };

/** What each route does with the news, in their order, and who hears it. */
export function explainRoutes(
  config: Pick<Config, 'routes' | 'channels'>,
  news: RoutedNews,
  now: Instant,
): { routes: readonly RouteAnswer[]; hearers: readonly Hearer[] } {
  const { routes } = config;
  if (news.family === 'digest') return explainDigest(config, news, now);
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

/** Which routes have digests, be it others than each other's. */
function explainDigest(config: Pick<Config, 'routes' | 'channels'>, news: RoutedNews, now: Instant) {
  const routes = config.routes.map((route): RouteAnswer => {
    if (!tellsDigests(route)) return { kind: 'no-digest' };
    const until = mutedUntil(route.mute, now);
    return until === undefined ? { kind: 'told', channels: route.to } : { kind: 'muted', channels: route.to, until };
  });
  const asking = config.routes
    .filter(tellsDigests)
    .map((route) => ({ ...route, when: {}, only: 'all' as const, continue: true, mentions: [] }));
  return { routes, hearers: hearersOf({ ...config, routes: asking }, news, now) };
}
