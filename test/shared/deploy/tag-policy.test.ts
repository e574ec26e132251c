import { expect, test } from 'vitest';
import type { ImageConfig, TagPattern, TagPolicy } from '../../../shared/config/config.ts';
import { toInstant } from '../../../shared/core/time.ts';
import { admits, chooseImage, isOlder } from '../../../shared/deploy/tag-policy.ts';

/** `1 main-1 latest` is the image pushed in minute 1 with two tags; its digest is `d1`. */
function listed(...images: string[]) {
  return images.map((told) => {
    const [minute = '', ...tags] = told.split(' ');
    return { tags, digest: `d${minute}`, pushedAt: toInstant(Number(minute) * 60_000) };
  });
}

const glob = (pattern: string): TagPolicy => ({ kind: 'glob', pattern });
const regex = (pattern: string): TagPolicy => ({ kind: 'regex', pattern });
const semver = (range: string): TagPolicy => ({ kind: 'semver', range });
const exact = (tag: string): TagPolicy => ({ kind: 'exact', tag });
const newest: TagPolicy = { kind: 'newest' };
const wanted = (tags: TagPolicy, ...exclude: TagPattern[]): ImageConfig => ({ repository: 'shop/api', tags, exclude });
const signature = `sha256-${'a'.repeat(64)}.sig`;

test.each<[string, TagPolicy, string[], string | undefined]>([
  ['exact takes the digest that holds the tag now', exact('latest'), ['1 latest', '2 other'], 'd1 latest'],
  ['exact without the tag chooses nothing', exact('latest'), ['1 other'], undefined],
  ['glob takes the newest push that matches', glob('main-*'), ['1 main-9', '3 dev-1', '2 main-10'], 'd2 main-10'],
  ['glob matches the whole tag', glob('main-*'), ['1 not-main-1'], undefined],
  ['a dot in a glob is a dot', glob('v1.*'), ['1 v1x2', '2 v1.2'], 'd2 v1.2'],
  ['a question mark in a glob is one character', glob('v?'), ['1 v1', '2 v10'], 'd1 v1'],
  ['regex finds its pattern anywhere in the tag', regex('main'), ['1 not-main-1'], 'd1 not-main-1'],
  ['regex takes the newest push that matches', regex('^main-\\d+$'), ['1 main-1', '2 main-x'], 'd1 main-1'],
  ['semver goes by precedence, not by push time', semver('>=1.0.0'), ['2 1.9.0', '1 1.10.0'], 'd1 1.10.0'],
  ['semver takes tags with a v', semver('^1.0.0'), ['1 v1.2.3', '2 v2.0.0'], 'd1 v1.2.3'],
  ['semver leaves out prereleases', semver('>=1.0.0'), ['1 1.0.0', '2 1.1.0-rc.1'], 'd1 1.0.0'],
  [
    'semver takes prereleases that the range asks for',
    semver('>=1.1.0-rc.0'),
    ['1 1.0.0', '2 1.1.0-rc.1'],
    'd2 1.1.0-rc.1',
  ],
  ['a tag that is no version is passed over', semver('*'), ['1 1.0.0', '2 latest', '3 1.0'], 'd1 1.0.0'],
  ['equal versions go by push time', semver('*'), ['1 1.0.0', '2 v1.0.0'], 'd2 v1.0.0'],
  ['newest takes the newest push', newest, ['1 b', '3 a', '2 c'], 'd3 a'],
  ['untagged images are passed over', newest, ['1 a', '2'], 'd1 a'],
  ['signatures are no images', newest, ['1 a', `2 ${signature}`], 'd1 a'],
  ['of two tags of one digest the higher number names it', glob('main-*'), ['1 main-9 main-10'], 'd1 main-10'],
  ['an empty repository has nothing to choose', newest, [], undefined],
])('%s', (_fact, policy, images, expected) => {
  const chosen = chooseImage(wanted(policy), listed(...images));
  expect(chosen && `${chosen.digest} ${chosen.tag}`).toBe(expected);
});

const image = (told: string) => {
  const [only] = listed(told);
  return { digest: only?.digest ?? '', tag: only?.tags[0] ?? '', pushedAt: only?.pushedAt ?? toInstant(0) };
};

test.each<[string, TagPolicy, string, string, boolean]>([
  ['semver: a lower version is older, though pushed later', semver('*'), '2 1.0.0', '1 1.1.0', true],
  ['semver: a higher version is not', semver('*'), '1 1.1.0', '2 1.0.0', false],
  ['semver: the same version pushed later is not', semver('*'), '2 1.0.0', '1 1.0.0', false],
  ['glob: an earlier push is older', glob('*'), '1 a', '2 b', true],
  ['newest: a later push is not', newest, '2 a', '1 b', false],
  ['exact is never older: its present digest wins', exact('latest'), '1 latest', '2 latest', false],
  ['the same digest is never older', newest, '1 a', '1 b', false],
  ['nothing is older than what the policy does not admit', glob('release-*'), '1 release-1', '2 main-1', false],
])('%s', (_fact, policy, a, b, expected) => {
  expect(isOlder(wanted(policy), image(a), image(b))).toBe(expected);
});

test('a signature is not admitted by the widest patterns', () => {
  expect([newest, glob('*'), regex('.'), semver('*')].some((policy) => admits(policy, signature))).toBe(false);
});

test.each<[string, TagPolicy, TagPattern, string | undefined]>([
  ['an excluded tag is passed over', newest, { kind: 'exact', tag: 'b' }, 'd3 c-debug'],
  ['… by a glob', newest, { kind: 'glob', pattern: '*-debug' }, 'd3 b'],
  ['… by a regex', newest, { kind: 'regex', pattern: '^[bc]' }, 'd1 a'],
  ['an image is chosen under another of its tags', glob('*'), { kind: 'exact', tag: 'c-debug' }, 'd3 b'],
  ['exclusion wins over an exact tag', exact('b'), { kind: 'glob', pattern: 'b' }, undefined],
])('%s', (_fact, tags, exclude, expected) => {
  const chosen = chooseImage(wanted(tags, exclude), listed('1 a', '3 b c-debug'));
  expect(chosen && `${chosen.digest} ${chosen.tag}`).toBe(expected);
});

test('an image that was excluded after it was accepted is no yardstick any more', () => {
  const [older, newer] = [image('1 1.0.0'), image('2 1.1.0')];
  expect(isOlder(wanted(semver('*')), older, newer)).toBe(true);
  expect(isOlder(wanted(semver('*'), { kind: 'exact', tag: '1.1.0' }), older, newer)).toBe(false);
});

test('a service that gets its images by promotion chooses none', () => {
  expect(chooseImage(wanted({ kind: 'promoted' }), listed('1 1.0.0'))).toBeUndefined();
});

test('an image of another registry says so', () => {
  const registry = '999999999999.dkr.ecr.eu-west-1.amazonaws.com';
  expect(chooseImage({ ...wanted(newest), registry }, listed('1 a'))).toMatchObject({ registry, tag: 'a' });
});
