import { parseArgs } from 'node:util';
import { InvalidConfiguration, readConfiguration } from '../../build/configuration.ts';
import type { Config, RouteConfig } from '../../shared/config/config.ts';
import { isZonedTime } from '../../shared/config/zoned-time.ts';
import { type Instant, isoToSecond, toInstant } from '../../shared/core/time.ts';
import { explainRoutes, type RouteAnswer } from '../../shared/notify/routes/explain-routes.ts';
import type { Hearer } from '../../shared/notify/routes/hearers.ts';
import { type Command, UsageError } from '../command.ts';
import { localTime } from '../print.ts';
import { type AskedNews, readNews } from '../read-news.ts';
import { jsonText } from '../safe-terminal.ts';

const options = {
  for: { type: 'string' },
  at: { type: 'string' },
  config: { type: 'string', default: 'batuta.yml' },
  json: { type: 'boolean', default: false },
} as const;

export const notifyRoutes: Command = {
  synopsis:
    "--for 'job=NAME|service=NAME|environment=NAME|kind=KIND [severity=S] [tag=T]' [--at TIME] [--config FILE] [--json]",
  summary: 'which channels would get such news by batuta.yml, and why; muted or not as of --at (2026-11-21T23:00:00Z)',
  run: async (args, { out, error }) => {
    const { values } = parseArgs({ args, options });
    if (values.for === undefined)
      throw new UsageError("which news? Write for example batuta notify routes --for 'job=db-backup severity=error'");
    try {
      const config = readConfiguration(values.config);
      const news = readNews(values.for, config);
      const explained = explainRoutes(config, news, timeOf(values.at));
      for (const line of values.json
        ? [jsonText({ news, ...explained }, { replacer: readable })]
        : lines(config, news, explained))
        out(line);
      return 0;
    } catch (caught) {
      if (!(caught instanceof InvalidConfiguration)) throw caught;
      error(caught.message);
      return 1;
    }
  },
};

/** Points in time as text. */
const readable = (key: string, value: unknown) =>
  key === 'until' || key === 'mutedUntil' ? isoToSecond(value as Instant) : value;

function timeOf(text: string | undefined): Instant {
  if (text === undefined) return toInstant(Date.now());
  if (!isZonedTime(text))
    throw new UsageError(`--at ${text} is no time with a zone; write for example 2026-11-21T23:00:00Z`);
  return toInstant(text);
}

function lines(
  { routes }: Config,
  news: AskedNews,
  explained: { routes: readonly RouteAnswer[]; hearers: readonly Hearer[] },
): string[] {
  const about = news.subject === '' ? '' : ` about ${news.subject}`;
  const tag = news.tag === undefined ? '' : `, tag ${news.tag}`;
  const ends =
    news.closes === undefined ? '' : `, which ends a trouble of severity ${news.closes} and counts as that too`;
  return [
    `${news.kind}${about}, severity ${news.severity}${ends}${tag}`,
    ...routes.map((route, i) => `routes[${i}] to ${route.to.join(', ')}: ${inWords(route, explained.routes[i], news)}`),
    explained.hearers.length > 0 ? `goes to ${explained.hearers.map(hearerInWords).join(', ')}` : 'goes to nobody',
  ];
}

function inWords(route: RouteConfig, answer: RouteAnswer | undefined, news: AskedNews): string {
  switch (answer?.kind) {
    case undefined:
      return 'is not there';
    case 'ended':
      return `is not looked at: routes[${answer.by}] takes it and has no \`continue: true\``;
    case 'unmet':
      return `does not apply: ${answer.condition} is ${[route.when[answer.condition]].flat().join(' or ')} there, ${has(answer.condition, news)}`;
    case 'unwanted':
      return `applies, but \`only: ${route.only}\` leaves ${news.kind} out`;
    case 'no-digest':
      return 'has no digest: write `digest: daily` or `digest: weekly` there';
    case 'muted':
      return `applies, muted until ${localTime(isoToSecond(answer.until))}`;
    case 'told':
      return answer.channels.length < route.to.length
        ? `applies, for what updates its message in place: ${answer.channels.join(', ')}`
        : 'applies';
    default:
      return answer satisfies never;
  }
}

function has(condition: keyof RouteConfig['when'], { severity, family, subject, tag }: AskedNews): string {
  if (condition === 'severity') return `this is ${severity}`;
  if (condition === 'kind') return `this is ${family}`;
  if (condition === 'tag') return tag === undefined ? 'this has none' : `this is ${tag}`;
  const about = { job: ['run'], service: ['deployment', 'service'], environment: ['environment'] }[condition];
  return about.includes(family) && subject !== '' ? `this is ${subject}` : `this is about no ${condition}`;
}

function hearerInWords({ channel, mentions, mutedUntil }: Hearer): string {
  const calls = mentions.length > 0 ? ` with ${mentions.join(' ')}` : '';
  return `${channel}${calls}${mutedUntil === undefined ? '' : ` at ${localTime(isoToSecond(mutedUntil))}`}`;
}
