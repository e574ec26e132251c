import { createHmac } from 'node:crypto';
import type { ChannelConfigOf } from '../../config/config.ts';
import { type Message, plainText } from '../message.ts';
import type { Channel } from './channel.ts';
import { judge } from './http.ts';

/** Standard Webhooks payload: `type`, `timestamp` (ISO) and `data`. */
export interface WebhookPayload {
  type: 'batuta.notification';
  timestamp: string;
  data: Omit<Message, 'at'> & { text: string };
}

const longestText = 2000;

const cut = (text: string) => (text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text);

/** Pure; long values are cut so that the payload stays far below what receivers take. */
export function renderWebhook({ at, ...message }: Message): WebhookPayload {
  const facts = message.facts.slice(0, 30).map(({ label, value }) => ({ label, value: cut(value) }));
  const short = {
    ...message,
    title: cut(message.title),
    facts,
    ...(message.cause ? { cause: cut(message.cause) } : {}),
    ...(message.hint ? { hint: cut(message.hint) } : {}),
  };
  return {
    type: 'batuta.notification',
    timestamp: new Date(at).toISOString(),
    data: { ...short, text: plainText({ ...short, at }) },
  };
}

/**
 * The Standard Webhooks headers (standardwebhooks.com, spec 1.0): `v1,` and the base64 HMAC-SHA256
 * of `id.timestamp.body`, one for each secret; a secret is base64 behind `whsec_`.
 */
export function signatureHeaders(
  secrets: readonly string[],
  id: string,
  nowMs: number,
  body: string,
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secrets.length === 0) return headers;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { ...headers, 'webhook-signature': signatures.join(' ') };
}

/** Any receiver of the Standard Webhooks convention. */
export const webhook: Channel<ChannelConfigOf<'webhook'>> = {
  paceMs: 0,
  updatesInPlace: false,
  render: ({ message }) => renderWebhook(message),
  async send({ channel, message, id }, { http, secretOf, now }) {
    const url = await secretOf(channel.url);
    const secrets = await Promise.all(channel.secrets.map(secretOf));
    const body = JSON.stringify(renderWebhook(message));
    return judge(await http.post(url, body, signatureHeaders(secrets, id, now(), body)));
  },
};
