import { z } from 'zod';
import { refusalOfRange } from '../../notify/channels/addresses.ts';
import { SSM_PATH } from '../secret-name.ts';
import { channelKeys, channelTypes, channelExamples as example } from './channel-keys.ts';
import { parsed, ssmReference } from './common.ts';
import { choice, section } from './section.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

const address = z
  .string()
  .refine(isAddress, {
    error:
      'is no webhook address; write https://…, http:// only for loopback, or ssm:/name of a parameter that holds it',
  })
  .refine(hasNoCredentials, { error: 'holds a user name or a password, which is never sent; remove it' });

function hasNoCredentials(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

function isAddress(text: string): boolean {
  if (text.startsWith('ssm:')) return SSM_PATH.test(text.slice(4));
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}

/** An id, or a name as Slack shows it. Source: docs.slack.dev, chat.postMessage `channel`; names have at most 80 characters. */
const slackChannel = z.string().regex(/^([CDG][A-Z0-9]{6,}|#[^\s#@<>&|]{1,80})$/, {
  error: 'is no channel of Slack; write its id, such as C0123456789, or its name in quotes, such as "#deployments"',
});

/** Source: Service Authorization Reference, SNS `topic`. */
const topic = z
  .string()
  .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/, {
    error: `is no topic's ARN; write one such as ${example.topic}`,
  })
  .regex(/(?<!\.fifo)$/, { error: 'is a FIFO topic, which e-mail and SMS cannot subscribe to; name a standard one' });

/** Source: Service Authorization Reference, EventBridge `event-bus`. */
const bus = z.string().regex(/^arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/[\w./-]{1,256}$/, {
  error: `is no event bus's ARN; write one such as ${example.bus}`,
});

const secret = ssmReference('the signing secret', example.secret);
const secrets = z
  .array(secret)
  .min(1, { error: 'names no secret; write at least one, or remove it' })
  .max(5, { error: 'names too many secrets; write at most 5' });

const range = parsed((text) => refusalOfRange(text) ?? {});

/** Which keys go with which type is checked in checks/channels.ts, which can say more about it. */
export const channel = section(
  {
    type: choice(channelTypes, [], { 'slack-webhook': '`slack` with a `url`', email: '`sns`', sms: '`sns`' }).meta({
      description: 'What kind of channel it is.',
      examples: ['slack', 'webhook'],
    }),
    url: address.optional().meta({
      description:
        'teams, discord, webhook, and slack without a bot: the address of the webhook, https://… or ssm:/name of a parameter that holds it.',
      examples: [example.url],
    }),
    token: ssmReference('the bot token', example.token)
      .optional()
      .meta({
        description: "slack: ssm:/name of the parameter with the bot's token (xoxb-…), with the scope chat:write.",
        examples: [example.token],
      }),
    channel: slackChannel.optional().meta({
      description: 'slack with a token: the channel\'s id, or its name as "#name".',
      examples: [example.channel, '#deployments'],
    }),
    routingKey: ssmReference('the routing key', example.routingKey)
      .optional()
      .meta({
        description: 'pagerduty: ssm:/name of the parameter with the integration key of the service (Events API v2).',
        examples: [example.routingKey],
      }),
    region: choice(['us', 'eu'])
      .optional()
      .meta({ description: "pagerduty: the account's service region; default: us.", examples: [example.region] }),
    topic: topic.optional().meta({ description: 'sns: the ARN of a standard topic.', examples: [example.topic] }),
    bus: bus.optional().meta({
      description: "eventbridge: the ARN of a bus, which may be another account's.",
      examples: [example.bus],
    }),
    secret: z
      .union([secrets, secret])
      .optional()
      .meta({
        description:
          'webhook: ssm:/name of the parameter with the signing secret (Standard Webhooks); several while receivers change over, the newest first.',
        examples: [example.secret, ['ssm:/batuta/team-webhook/new', example.secret]],
      }),
    allow: z
      .array(range)
      .min(1, { error: 'names no range; write at least one, or remove it' })
      .optional()
      .meta({
        description:
          'webhook: ranges of private networks where the receiver may be; else only public addresses are called.',
        examples: [['10.20.0.0/16']],
      }),
  },
  [],
  {
    ...{ webhook: 'url', webhookUrl: 'url', address: 'url', botToken: 'token', channelId: 'channel' },
    ...{ key: 'routingKey', integrationKey: 'routingKey', topicArn: 'topic', eventBus: 'bus', busArn: 'bus' },
    ...{ secrets: 'secret', only: 'routes[].only', mute: 'routes[].mute', mentions: 'routes[].mentions' },
    ...{ repeat: 'routes[].repeat', digest: 'routes[].digest' },
  },
).meta({
  // What editors complete: the checks say the same in words.
  anyOf: channelTypes.flatMap((type) =>
    channelKeys[type].ways.map((required) => ({ properties: { type: { const: type } }, required })),
  ),
});

export type ChannelYaml = z.output<typeof channel>;
