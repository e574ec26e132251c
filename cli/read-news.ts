import type { Config, NewsFamily, Severity } from '../shared/config/config.ts';
import { suggestName } from '../shared/config/nearest.ts';
import { familyOf, levelOf, type NewsKind, newsKinds, severitiesOf } from '../shared/notify/news-kind.ts';
import type { RoutedNews } from '../shared/notify/routes/routes.ts';
import { UsageError } from './command.ts';

const keys = ['job', 'service', 'environment', 'severity', 'kind', 'tag'] as const;
type Key = (typeof keys)[number];
const severities: readonly Severity[] = ['info', 'warning', 'error'];
const families: readonly NewsFamily[] = [...new Set(newsKinds.map(familyOf))];

/** What such news mostly is: of a family that was asked for, and of a severity. */
const usual: Readonly<Record<NewsFamily, Readonly<Record<Severity, NewsKind>>>> = {
  deployment: { error: 'deployment-failed', warning: 'deployment-skipped', info: 'deployment-succeeded' },
  run: { error: 'run-failed', warning: 'run-late', info: 'run-succeeded' },
  service: { error: 'service-crash-loop', warning: 'service-impaired', info: 'service-recovered' },
  environment: { error: 'environment-not-woken', warning: 'environment-not-woken', info: 'environment-awake' },
  batuta: { error: 'batuta-channel-failing', warning: 'batuta-recovered', info: 'batuta-recovered' },
  digest: { error: 'digest-summary', warning: 'digest-summary', info: 'digest-summary' },
};

export type AskedNews = RoutedNews & { kind: NewsKind };

/**
 * News in the words of routes: `job=db-backup severity=error`, `kind=deployment-succeeded service=shop-api tag=1.2.0`.
 * What is left out is the usual: an error, of what the job, service or environment is mostly news of.
 * @throws UsageError for an unknown key or value, for what contradicts itself, and for news that there is never
 */
export function readNews(text: string, config: Pick<Config, 'jobs' | 'services' | 'scheduledTasks'>): AskedNews {
  const given = readPairs(text);
  const subject = readSubject(given, config);
  const severity = given.severity === undefined ? undefined : oneOf('severity', given.severity, severities);
  const kind = readKind(given.kind, subject?.families, severity);
  const is = severity ?? severitiesOf(kind)[0] ?? 'error';
  refuseImpossible(kind, is, given);
  return {
    kind,
    family: familyOf(kind),
    level: levelOf(kind, is),
    severity: is,
    subject: subject?.name ?? '',
    ...(kind.endsWith('-recovered') ? { closes: 'error' as const } : {}),
    ...(given.tag === undefined ? {} : { tag: given.tag }),
  };
}

function refuseImpossible(kind: NewsKind, severity: Severity, { tag, kind: written }: Partial<Record<Key, string>>) {
  const family = familyOf(kind);
  const isFamily = written === undefined || written === family;
  const kinds = isFamily ? newsKinds.filter((known) => familyOf(known) === family) : [kind];
  const possible = severities.filter((known) => kinds.some((one) => severitiesOf(one).includes(known)));
  const news = isFamily ? `news of the kind ${family}` : kind;
  if (!severitiesOf(kind).includes(severity))
    throw new UsageError(
      `no ${news} is of severity ${severity}; write severity=${possible.join(' or ')}, or leave it out`,
    );
  if (tag !== undefined && family !== 'deployment')
    throw new UsageError(`no ${news} has a tag, only deployments have; leave \`tag\` out, or write kind=deployment`);
}

function readPairs(text: string): Partial<Record<Key, string>> {
  const given: Partial<Record<Key, string>> = {};
  for (const pair of text.split(/[\s,]+/).filter(Boolean)) {
    const [, written, value] = /^([^=]*)=(.+)$/.exec(pair) ?? [];
    if (written === undefined || value === undefined)
      throw new UsageError(`\`${pair}\` is not KEY=VALUE; write for example --for 'job=db-backup severity=error'`);
    const key = keys.find((known) => known === written);
    if (!key) throw new UsageError(`news has no \`${written}\`; ${suggestName(written, keys)}`);
    if (given[key] !== undefined) throw new UsageError(`\`${key}\` stands twice; ask for one at a time`);
    given[key] = value;
  }
  if (Object.keys(given).length === 0)
    throw new UsageError("--for says nothing; write for example --for 'job=db-backup severity=error'");
  return given;
}

function oneOf<Value extends string>(key: Key, written: string, known: readonly Value[]): Value {
  const found = known.find((value) => value === written);
  if (found !== undefined) return found;
  const hint = suggestName(written, known) ?? `batuta.yml has no ${key}`;
  throw new UsageError(`${key}=${written} is not possible; ${hint}`);
}

interface Subject {
  name: string;
  /** What there is news of about it; the first is the usual. */
  families: readonly NewsFamily[];
}

function readSubject(
  { job, service, environment }: Partial<Record<Key, string>>,
  config: Pick<Config, 'jobs' | 'services' | 'scheduledTasks'>,
): Subject | undefined {
  if ([job, service, environment].filter((name) => name !== undefined).length > 1)
    throw new UsageError('news is about one job, one service or one environment; ask for one at a time');
  if (job !== undefined) return { name: oneOf('job', job, Object.keys(config.jobs)), families: ['run'] };
  if (environment !== undefined) return { name: environment, families: ['environment'] };
  if (service === undefined) return undefined;
  const known = [...Object.keys(config.services), ...Object.keys(config.scheduledTasks)];
  return { name: oneOf('service', service, known), families: ['deployment', 'service'] };
}

function readKind(
  written: string | undefined,
  possible: readonly NewsFamily[] | undefined,
  severity: Severity | undefined,
): NewsKind {
  if (written === undefined && !possible)
    throw new UsageError('which news? Say it by `job=`, `service=`, `environment=` or `kind=`');
  const named = written ?? possible?.[0] ?? '';
  const family = families.find((known) => known === named);
  const kind = family ? usual[family][severity ?? 'error'] : oneOf('kind', named, [...families, ...newsKinds]);
  if (possible && !possible.includes(familyOf(kind as NewsKind)))
    throw new UsageError(`no news of the kind ${named} is about that; leave \`kind\` out, or the name`);
  return kind as NewsKind;
}
