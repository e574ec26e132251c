import { z } from 'zod';
import { SSM_PATH } from '../secret-name.ts';
import { ssmReference } from './common.ts';
import { choice, section } from './section.ts';

const FUTURE_CHANNELS = ['slack', 'teams', 'discord', 'pagerduty', 'sns', 'eventbridge'];
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

const webhookUrl = z.string().refine(isWebhookUrl, {
  error: 'is no webhook address; write https://…, http:// only for loopback, or ssm:/name of a parameter that holds it',
});

function isWebhookUrl(text: string): boolean {
  if (text.startsWith('ssm:')) return SSM_PATH.test(text.slice(4));
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}

export const channel = section(
  {
    type: choice(['webhook'], FUTURE_CHANNELS).meta({
      description: 'What kind of channel it is.',
      examples: ['webhook'],
    }),
    url: webhookUrl.meta({
      description: 'Where news is sent: https://…, http:// to loopback, or ssm:/name of a parameter that holds it.',
      examples: ['ssm:/batuta/team-webhook/url'],
    }),
    secret: ssmReference('the signing secret')
      .optional()
      .meta({
        description: 'ssm:/name of the parameter with the signing secret (Standard Webhooks).',
        examples: ['ssm:/batuta/team-webhook/secret'],
      }),
  },
  ['token', 'channel', 'routingKey', 'topic', 'bus', 'repeat', 'mentions', 'digest', 'mute', 'secrets'],
);
