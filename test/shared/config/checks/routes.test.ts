import { expect, test } from 'vitest';
import { configOf, PLACE, problemsOf } from '../../../support/configuration.ts';

const before = `${PLACE}channels:
  team: { type: webhook, url: ssm:/u }
  chat: { type: slack, token: ssm:/t, channel: C0123456 }
  talk: { type: discord, url: ssm:/d }
  cards: { type: teams, url: ssm:/c }
jobs: { db-backup: { script: a.sh } }
services: { shop-api: { image: { repository: shop/api, tags: main } } }
routes:
`;
const routes = (...lines: string[]) => `${before}${lines.map((line) => `  - { ${line} }\n`).join('')}`;
const told = (...lines: string[]) =>
  problemsOf(routes(...lines)).map((problem) => problem.replace(/^batuta\.yml:\d+:\d+ /, ''));

test('a route says whom it tells, what, when and how', () => {
  const [short, long] = configOf(
    routes(
      'when: { severity: error }, to: [team]',
      'when: { severity: [info, warning], kind: [run, digest], job: "db-*" }, to: [chat, talk], only: failures, continue: true, mute: [{ days: weekdays, from: "22:00", to: "06:00", timezone: America/Sao_Paulo }, { days: [weekend, fri] }], repeat: 30m, digest: { every: week, at: "16:30", timezone: Europe/Lisbon }',
    ),
  ).routes;
  expect(short).toEqual({
    when: { severity: ['error'] },
    to: ['team'],
    only: 'changes',
    continue: false,
    mute: [],
    mentions: [],
    repeatMs: 14_400_000,
  });
  expect(long).toEqual({
    when: { severity: ['info', 'warning'], kind: ['run', 'digest'], job: 'db-*' },
    to: ['chat', 'talk'],
    only: 'failures',
    continue: true,
    mute: [
      { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '22:00', to: '06:00', timezone: 'America/Sao_Paulo' },
      { days: ['sat', 'sun', 'fri'], from: '00:00', to: '24:00', timezone: 'UTC' },
    ],
    mentions: [],
    repeatMs: 1_800_000,
    digest: { every: 'week', day: 'mon', at: '16:30', timezone: 'Europe/Lisbon' },
  });
});

test.each([
  ['daily', { every: 'day', day: 'mon', at: '08:00', timezone: 'UTC' }],
  ['weekly', { every: 'week', day: 'mon', at: '08:00', timezone: 'UTC' }],
  ['{ every: week, day: fri }', { every: 'week', day: 'fri', at: '08:00', timezone: 'UTC' }],
  ['{ every: day, at: "23:59" }', { every: 'day', day: 'mon', at: '23:59', timezone: 'UTC' }],
])('digest: %s', (yaml, digest) => {
  expect(configOf(routes(`to: [team], digest: ${yaml}`)).routes[0]?.digest).toEqual(digest);
});

