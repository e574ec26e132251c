export const channelTypes = ['slack', 'teams', 'discord', 'pagerduty', 'sns', 'eventbridge', 'webhook'] as const;
export type YamlChannelType = (typeof channelTypes)[number];

export type ChannelKey = 'url' | 'token' | 'channel' | 'routingKey' | 'region' | 'topic' | 'bus' | 'secret' | 'allow';

/** What each key may say, as an example. */
export const channelExamples = {
  url: 'ssm:/batuta/team-webhook/url',
  token: 'ssm:/batuta/slack/token',
  channel: 'C0123456789',
  routingKey: 'ssm:/batuta/pagerduty/key',
  region: 'eu',
  topic: 'arn:aws:sns:us-east-1:123456789012:batuta-news',
  bus: 'arn:aws:events:us-east-1:210987654321:event-bus/operations',
  secret: 'ssm:/batuta/team-webhook/secret',
  allow: '[10.20.0.0/16]',
} satisfies Record<ChannelKey, string>;

/** The keys of a type, besides `type`: each way to reach it needs all of its keys; `may` goes with any way. */
export const channelKeys: Readonly<
  Record<YamlChannelType, { ways: readonly (readonly ChannelKey[])[]; may?: readonly ChannelKey[] }>
> = {
  slack: { ways: [['token', 'channel'], ['url']] },
  teams: { ways: [['url']] },
  discord: { ways: [['url']] },
  pagerduty: { ways: [['routingKey']], may: ['region'] },
  sns: { ways: [['topic']] },
  eventbridge: { ways: [['bus']] },
  webhook: { ways: [['url']], may: ['secret', 'allow'] },
};
