import { expect, test } from 'vitest';
import { configOf, problemsOf } from '../../../support/configuration.ts';

const topic = 'arn:aws:sns:eu-west-1:123456789012:news';
const bus = 'arn:aws:events:eu-west-1:210987654321:event-bus/ops';

test.each<[string, object]>([
  [
    'type: slack, token: ssm:/s/token, channel: C0123456',
    { type: 'slack', token: 'ssm:/s/token', channel: 'C0123456' },
  ],
  ['type: slack, token: ssm:/s/token, channel: "#ops"', { type: 'slack', token: 'ssm:/s/token', channel: '#ops' }],
  ['type: slack, url: ssm:/s/url', { type: 'slack-webhook', url: 'ssm:/s/url' }],
  ['type: slack, url: "https://chat.example.com/hooks/a"', { type: 'slack-webhook' }],
  ['type: teams, url: "https://flows.example.com/1"', { type: 'teams' }],
  ['type: webhook, url: "https://10.20.0.7/x", allow: [10.20.0.0/16]', { type: 'webhook' }],
  ['type: webhook, url: "http://127.0.0.1:8080/x"', { type: 'webhook' }],
  ['type: discord, url: ssm:/d/url', { type: 'discord', url: 'ssm:/d/url' }],
  ['type: pagerduty, routingKey: ssm:/p', { type: 'pagerduty', routingKey: 'ssm:/p', region: 'us' }],
  ['type: pagerduty, routingKey: ssm:/p, region: eu', { type: 'pagerduty', routingKey: 'ssm:/p', region: 'eu' }],
  [`type: sns, topic: "${topic}"`, { type: 'sns', topic }],
  [`type: eventbridge, bus: "${bus}"`, { type: 'eventbridge', bus }],
  ['type: webhook, url: ssm:/u', { type: 'webhook', url: 'ssm:/u', secrets: [] }],
  ['type: webhook, url: ssm:/u, secret: ssm:/s', { type: 'webhook', url: 'ssm:/u', secrets: ['ssm:/s'] }],
  ['type: webhook, url: ssm:/u, allow: [10.20.0.0/16, "fd12::/16"]', { allow: ['10.20.0.0/16', 'fd12::/16'] }],
  ['type: webhook, url: ssm:/u, secret: [ssm:/new, ssm:/old]', { secrets: ['ssm:/new', 'ssm:/old'] }],
])('a channel: %s', (yaml, expected) => {
  expect(configOf(`channels: { c: { ${yaml} } }`).channels.c).toMatchObject({ name: 'c', ...expected });
});

