import { jsonFields } from './json-fields.ts';

/** A shorter value would mask half of every log. */
const shortestSecret = 4;

/** Columns after which base64(1) and OpenSSL's PEM wrap their output. */
const wrapColumns = [76, 64];

/**
 * Every text by which a secret could be read in one line of output: as it is, its lines, its fields
 * when it is JSON, and all of them
 * in base64 (also inside a longer encoded text), URL encoding, JSON's escapes and as bash traces
 * it. Bytes as latin1, like the lines they are looked for in.
 */
export function secretForms(secret: string): string[] {
  const values = [secret, secret.trim(), ...jsonFields(secret)];
  const lines = values.flatMap((value) => value.split(/\r?\n/).map((line) => line.trim()));
  const forms = new Set([...values, ...lines].filter(isLongEnough).flatMap(formsOf));
  return [...forms].filter((form) => isLongEnough(form) && !form.includes('\n')).map(toBytes);
}

export function isLongEnough(text: string): boolean {
  return text.length >= shortestSecret;
}

function formsOf(value: string): string[] {
  const url = encodeURIComponent(value.toWellFormed());
  const json = JSON.stringify(value).slice(1, -1);
  return [
    value,
    json,
    json.replace(/[^ -~]/g, escapedCharacter),
    // set -x
    value.replaceAll("'", "'\\''"),
    url,
    url.replaceAll('%20', '+'),
    new URLSearchParams({ '': value }).toString().slice(1),
    url.replace(/%../g, (escaped) => escaped.toLowerCase()),
    ...base64Forms(value).flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]),
  ];
}

/** As Python's json.dumps and jq --ascii-output write it. */
const escapedCharacter = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** With a newline too: `echo "$SECRET" | base64` encodes it. */
function base64Forms(value: string): string[] {
  const whole = [value, `${value}\n`].map((text) => Buffer.from(text).toString('base64').replace(/=+$/, ''));
  const wrapped = whole.flatMap((text) => wrapColumns.flatMap((columns) => inRows(text, columns)));
  return [...whole, ...wrapped, ...[0, 1, 2].map((bytesBefore) => base64Inside(Buffer.from(value), bytesBefore))];
}

function inRows(text: string, columns: number): string[] {
  return text.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
}

/**
 * The characters that the value alone decides when so many bytes come before it: `user:password`
 * and the like. A character at either end mixes a few bits of the value with its neighbour and stays.
 */
function base64Inside(value: Buffer, bytesBefore: number): string {
  const encoded = Buffer.concat([Buffer.alloc(bytesBefore), value]).toString('base64');
  const first = Math.ceil((bytesBefore * 8) / 6);
  return encoded.slice(first, Math.floor(((bytesBefore + value.length) * 8) / 6));
}

function toBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}
