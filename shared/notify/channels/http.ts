import { isIP } from 'node:net';
import type { Sent } from './channel.ts';

export type HttpAnswer =
  | { kind: 'answer'; status: number; retryAfter?: string; body: string }
  /** No answer: it may come another time. */
  | { kind: 'failed'; why: string }
  /** Such an address is never called. */
  | { kind: 'forbidden'; why: string };

export interface Http {
  /** POST; follows no redirect, waits 10 s, reads at most 64 kB of the answer. Never throws. */
  post(url: string, body: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  /** The same by PATCH: changes what was sent earlier (Discord). */
  patch(url: string, body: string): Promise<HttpAnswer>;
}

const timeoutMs = 10_000;

const isLoopback = (host: string) =>
  host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));

/** Why a URL may not be called; undefined where it may. Plain http only to loopback, and that only locally. */
export function refusalOf(url: string, local: boolean): string | undefined {
  if (!URL.canParse(url)) return 'its URL is not a URL';
  const { protocol, hostname } = new URL(url);
  if (isLoopback(hostname)) return local ? undefined : 'its URL is on the loopback interface';
  return protocol === 'https:' ? undefined : 'its URL is not https';
}

/** `local` allows plain http to loopback. */
export function safeHttp(ports: { fetch: typeof fetch; local: boolean }): Http {
  return {
    post: (url, body, headers = {}) => request(ports, 'POST', url, body, headers),
    patch: (url, body) => request(ports, 'PATCH', url, body, {}),
  };
}

async function request(
  ports: { fetch: typeof fetch; local: boolean },
  method: 'POST' | 'PATCH',
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<HttpAnswer> {
  const why = refusalOf(url, ports.local);
  if (why) return { kind: 'forbidden', why };
  try {
    const response = await ports.fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const retryAfter = response.headers.get('retry-after');
    const answer = await response.text();
    return { kind: 'answer', status: response.status, body: answer, ...(retryAfter ? { retryAfter } : {}) };
  } catch (error) {
    const { name, cause } = error as { name: string; cause?: { code?: string } };
    const failed = name === 'TimeoutError' ? 'it did not answer within 10 s' : 'the connection failed';
    return { kind: 'failed', why: cause?.code ? `${failed} (${cause.code})` : failed };
  }
}

/** A later time that an answer asks for, in ms: seconds, as the channels send it. */
export function retryAfterMs(retryAfter: string | undefined): number | undefined {
  const seconds = Number(retryAfter);
  return retryAfter && seconds >= 0 ? seconds * 1000 : undefined;
}

const gone = new Set([401, 403, 404, 410]);

/** What an answer means by its status alone: 408, 425, 429 and 5xx may pass; every other refusal is final. */
export function judge(answer: HttpAnswer): Sent {
  if (answer.kind === 'failed') return { kind: 'retry', why: answer.why };
  if (answer.kind === 'forbidden') return { kind: 'refused', scope: 'channel', why: answer.why };
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const why = `it answered HTTP ${status}`;
  if (status !== 408 && status !== 425 && status !== 429 && status < 500)
    return { kind: 'refused', why, scope: gone.has(status) || status < 400 ? 'channel' : 'message' };
  const afterMs = retryAfterMs(answer.retryAfter);
  return { kind: 'retry', why, ...(afterMs === undefined ? {} : { afterMs }) };
}
