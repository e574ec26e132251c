import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { signatureHeaders } from '../../shared/notify/channels/webhook-sign.ts';
import { newsKinds } from '../../shared/notify/news-kind.ts';

// After a change that is meant: npx vitest run test/docs --update, and read what git diff shows.

const file = 'docs/notifications.md';
const page = readFileSync(file, 'utf8');

/** Nobody makes these yet. */
const unmade = /^environment-/;

/** What the golden file says, links no longer than a page is wide. */
const pictureOf = (kind: string) =>
  readFileSync(`test/shared/notify/golden/text/${kind}.txt`, 'utf8').replace(/(https:\/\/[^/\s]+\/)\S+/g, '$1…');

describe('pictures that docs/notifications.md shows', () => {
  test('are what the golden files say', async () => {
    const drawn = page.replace(
      /^(```text ([a-z-]+)\n).*?^(```)$/gms,
      (_, begin: string, kind: string, end: string) => `${begin}${pictureOf(kind)}${end}`,
    );
    await expect(drawn).toMatchFileSnapshot(`../../${file}`);
  });

  test('are of each kind that is told, and of no other', () => {
    const shown = [...page.matchAll(/^```text ([a-z-]+)$/gm)].map(([, kind]) => kind);
    expect(shown.toSorted()).toEqual(newsKinds.filter((kind) => !unmade.test(kind)).toSorted());
  });

  test('and those that are drawn are there', () => {
    const drawn = [...page.matchAll(/!\[[^\]]+\]\((pictures\/[a-z]+\.png)\)/g)].map(([, name]) => `docs/${name}`);
    expect(drawn).toHaveLength(6);
    expect(drawn.filter((name) => !existsSync(name))).toEqual([]);
  });

  test('go with a table that knows each of these kinds', () => {
    const [, table = ''] = /^## What is told\n(.*?)^## /ms.exec(page) ?? [];
    expect(newsKinds.filter((kind) => !unmade.test(kind) && !table.includes(`\`${kind}\``))).toEqual([]);
  });
});

const codeIn = (language: string) => new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1] ?? '';

const secrets = ['whsec_bmV3IHNlY3JldCBvZiB0aGUgdGVhbQ==', 'whsec_b2xkIHNlY3JldCBvZiB0aGUgdGVhbQ=='];
const body = '{"type":"batuta.notification","data":{"title":"größer → 1.5.0"}}';
const signed = signatureHeaders(secrets, 'team:r-1:failed', Date.now(), body);
const old = signatureHeaders(secrets, 'team:r-1:failed', Date.now() - 600_000, body);

type Case = readonly [
  fact: string,
  headers: Record<string, string>,
  body: string,
  secrets: string[],
  expected: boolean,
];
const cases: readonly Case[] = [
  ['takes what the newest secret signs', signed, body, secrets.slice(0, 1), true],
  ['takes what an older secret signs while both do', signed, body, secrets.slice(1), true],
  ['refuses what was changed on the way', signed, body.replace('1.5.0', '1.6.0'), secrets, false],
  ['refuses another secret', signed, body, ['whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA=='], false],
  ['refuses what was sent ten minutes ago', old, body, secrets, false],
  ['refuses what is not signed', {}, body, secrets, false],
];

describe('the example in Node that verifies a webhook', () => {
  test.each(cases)('%s', async (_fact, headers, text, known, expected) => {
    const { isFromBatuta } = await import(`data:text/javascript,${encodeURIComponent(codeIn('js'))}`);
    expect(isFromBatuta(headers, text, known)).toBe(expected);
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('the example in Python that verifies a webhook', () => {
  test.skipIf(!hasPython)('answers as the one in Node does', () => {
    const print = `import json, sys
print(json.dumps([is_from_batuta(h, b.encode(), s) for _, h, b, s, _ in json.load(sys.stdin)]))`;
    const answer = execFileSync('python3', ['-c', `${codeIn('python')}\n${print}`], { input: JSON.stringify(cases) });
    expect(JSON.parse(`${answer}`)).toEqual(cases.map(([, , , , expected]) => expected));
  });
});