test.each<[string, string, string]>([
  [
    'Slack by both ways',
    'type: slack, token: ssm:/t, channel: C0123456, url: ssm:/u',
    'c.url: there is `token` and `channel` already, which is another way to reach it; keep one of the two',
  ],
  [
    'Slack by no way',
    'type: slack',
    'c: does not say how it is reached; write `token: ssm:/batuta/slack/token` and `channel: C0123456789`, or `url: ssm:/batuta/team-webhook/url`',
  ],
  ['a token without a channel', 'type: slack, token: ssm:/t', 'c.channel: is missing; write for example C0123456789'],
  [
    'a channel without a token',
    'type: slack, channel: "#a"',
    'c.token: is missing; write for example ssm:/batuta/slack/token',
  ],
  [
    'a name of Slack without #',
    'type: slack, token: ssm:/t, channel: ops',
    'c.channel: is no channel of Slack; write its id, such as C0123456789, or its name in quotes, such as "#deployments"',
  ],
  ['a missing address', 'type: discord', 'c.url: is missing; write for example ssm:/batuta/team-webhook/url'],
  [
    'a key of another type',
    'type: teams, url: ssm:/u, secret: ssm:/s',
    'c.secret: says nothing about a channel of the type teams; remove it, or write `type: webhook`',
  ],
  [
    'a topic that is FIFO',
    `type: sns, topic: "${topic}.fifo"`,
    'c.topic: is a FIFO topic, which e-mail and SMS cannot subscribe to; name a standard one',
  ],
  [
    'a topic by its name',
    'type: sns, topic: news',
    "c.topic: is no topic's ARN; write one such as arn:aws:sns:us-east-1:123456789012:batuta-news",
  ],
  [
    'a bus that is a topic',
    `type: eventbridge, bus: "${topic}"`,
    "c.bus: is no event bus's ARN; write one such as arn:aws:events:us-east-1:210987654321:event-bus/operations",
  ],
  [
    'an unknown region',
    'type: pagerduty, routingKey: ssm:/p, region: us-east-1',
    'c.region: `us-east-1` is not possible; write one of `us`, `eu`',
  ],
  [
    "an address that is another type's",
    'type: webhook, url: "https://hooks.slack.com/services/T/B/x"',
    'c.url: is an address of slack; write `type: slack`',
  ],
  ...[
    'slack, url: "https://hooks.slack.com/services/T/B/x"',
    'teams, url: "https://x.logic.azure.com/workflows/1"',
  ].map((yaml): [string, string, string] => [
    `an address that is a credential: ${yaml}`,
    `type: ${yaml}`,
    'c.url: is a secret: whoever has this address can write to the channel; keep it in Parameter Store, and write for example ssm:/batuta/team-webhook/url',
  ]),
  [
    "Slack's form of a webhook of Discord",
    'type: slack, url: "https://discord.com/api/webhooks/1/a/slack"',
    'c.url: is a secret: whoever has this address can write to the channel; keep it in Parameter Store, and write for example ssm:/batuta/team-webhook/url',
  ],
  [
    'a private address that is not listed',
    'type: webhook, url: "https://10.0.0.1/x", allow: [10.20.0.0/16]',
    'c.url: is a private address, which is not called by itself; list its range, such as `allow: [10.20.0.0/16]`',
  ],
  [
    'a private address of a type that has no list',
    'type: teams, url: "https://[fd12::1]/x"',
    'c.url: is a private address, which is not called by itself; write a public one',
  ],
  [
    'the metadata endpoint',
    'type: webhook, url: "https://169.254.169.254/x"',
    'c.url: is an address that is never called: link-local, metadata or a tunnel',
  ],
  [
    'plain http',
    'type: discord, url: "http://example.com/x"',
    'c.url: is no webhook address; write https://…, http:// only for loopback, or ssm:/name of a parameter that holds it',
  ],
  [
    'no secret in the list',
    'type: webhook, url: ssm:/u, secret: []',
    'c.secret: names no secret; write at least one, or remove it',
  ],
  [
    'a password in an address',
    'type: webhook, url: "https://me:word@example.com/x"',
    'c.url: holds a user name or a password, which is never sent; remove it',
  ],
  [
    'an address in place of a range',
    'type: webhook, url: ssm:/u, allow: [10.20.0.1]',
    'c.allow[0]: is no range of addresses; write one such as 10.20.0.0/16',
  ],
  [
    'a range of everything',
    'type: webhook, url: ssm:/u, allow: [0.0.0.0/0]',
    'c.allow[0]: is wider than any private network; write one such as 10.20.0.0/16',
  ],
  [
    'the range of metadata addresses',
    'type: webhook, url: ssm:/u, allow: [169.254.169.254/32]',
    'c.allow[0]: is never called: it is of the loopback interface, link-local, metadata or a tunnel',
  ],
  [
    'a range with a channel that is public',
    'type: teams, url: ssm:/u, allow: [10.20.0.0/16]',
    'c.allow: says nothing about a channel of the type teams; remove it, or write `type: webhook`',
  ],
  [
    'the type of the configuration that functions get',
    'type: slack-webhook, url: ssm:/u',
    'c.type: `slack-webhook` is not possible; write `slack` with a `url`',
  ],
])('%s is told', (_fact, yaml, expected) => {
  const [problem, ...more] = problemsOf(`channels: { c: { ${yaml} } }`);
  expect(problem?.replace(/^batuta\.yml:\d+:\d+ channels\./, '')).toBe(expected);
  expect(more).toEqual([]);
});

test.each([
  ['type: slack, channel: C0123456, token', 'xoxb-1234-abcd', 'the bot token'],
  ['type: pagerduty, routingKey', 'R0123456789abcdef', 'the routing key'],
  ['type: webhook, url: ssm:/u, secret', 'whsec_abcd', 'the signing secret'],
])('a credential in clear is refused and not repeated: %s', (yaml, value, what) => {
  const problems = problemsOf(`channels: { c: { ${yaml}: ${value} } }`);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`must be the name of ${what}, never its value; write ssm: and`);
  expect(problems[0]).not.toContain(value);
});
