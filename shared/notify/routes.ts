import type { RouteConfig, Severity } from '../config/config.ts';

/** What routes look at. */
export interface RoutedNews {
  kind: 'run' | 'deployment';
  /** The job's or service's name. */
  subject: string;
  severity: Severity;
}

/** `*` stands for any characters; everything else for itself. */
export function globMatches(glob: string, text: string): boolean {
  const source = glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 's').test(text);
}

function applies({ when }: RouteConfig, news: RoutedNews): boolean {
  if (when.severity && when.severity !== news.severity) return false;
  if (when.kind && when.kind !== news.kind) return false;
  if (when.job !== undefined && !(news.kind === 'run' && globMatches(when.job, news.subject))) return false;
  return when.service === undefined || (news.kind === 'deployment' && globMatches(when.service, news.subject));
}

/** The channels that hear the news: those of every route that applies, each once, in the routes' order. */
export function channelsFor(routes: readonly RouteConfig[], news: RoutedNews): string[] {
  return [...new Set(routes.filter((route) => applies(route, news)).flatMap((route) => route.to))];
}
