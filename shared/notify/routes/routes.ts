import type { NewsFamily, RouteConfig, Severity } from '../../config/config.ts';
import type { NewsLevel } from '../news-kind.ts';

/** What routes look at. */
export interface RoutedNews {
  family: NewsFamily;
  level: NewsLevel;
  /** The job's, service's or environment's name. */
  subject: string;
  severity: Severity;
  /** Of news that ends a trouble: the trouble's severity. */
  closes?: Severity;
  /** The image's tag. */
  tag?: string;
}

/** `*` stands for any characters; everything else for itself. */
export function globMatches(glob: string, text: string): boolean {
  const source = glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 's').test(text);
}

const families: readonly NewsFamily[] = ['deployment', 'run', 'service', 'environment', 'batuta', 'digest'];

/** What each of these conditions is about: other news has no such thing. */
const named = {
  job: ['run'],
  service: ['deployment', 'service'],
  environment: ['environment'],
  tag: ['deployment'],
} as const satisfies Partial<Record<keyof RouteConfig['when'], readonly NewsFamily[]>>;
const names = ['job', 'service', 'environment', 'tag'] as const;

/** The families of the news that can fulfil the conditions; empty: they contradict each other. */
export const familiesOf = (when: RouteConfig['when']): NewsFamily[] =>
  families.filter(
    (family) =>
      (when.kind?.includes(family) ?? true) &&
      names.every((key) => when[key] === undefined || (named[key] as readonly NewsFamily[]).includes(family)),
  );

const severities: readonly Severity[] = ['info', 'warning', 'error'];

/** Whether all news that fulfils `later` fulfils `earlier` too; false also where only luck would have it so. */
export function covers(earlier: RouteConfig['when'], later: RouteConfig['when']): boolean {
  const within = <T>(few: readonly T[], many: readonly T[] | undefined) =>
    few.every((one) => many?.includes(one) ?? true);
  return (
    within(later.severity ?? severities, earlier.severity) &&
    within(familiesOf(later), earlier.kind) &&
    // A glob that matches another's own text matches whatever that one matches.
    names.every(
      (key) => earlier[key] === undefined || (later[key] !== undefined && globMatches(earlier[key], later[key])),
    )
  );
}

/** The first of a route's conditions that does not hold; undefined where all do. */
export function unmetBy(when: RouteConfig['when'], news: RoutedNews): keyof RouteConfig['when'] | undefined {
  const { severity, closes, family, subject, tag } = news;
  if (when.severity && !when.severity.includes(severity) && !(closes && when.severity.includes(closes)))
    return 'severity';
  if (when.kind && !when.kind.includes(family)) return 'kind';
  return names.find((key) => {
    const glob = when[key];
    if (glob === undefined) return false;
    const name = key === 'tag' ? tag : subject;
    return !((named[key] as readonly NewsFamily[]).includes(family) && name !== undefined && globMatches(glob, name));
  });
}

/** Whether all of a route's or a silence's conditions hold. */
export const matches = (when: RouteConfig['when'], news: RoutedNews): boolean => unmetBy(when, news) === undefined;

/** `progress` is heard where a message is only changed by it: who asks for it adds no noise. */
const heardBy: Readonly<Record<RouteConfig['only'], readonly NewsLevel[]>> = {
  failures: ['failures'],
  changes: ['failures', 'changes'],
  all: ['failures', 'changes', 'progress', 'all'],
};

/** The routes whose conditions hold: the first, and each next one as long as the one before says `continue`. */
export function routesFor(routes: readonly RouteConfig[], news: RoutedNews): RouteConfig[] {
  const found: RouteConfig[] = [];
  for (const route of routes) {
    if (!matches(route.when, news)) continue;
    found.push(route);
    if (!route.continue) break;
  }
  return found;
}

/** Of a route that applies, the channels that hear news of this level: each updates in place or not. */
export function wantedBy(
  { only, to }: Pick<RouteConfig, 'only' | 'to'>,
  level: NewsLevel,
  updatesInPlace: (channel: string) => boolean,
): readonly string[] {
  if (heardBy[only].includes(level)) return to;
  return level === 'progress' && only === 'changes' ? to.filter(updatesInPlace) : [];
}

/** The channels that hear the news: those of every route that applies and wants its level, each once, in the routes' order. */
export function channelsFor(
  routes: readonly RouteConfig[],
  news: RoutedNews,
  updatesInPlace: (channel: string) => boolean = () => false,
): string[] {
  const channels = routesFor(routes, news).flatMap((route) => wantedBy(route, news.level, updatesInPlace));
  return [...new Set(channels)];
}
