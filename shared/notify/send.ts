import type { ChannelConfig } from '../config/config.ts';
import { refusalOf, renderWebhook, signatureHeaders } from './channels/webhook.ts';
import type { Message } from './message.ts';

/** How a sending went. Errors name the channel's answer, never its URL: a URL may be a credential. */
export type Sent =
  | { kind: 'sent' }
  | { kind: 'retry'; why: string; afterMs?: number }
  | { kind: 'refused'; why: string };

export interface Sender {
  send(channel: ChannelConfig, message: Message, messageId: string): Promise<Sent>;
}

const timeoutMs = 10_000;

/** What an answer means: 408, 429 and 5xx may pass; every other refusal is final. */
export function judge(status: number, retryAfter: string | null): Sent {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const why = `it answered HTTP ${status}`;
  if (status !== 408 && status !== 429 && status < 500) return { kind: 'refused', why };
  const seconds = Number(retryAfter);
  return { kind: 'retry', why, ...(retryAfter && seconds >= 0 ? { afterMs: seconds * 1000 } : {}) };
}

/** Sends by HTTP. `secretOf` reads `ssm:/name` values; `local` allows plain http to loopback. */
export function httpSender(ports: {
  secretOf(reference: string): Promise<string>;
  fetch: typeof fetch;
  now(): number;
  local: boolean;
}): Sender {
  return {
    async send(channel, message, messageId) {
      let url: string;
      let secret: string | undefined;
      try {
        url = await ports.secretOf(channel.url);
        secret = channel.secret === undefined ? undefined : await ports.secretOf(channel.secret);
      } catch (error) {
        // Someone may yet put the parameter there, or allow reading it.
        return { kind: 'retry', why: `its settings could not be read: ${(error as Error).message}` };
      }
      const refusal = refusalOf(url, ports.local);
      if (refusal) return { kind: 'refused', why: refusal };
      const body = JSON.stringify(renderWebhook(message));
      try {
        const response = await ports.fetch(url, {
          method: 'POST',
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
          headers: { 'content-type': 'application/json', ...signatureHeaders(secret, messageId, ports.now(), body) },
          body,
        });
        await response.body?.cancel();
        return judge(response.status, response.headers.get('retry-after'));
      } catch (error) {
        const { name, cause } = error as { name: string; cause?: { code?: string } };
        return {
          kind: 'retry',
          why:
            name === 'TimeoutError'
              ? 'it did not answer within 10 s'
              : `the connection failed (${cause?.code ?? name})`,
        };
      }
    },
  };
}
