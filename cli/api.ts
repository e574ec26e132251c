import { randomUUID } from 'node:crypto';
import { UsageError } from './command.ts';

/** Options of every command that calls the API. */
export const apiOptions = {
  api: { type: 'string' },
  token: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/**
 * The API's no; `deployment` where one exists that does already what was asked, `retryAfterMs` where the same is to be
 * asked again later.
 */
export class Refusal extends UsageError {
  readonly deployment: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** Of the answer. */
  readonly status: number;
  constructor(
    status: number,
    detail: string,
    { deployment, retryAfterMs }: { deployment?: string | undefined; retryAfterMs?: number | undefined } = {},
  ) {
    super(detail);
    this.status = status;
    this.deployment = deployment;
    this.retryAfterMs = retryAfterMs;
  }
}

export const apiSynopsis = '[--api URL] [--token TOKEN] [--json]';

export interface Api {
  /** @throws Refusal with what the API says, UsageError with why it cannot be reached; never with the token */
  get(path: string): Promise<unknown>;
  /** With this Idempotency-Key, or a fresh one. @throws UsageError as `get` */
  post(path: string, body: Readonly<Record<string, unknown>>, key?: string): Promise<unknown>;
  /** @throws UsageError as `get` */
  delete(path: string): Promise<unknown>;
}

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The API at `--api` or BATUTA_API, as the caller of `--token` or BATUTA_TOKEN. @throws UsageError for what is missing */
export function connectApi(
  given: { api?: string | undefined; token?: string | undefined },
  environment: NodeJS.ProcessEnv,
): Api {
  const base = baseOf(given.api ?? environment.BATUTA_API);
  const token = given.token ?? environment.BATUTA_TOKEN;
  if (!token) throw new UsageError('which token? set BATUTA_TOKEN, or give --token; batuta token create makes one');
  const send = (method: string, path: string, init: RequestInit = {}) =>
    request(new URL(`${base}${path}`), {
      ...init,
      method,
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
    });
  return {
    get: (path) => send('GET', path),
    delete: (path) => send('DELETE', path),
    post: (path, body, key = randomUUID()) =>
      send('POST', path, {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
      }),
  };
}

/** Without its last slash, and ending in `/api`, whether it was given or not. */
function baseOf(text: string | undefined): string {
  if (!text)
    throw new UsageError(
      'where is the API? set BATUTA_API, or give --api; npx serverless deploy and npm start print it',
    );
  if (!URL.canParse(text)) throw new UsageError(`${text} is no URL; write one such as https://example.com/api`);
  const url = new URL(text);
  // A token must not cross a network in clear.
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.has(url.hostname)))
    throw new UsageError(`${url.origin} is not https; only this machine may be called without`);
  const path = url.pathname.replace(/\/+$/, '');
  return `${url.origin}${path.endsWith('/api') ? path : `${path}/api`}`;
}

async function request(url: URL, init: RequestInit): Promise<unknown> {
  const response = await answerOf(url, init);
  const answer = parse(await response.text());
  if (response.ok && answer !== undefined) return answer;
  const { detail, deployment } = (answer ?? {}) as { detail?: unknown; deployment?: string };
  const said = typeof detail === 'string' ? detail : `${url.origin} answered ${response.status}`;
  const retryAfterMs = response.status === 429 ? Number(response.headers.get('retry-after') ?? 1) * 1000 : undefined;
  throw response.status < 500 ? new Refusal(response.status, said, { deployment, retryAfterMs }) : new UsageError(said);
}

async function answerOf(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new UsageError(`${url.origin} cannot be reached: ${reason}`, { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
