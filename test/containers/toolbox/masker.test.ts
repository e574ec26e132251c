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
  ['in JSON with several lines', pem, JSON.stringify(pem), '"***"'],
  ['in wrapped base64', pem, wrapped.join('\n'), /^\*{3}\n\*{3}=*$/],
])('a secret is masked %s', (_how, secret, output, expected) => {
  const masked = mask(secret, output);
  expect(masked).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
});

test('a text of fewer than 4 characters is not masked', () => {
  expect(mask('abc', 'abc')).toBe('abc');
});