test.each<[string, string[], string]>([
  [
    'a route after one that takes everything',
    ['to: [team]', 'when: { severity: error }, to: [chat]'],
    'routes[1]: can never apply: routes[0] takes all of its news; put it before that one, or write `continue: true` there',
  ],
  [
    'a route whose news an earlier glob takes',
    ['when: { job: "db-*" }, to: [team]', 'when: { job: db-backup, severity: error }, to: [chat]'],
    'routes[1]: can never apply: routes[0] takes all of its news; put it before that one, or write `continue: true` there',
  ],
  [
    'a job among news of runs',
    ['when: { kind: [run, service] }, to: [team]', 'when: { job: db-backup }, to: [chat]'],
    'routes[1]: can never apply: routes[0] takes all of its news; put it before that one, or write `continue: true` there',
  ],
  [
    'a pattern that no job matches',
    ['when: { job: "bd-*" }, to: [team]'],
    'routes[0].when.job: nothing matches under jobs: `bd-*`; write one of `db-backup`',
  ],
  [
    'a pattern that no service matches',
    ['when: { service: "*-app" }, to: [team]'],
    'routes[0].when.service: nothing matches under services or scheduledTasks: `*-app`; write one of `shop-api`',
  ],
  [
    'a kind of news instead of its family',
    ['when: { kind: deployment-failed }, to: [team]'],
    'routes[0].when.kind: `deployment-failed` is not possible; write `deployment`; routes do not tell its kinds apart',
  ],
  [
    'a repeat that is no duration',
    ['to: [team], repeat: 2 hours'],
    'routes[0].repeat: is no duration; write a whole number and s, m, h or d, such as 30s, 15m, 2h or 1d',
  ],
  [
    'a job and an environment',
    ['when: { job: "db-*", environment: b }, to: [team]'],
    'routes[0].when: no news is about both a job and an environment; write two routes',
  ],
  [
    'kinds of which none is about a job',
    ['when: { job: "db-*", kind: [deployment, batuta] }, to: [team]'],
    'routes[0].when.kind: no such news: a job is about runs; remove `kind`',
  ],
  [
    'the tag of a run',
    ['when: { job: "db-*", tag: v1 }, to: [team]'],
    "routes[0].when.tag: no such news: only deployments and services have an image's tag; remove it",
  ],
  [
    'a digest that nobody makes',
    ['when: { kind: digest }, to: [team]'],
    'routes[0].when.kind: no route makes a digest; write `digest: daily` or `digest: weekly` on this route',
  ],
  [
    'a word for a day',
    ['to: [team], mute: [{ days: [monday] }]'],
    'routes[0].mute[0].days[0]: `monday` is not possible; write mon',
  ],
  [
    'a time without a colon',
    ['to: [team], mute: [{ from: 22 }]'],
    'routes[0].mute[0].from: is no time of day; write hours and minutes, such as "08:00"',
  ],
  [
    'a window that never ends',
    ['to: [team], mute: [{ from: "22:00", to: "22:00" }]'],
    'routes[0].mute[0].to: ends where it begins; write another time, or neither `from` nor `to` for whole days',
  ],
  [
    'windows that together never end',
    ['to: [team], mute: [{ days: weekdays }, { days: weekend }]'],
    'routes[0].mute: leaves no time of the week; leave a gap, or remove the route',
  ],
  [
    'a time zone that is none',
    ['to: [team], mute: [{ from: "22:00", timezone: Europe/Lisboa }]'],
    'routes[0].mute[0].timezone: there is no time zone `Europe/Lisboa`; did you mean `Europe/Lisbon`?',
  ],
  [
    "a digest's time zone that is none",
    ['to: [team], digest: { every: day, timezone: Sao_Paulo }'],
    'routes[0].digest.timezone: there is no time zone `Sao_Paulo`; write an IANA name such as Europe/Lisbon, America/Sao_Paulo or UTC',
  ],
  [
    'a digest of what none is made of',
    ['when: { environment: demo }, to: [team], digest: daily'],
    'routes[0].digest: has nothing to sum up: digests tell of deployments and runs, which this route does not take; remove it, or write it on another route',
  ],
  [
    'the day of a daily digest',
    ['to: [team], digest: { every: day, day: fri }'],
    'routes[0].digest.day: says nothing about a daily digest; write `every: week`, or remove `day`',
  ],
  [
    'a mention that no channel understands',
    ['to: [chat, team], mentions: ["@here"]'],
    "routes[0].mentions[0]: is no mention that one of the route's channels understands; write <!here>, <!channel>, <@U0123ABCD> or <!subteam^S0123ABCD>",
  ],
  [
    'a mention where nobody can be called',
    ['to: [team], mentions: ["<!here>"]'],
    "routes[0].mentions[0]: none of the route's channels can call anybody: webhook; remove `mentions`, or write a route of its own for slack, discord or teams",
  ],
  [
    'mentions where no errors come',
    ['when: { severity: [info, warning] }, to: [chat], mentions: ["<!here>"]'],
    'routes[0].mentions: are only for news of severity error, which this route does not take; remove them, or take errors too',
  ],
  ['a repeat of seconds', ['to: [team], repeat: 30s'], 'routes[0].repeat: is too short; write at least 1m'],
  [
    'a condition beside `when`',
    ['severity: error, to: [team]'],
    'routes[0].severity: unknown key `severity`; did you mean `when.severity`?',
  ],
  [
    'a kind that was meant otherwise',
    ['when: { kind: job }, to: [team]'],
    'routes[0].when.kind: `job` is not possible; write `run`, or `job: NAME` beside it',
  ],
])('%s is told', (_fact, lines, expected) => expect(told(...lines)).toEqual([expected]));

test.each<[string, string[]]>([
  ['an unconditional route that goes on', ['to: [team], continue: true', 'when: { severity: error }, to: [chat]']],
  ['a default at the end', ['when: { severity: error }, to: [chat]', 'to: [team]']],
  ['globs that overlap', ['when: { job: "db-*" }, to: [team]', 'when: { job: "*-backup" }, to: [chat]']],
  ['a wider list', ['when: { severity: error }, to: [team]', 'when: { severity: [error, warning] }, to: [chat]']],
  ['a digest of its own', ['when: { kind: digest }, to: [team], digest: weekly', 'to: [team]']],
  ['the tag of a beta', ['when: { kind: deployment, tag: "*-beta" }, to: [team]']],
  [
    'mentions of several channels',
    [
      'to: [chat, talk, cards, team], mentions: ["<!subteam^S0123ABCD>", everyone, "<@123456789012345678>", ana@example.com]',
    ],
  ],
])('%s is fine', (_fact, lines) => expect(told(...lines)).toEqual([]));

test('a condition of a wrong shape makes no later route unreachable', () => {
  expect(told('when: { severity: eror }, to: [team]', 'when: { job: "db-*" }, to: [team]')).toEqual([
    'routes[0].when.severity: `eror` is not possible; did you mean `error`?',
  ]);
});
