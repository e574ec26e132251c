import { UsageError } from './command.ts';

/** POSTs JSON to the local system; UsageError where it cannot be reached or refuses. */
export async function postLocal(baseUrl: string, path: string, body: unknown): Promise<unknown> {
  const response = await send(urlOf(baseUrl, path), body);
  const text = await response.text();
  const answer = parse(text);
  if (response.ok && answer !== undefined) return answer;
  throw new UsageError(`${baseUrl} answered ${response.status}: ${messageOf(answer) ?? text.slice(0, 300)}`);
}

function urlOf(baseUrl: string, path: string): URL {
  if (!URL.canParse(path, baseUrl))
    throw new UsageError(`${baseUrl} is no URL; write one such as http://127.0.0.1:4566`);
  return new URL(path, baseUrl);
}

async function send(url: URL, body: unknown): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // A local image may take a while to be copied, but not forever.
      signal: AbortSignal.timeout(60_000),
    });
  } catch (cause) {
    throw new UsageError(explain(url, cause), { cause });
  }
}

function explain({ origin }: URL, cause: unknown): string {
  if (cause instanceof Error && cause.name === 'TimeoutError') return `${origin} did not answer within 60 s`;
  const code = cause instanceof Error && cause.cause instanceof Error && 'code' in cause.cause ? cause.cause.code : '';
  if (code === 'ECONNREFUSED') return `nothing listens at ${origin}; start the system with npm start first`;
  return `${origin} cannot be reached (${String(code || cause)}); start the system with npm start first`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { message, detail } = answer as { message?: unknown; detail?: unknown };
  return [message, detail].find((text) => typeof text === 'string');
}
