import { BadRequest } from '../core/errors.ts';

const longestBody = 100_000;

/**
 * The request's JSON object, of at most so many bytes.
 * @throws BadRequest 413 over that, 400 for what is not JSON, 422 for what is no object
 */
export async function readObject(request: Request, longest = longestBody): Promise<Record<string, unknown>> {
  const text = await request.text();
  const size = Buffer.byteLength(text);
  if (size > longest) throw new BadRequest(413, `The body has ${size} bytes; at most ${longest} are taken`);
  if (text === '') return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new BadRequest(400, 'The body is not JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new BadRequest(422, 'The body must be a JSON object', [{ field: '', message: 'must be an object' }]);
  return body as Record<string, unknown>;
}

/** @throws BadRequest 422 naming each field that is not `allowed`. */
export function refuseUnknownFields(body: Record<string, unknown>, allowed: readonly string[]): void {
  const unknown = Object.keys(body).filter((field) => !allowed.includes(field));
  if (unknown.length === 0) return;
  throw new BadRequest(
    422,
    `Unknown ${unknown.length === 1 ? 'field' : 'fields'} ${unknown.join(', ')}; known: ${allowed.join(', ')}`,
    unknown.map((field) => ({ field, message: 'is not known' })),
  );
}

/** @throws BadRequest 422 for a key that cannot be kept. */
export function idempotencyKeyOf(request: Request): string | undefined {
  const key = request.headers.get('idempotency-key');
  if (key === null) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new BadRequest(422, 'Idempotency-Key must be 1 to 255 printable ASCII characters without spaces', [
      { field: 'Idempotency-Key', message: 'must be 1 to 255 printable ASCII characters without spaces' },
    ]);
  return key;
}

/** SHA-256, hex, of the request's meaning, to tell a repeat from another request under the same key. */
export async function hashOf(meaning: unknown): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(meaning)));
  return Buffer.from(digest).toString('hex');
}
