import { createHmac } from 'node:crypto';

/** A full stop would let one id with another time sign as another id; other characters may be none of a header's. */
const idOf = (id: string) => id.replace(/[^\w:-]/gu, (other) => `~${other.codePointAt(0)?.toString(16)}`);

/**
 * The Standard Webhooks headers (standardwebhooks.com, spec 1.0.0): `v1,` and the base64 HMAC-SHA256 of
 * `id.timestamp.body`, one for each secret, so that a receiver that knows any of them takes it while secrets change.
 * A secret is base64 behind `whsec_`. The id is the same at every attempt: receivers keep it to take each news once.
 * The timestamp is the attempt's own, in seconds; receivers refuse what is older or newer than 5 minutes by their
 * clock (the convention's libraries' tolerance), so that nothing recorded can be played again later.
 */
export function signatureHeaders(
  secrets: readonly string[],
  givenId: string,
  nowMs: number,
  body: string,
): Record<string, string> {
  const id = idOf(givenId);
  const timestamp = String(Math.floor(nowMs / 1000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secrets.length === 0) return headers;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.trim().replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { ...headers, 'webhook-signature': signatures.join(' ') };
}
