import { isIP } from 'node:net';
import { isLoopback, refusalOfAddress } from './addresses.ts';
import type { Sent } from './channel.ts';
import { beginningOf, secondsToWait, within } from './http-limits.ts';
import { type Address, type Asked, type Network, nodeNetwork } from './http-network.ts';

export type HttpAnswer =
  /** `body` is what came of it in time, cut at 64 kB; `retryAfter` in seconds. */
  | { kind: 'answer'; status: number; retryAfter?: string; body: string }
  /** No answer: it may come another time. */
  | { kind: 'failed'; why: string }
  /** Such an address is never called. */
  | { kind: 'forbidden'; why: string };

export interface Http {
  /**
   * POST; follows no redirect, waits 10 s, reads at most 64 kB of the answer. Never throws.
   * `allow`: ranges of private networks that may be called too, `10.0.0.0/8`.
   */
  post(
    url: string,
    body: string,
    headers?: Readonly<Record<string, string>>,
    allow?: readonly string[],
  ): Promise<HttpAnswer>;
  /** The same by PATCH: changes what was sent earlier (Discord). */
  patch(url: string, body: string): Promise<HttpAnswer>;
}

export interface SafeHttpOptions {
  /** Plain http to loopback is for the local system only. */
  local: boolean;
  /** Absent: Node's own. */
  network?: Network;
  /** For all of it: look-up, connection, answer. */
  timeoutMs?: number;
}

const longestWaitMs = 10_000;

/** Of `[::1]` without the brackets; the URL parser has made decimal, octal and hex forms plain: `0x7f.1` is `127.0.0.1`. */
const hostOf = ({ hostname }: URL) => hostname.replace(/^\[(.*)\]$/, '$1');
const isNamedLoopback = (host: string) => host === 'localhost' || isLoopback(host);

export const noUrl = 'its address is no URL; copy it again, from https:// on';

/** Why a URL may not be called, as far as its text tells; undefined where it may. Plain http only to loopback, and that only locally. */
export function refusalOf(url: string, local: boolean): string | undefined {
  if (!URL.canParse(url)) return noUrl;
  const parsed = new URL(url);
  if (parsed.username || parsed.password) return 'its address holds a user name or a password; remove them';
  if (!['http:', 'https:'].includes(parsed.protocol)) return 'its address does not begin with https://';
  if (isNamedLoopback(hostOf(parsed))) return local ? undefined : 'its address is on the loopback interface';
  return parsed.protocol === 'https:' ? undefined : 'its address does not begin with https://';
}

/** Requests to addresses that people configured, which may lead anywhere: what is looked up is checked, then connected to. */
export function safeHttp(options: SafeHttpOptions): Http {
  return {
    post: (url, body, headers = {}, allow = []) => request(options, allow, { method: 'POST', url, body, headers }),
    patch: (url, body) => request(options, [], { method: 'PATCH', url, body, headers: {} }),
  };
}

async function request(
  { local, network = nodeNetwork, timeoutMs = longestWaitMs }: SafeHttpOptions,
  allow: readonly string[],
  { url, headers: given, ...rest }: Pick<Asked, 'method' | 'headers' | 'body'> & { url: string },
): Promise<HttpAnswer> {
  const why = refusalOf(url, local);
  if (why) return { kind: 'forbidden', why };
  const signal = AbortSignal.timeout(timeoutMs);
  const headers = { 'content-type': 'application/json', ...given };
  try {
    const target = new URL(url);
    const host = hostOf(target);
    const addresses = await within(signal, addressesOf(host, network));
    const forbidden = refusalOfAll(addresses, allow, local && isNamedLoopback(host));
    if (forbidden) return { kind: 'forbidden', why: forbidden };
    return await exchange(network, { ...rest, url: target, headers, addresses, signal });
  } catch (error) {
    return { kind: 'failed', why: whyOf(error, signal, timeoutMs) };
  }
}

async function addressesOf(host: string, network: Network): Promise<readonly Address[]> {
  const kind = isIP(host);
  return kind === 0 ? network.lookup(host) : [{ address: host, family: kind === 6 ? 6 : 4 }];
}

/** One address that may not be called forbids the host: which of them a connection takes is chance. */
function refusalOfAll(
  addresses: readonly Address[],
  allow: readonly string[],
  loopbackToo: boolean,
): string | undefined {
  const refusals = addresses.map(({ address }) =>
    loopbackToo && isLoopback(address) ? undefined : refusalOfAddress(address, allow),
  );
  return refusals.find((refusal) => refusal !== undefined);
}

async function exchange(network: Network, asked: Asked): Promise<HttpAnswer> {
  const answered = await within(asked.signal, network.request(asked));
  const retryAfter = secondsToWait(answered.headers);
  const body = await beginningOf(answered.body, asked.signal);
  return { kind: 'answer', status: answered.status, body, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/** By Node's code alone: the messages of errors name hosts. */
function whyOf(error: unknown, signal: AbortSignal, timeoutMs: number): string {
  if (signal.aborted) return `it did not answer within ${timeoutMs / 1000} s`;
  const { code } = error as { code?: unknown };
  if (code === 'ENOTFOUND') return 'its host is not known (ENOTFOUND); look whether its address is written right';
  const known = typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code);
  return `the connection failed${known ? ` (${code})` : ''}`;
}

/** A later time that an answer asks for, in ms: seconds, as the channels send it. */
export function retryAfterMs(retryAfter: string | undefined): number | undefined {
  const seconds = Number(retryAfter);
  return retryAfter && seconds >= 0 ? seconds * 1000 : undefined;
}

const closed = new Set([401, 403, 404, 410]);
const gone = new Set([404, 410]);

/**
 * What an answer means by its status alone: 408, 425, 429 and 5xx may pass; every other refusal is final. 410 means to
 * stop (Standard Webhooks), and Discord restricts who goes on after a 404 (discord.com/developers, "Rate Limits").
 */
export function judge(answer: HttpAnswer): Sent {
  if (answer.kind === 'failed') return { kind: 'retry', why: answer.why };
  if (answer.kind === 'forbidden') return { kind: 'refused', scope: 'channel', why: answer.why };
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const isRedirect = status >= 300 && status < 400;
  const why = `it answered HTTP ${status}${isRedirect ? ': redirects are not followed; write the address that it leads to' : ''}`;
  if (status !== 408 && status !== 425 && status !== 429 && status < 500)
    return {
      kind: 'refused',
      why,
      scope: closed.has(status) || status < 400 ? 'channel' : 'message',
      ...(gone.has(status) ? { gone: true } : {}),
    };
  const afterMs = retryAfterMs(answer.retryAfter);
  return {
    kind: 'retry',
    why,
    ...(status === 429 ? { limited: true } : {}),
    ...(afterMs === undefined ? {} : { afterMs }),
  };
}
