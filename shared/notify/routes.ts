import type { NewsFamily, RouteConfig, Severity } from '../config/config.ts';
import type { NewsLevel } from './news-kind.ts';

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

const named: Readonly<Record<'job' | 'service' | 'environment', readonly NewsFamily[]>> = {
  job: ['run'],
  service: ['deployment', 'service'],
  environment: ['environment'],
};

function applies({ when }: RouteConfig, news: RoutedNews): boolean {
  const { severity, closes, family, subject, tag } = news;
  if (when.severity && !when.severity.includes(severity) && !(closes && when.severity.includes(closes))) return false;
  if (when.kind && !when.kind.includes(family)) return false;
  for (const key of ['job', 'service', 'environment'] as const) {
    const glob = when[key];
    if (glob !== undefined && !(named[key].includes(family) && globMatches(glob, subject))) return false;
  }
  return when.tag === undefined || (tag !== undefined && globMatches(when.tag, tag));
}

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
    if (!applies(route, news)) continue;
    found.push(route);
    if (!route.continue) break;
  }
  return found;
}

/** The channels that hear the news: those of every route that applies and wants its level, each once, in the routes' order. */
export function channelsFor(
  routes: readonly RouteConfig[],
  news: RoutedNews,
  updatesInPlace: (channel: string) => boolean = () => false,
): string[] {
  const channels = routesFor(routes, news).flatMap(({ only, to }) => {
    if (heardBy[only].includes(news.level)) return to;
    return news.level === 'progress' && only === 'changes' ? to.filter(updatesInPlace) : [];
  });
  return [...new Set(channels)];
}
