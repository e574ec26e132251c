import { z } from 'zod';
import { familyOf, newsKinds } from '../../notify/news-kind.ts';
import { DURATION, durationMs } from '../duration.ts';
import { duration, nonEmpty } from './common.ts';
import { muteWindow, timeOfDay, weekday } from './mute-window.ts';
import { choice, section } from './section.ts';

/** One of them, or a list. */
const oneOrMore = <Value extends z.ZodType>(value: Value) =>
  z.union([z.array(value).min(1, { error: 'is an empty list; write at least one, or remove it' }), value]);

const severity = choice(['info', 'warning', 'error']);
const family = choice(['deployment', 'run', 'service', 'environment', 'batuta', 'digest'], [], {
  ...{ deployments: 'deployment', runs: 'run', services: 'service', environments: 'environment', digests: 'digest' },
  ...{ job: '`run`, or `job: NAME` beside it', 'fan-out': '`run`' },
  ...Object.fromEntries(newsKinds.map((kind) => [kind, `\`${familyOf(kind)}\`; routes do not tell its kinds apart`])),
});

const glob = (what: string, example: string) =>
  nonEmpty.optional().meta({ description: `Only ${what}; \`*\` stands for anything.`, examples: [example] });

const when = section({
  severity: oneOrMore(severity)
    .optional()
    .meta({ description: 'Only news of this severity, or of these.', examples: ['error', ['warning', 'error']] }),
  kind: oneOrMore(family)
    .optional()
    .meta({ description: 'Only news about this, or about these.', examples: ['deployment', ['run', 'service']] }),
  job: glob('this job', 'db-*'),
  service: glob('this service', 'shop-*'),
  environment: glob('this environment', 'demo'),
  tag: glob('images with this tag', '*-beta'),
});

const digest = z.union([
  section({
    every: choice(['day', 'week'], [], { daily: 'day', weekly: 'week' }).meta({
      description: 'How often.',
      examples: ['week'],
    }),
    day: weekday.optional().meta({ description: 'Of a weekly one; default: mon.', examples: ['fri'] }),
    at: timeOfDay.default('08:00').meta({ description: 'When, local time.', examples: ['08:00'] }),
    timezone: nonEmpty.default('UTC').meta({ description: 'IANA time zone.', examples: ['America/Sao_Paulo'] }),
  }),
  choice(['daily', 'weekly']),
]);

const repeat = duration.refine((text) => !DURATION.test(text) || durationMs(text) >= 60_000, {
  error: 'is too short; write at least 1m',
});

export const route = section(
  {
    when: when.default({}).meta({ description: 'All of these must hold; without any: all news.' }),
    to: z
      .array(z.string())
      .min(1, { error: 'names no channel; write at least one' })
      .meta({ description: 'The channels that get it.', examples: [['team']] }),
    only: choice(['failures', 'changes', 'all'])
      .default('changes')
      .meta({
        description:
          '`failures`: what went wrong, and that it is over; `changes`: also what changed what runs; `all`: also runs that started or succeeded.',
        examples: ['failures'],
      }),
    continue: z
      .boolean()
      .default(false)
      .meta({ description: 'What it takes, later routes may take too.', examples: [true] }),
    mute: z
      .array(muteWindow)
      .default([])
      .meta({
        description: 'When its news waits until the window ends.',
        examples: [[{ days: 'weekdays', from: '22:00', to: '06:00', timezone: 'America/Sao_Paulo' }]],
      }),
    mentions: z
      .array(nonEmpty)
      .default([])
      .meta({
        description:
          "Whom to call for news of severity error: Slack's `<!here>`, `<!channel>`, `<@U…>`, `<!subteam^S…>`; Discord's `everyone`, `here`, `<@id>`, `<@&id>`; an e-mail address for Teams.",
        examples: [['<!here>']],
      }),
    repeat: repeat
      .default('4h')
      .meta({ description: 'How long until a trouble that goes on is told again.', examples: ['4h'] }),
    digest: digest.optional().meta({
      description:
        'A summary to the same channels of what was deployed, what ran, failed and was missed, as far as `when` names it: `daily`, `weekly` (at 08:00 UTC, on Mondays), or when.',
      examples: ['daily', { every: 'week', day: 'fri', at: '16:00', timezone: 'America/Sao_Paulo' }],
    }),
  },
  [],
  {
    ...{ channel: 'to', channels: 'to', level: 'only', mention: 'mentions', muted: 'mute', quiet: 'mute' },
    ...{ severity: 'when.severity', kind: 'when.kind', job: 'when.job', service: 'when.service', tag: 'when.tag' },
    ...{ environment: 'when.environment', default: 'a last route without `when`' },
  },
);

export type RouteYaml = z.output<typeof route>;
