import { expect, test } from 'vitest';
import { safeLinks } from '../../../../shared/notify/channels/safe-links.ts';

const urls = (...all: string[]) => safeLinks(all.map((url) => ({ label: 'Log', url }))).map(({ url }) => url);

test('only https, and our own console on the same machine, can be clicked', () => {
  expect(
    urls(
      'https://console.example/log?a=1#b',
      'http://127.0.0.1:8080/runs/r-1',
      'http://console.example',
      'javascript:alert(1)',
      'https://user:password@console.example',
      'https://console.example/ two words',
      `https://console.example/${'a'.repeat(2000)}`,
      'no link',
    ),
  ).toEqual([
    'https://console.example/log?a=1#b',
    'http://127.0.0.1:8080/runs/r-1',
    'https://console.example/%20two%20words',
  ]);
});

test('a label is one line, and never empty', () => {
  const labels = safeLinks(['a\nb', '\u202e', 'x'.repeat(200)].map((label) => ({ label, url: 'https://a.example' })));
  expect(labels.map(({ label }) => label)).toEqual(['a b', 'Link', `${'x'.repeat(79)}…`]);
});
