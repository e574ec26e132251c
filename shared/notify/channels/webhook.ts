import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import { type Message, plainText } from '../message.ts';

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
 * of `id.timestamp.body`; the secret is base64 behind `whsec_`.
 */
export function signatureHeaders(
  secret: string | undefined,
  id: string,
  nowMs: number,
  body: string,
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === undefined) return headers;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}

const isLoopback = (host: string) =>
  host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));

/** Why a URL may not be called; undefined where it may. Plain http only to loopback, and that only locally. */
export function refusalOf(url: string, local: boolean): string | undefined {
  if (!URL.canParse(url)) return 'its URL is not a URL';
  const { protocol, hostname } = new URL(url);
  if (isLoopback(hostname)) return local ? undefined : 'its URL is on the loopback interface';
  return protocol === 'https:' ? undefined : 'its URL is not https';
}
