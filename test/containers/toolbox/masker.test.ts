import { expect, test } from 'vitest';
import { createMasker } from '../../../containers/toolbox/src/masker.ts';

const password = 'pä ss+w/ord"1?';
const pem = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const smallEscapes = (url: string) => url.replace(/%../g, (escaped) => escaped.toLowerCase());
const wrapped = base64(pem).match(/.{1,76}/g) ?? [];

/** Masks each line as the entry point does: bytes as latin1. */
function mask(secret: string, output: string): string {
  const masker = createMasker();
  masker.add(secret);
  const lines = output.split('\n').map((line) => masker.mask(Buffer.from(line).toString('latin1')));
  return Buffer.from(lines.join('\n'), 'latin1').toString();
}

test.each([
  ['as it is', password, `<${password}>`, '<***>'],
  ['twice in a line', password, `${password} and ${password}`, '*** and ***'],
  ['in base64', password, base64(password), /^\*{3}=*$/],
  ['in base64url', password, Buffer.from(password).toString('base64url'), '***'],
  ['as echo and base64 have it', password, base64(`${password}\n`), /^\*{3}=*$/],
  ['in base64 after 4 bytes', password, base64(`abc:${password}`), /^YWJjO.?\*{3}.?=*$/],
  ['in base64 after 5 bytes', password, base64(`root:${password}`), /^cm9vdD.?\*{3}.?=*$/],
  ['in base64 after 6 bytes', password, base64(`admin:${password}`), /^YWRtaW46\*{3}=*$/],
  ['before another text in base64', password, base64(`${password}:admin`), /^\*{3}.{8,9}$/],
  ['in a URL', password, `?p=${encodeURIComponent(password)}`, '?p=***'],
  ['in a URL with small letters', password, smallEscapes(encodeURIComponent(password)), '***'],
  ['in a form', password, new URLSearchParams({ password }).toString(), 'password=***'],
  ['in JSON', password, JSON.stringify({ password }), '{"password":"***"}'],
  ['with its surrounding white space left out', ` ${password}\n`, `<${password}>`, '<***>'],
  ['line by line', pem, pem, '***\n***\n***\n***\n'],
  ['by one line of several', pem, 'key: MIIEvQIBADANBg', 'key: ***'],
  ['in ASCII JSON', password, '"p\\u00e4 ss+w/ord\\"1?"', '"***"'],
  ['traced by bash', "it's-secret", "+ curl 'it'\\''s-secret'", "+ curl '***'"],
  ['by a field of JSON', '{"password":"pass\\n-word","host":"db.example.com"}', 'pass', '***'],
  ['by a deeper field', '{"a":{"b":["secret-1"]}}', 'secret-1', '***'],
  ['in JSON with several lines', pem, JSON.stringify(pem), '"***"'],
  ['in wrapped base64', pem, wrapped.join('\n'), /^\*{3}\n\*{3}=*$/],
])('a secret is masked %s', (_how, secret, output, expected) => {
  const masked = mask(secret, output);
  expect(masked).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
});

test('a text of fewer than 4 characters is not masked', () => {
  expect(mask('abc', 'abc')).toBe('abc');
});

test('where and what a database is stays readable, though its secret says so too', () => {
  const secret = JSON.stringify({ engine: 'postgres', host: 'db.example.com', username: 'admin', port: 5432 });
  expect(mask(secret, 'postgres at db.example.com:5432 as admin')).toBe('postgres at db.example.com:5432 as admin');
});

test('the forms of hundreds of secrets cost a line no more than those of one', () => {
  const masker = createMasker();
  for (let i = 0; i < 500; i++) masker.add(`secret-number-${i}-of-many`);
  const line = 'x'.repeat(79);
  const started = performance.now();
  for (let i = 0; i < 50_000; i++) masker.mask(line);
  expect(performance.now() - started).toBeLessThan(1500);
  expect(masker.mask('secret-number-77-of-many')).toBe('***');
});
