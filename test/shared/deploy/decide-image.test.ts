import { expect, test } from 'vitest';
import type { TagPolicy } from '../../../shared/config/config.ts';
import { decideImage } from '../../../shared/deploy/decide-image.ts';
import { aDeployment, anImage, minutesIn } from '../../support/deployments.ts';

const semver: TagPolicy = { kind: 'semver', range: '>=1.1.0' };
const listed = (...images: [digest: string, ...tags: string[]][]) =>
  images.map(([digest, ...tags]) => ({ digest: `sha256:${digest}`, tags, pushedAt: minutesIn(1) }));
const facts = (tags: TagPolicy, wanted: { tag?: string; digest?: string }) => ({
  policy: { repository: 'shop/api', exclude: [{ kind: 'glob' as const, pattern: '*-rc*' }], tags },
  wanted,
  chosen: undefined,
  listed: listed(['a', '1.1.0', 'latest'], ['b', '1.2.0-rc1'], ['c', '1.0.0']),
  promoted: [] as ReturnType<typeof aDeployment>[],
  successes: [aDeployment({ state: 'succeeded', image: anImage('main-1', 0, 'old') })],
});

const promoted = (wanted: { tag?: string; digest?: string }) => ({
  ...facts({ kind: 'promoted' }, wanted),
  promoted: [
    aDeployment({ image: anImage('main-8') }),
    aDeployment({ state: 'failed', image: anImage('main-7', 0, 'p') }),
  ],
});

test.each([
  ['a tag that the policy admits', facts(semver, { tag: '1.1.0' }), '1.1.0'],
  ['a digest under such a tag, by that tag', facts(semver, { digest: 'sha256:a' }), '1.1.0'],
  ['a digest that succeeded here, under the tag it had', facts(semver, { digest: 'sha256:old' }), 'main-1'],
  [
    'a digest that succeeded here, where images come by promotion',
    facts({ kind: 'promoted' }, { digest: 'sha256:old' }),
    'main-1',
  ],
  ['what was promoted here before, also where it failed, by digest', promoted({ digest: 'sha256:p' }), 'main-7'],
  ['… by tag', promoted({ tag: 'main-7' }), 'main-7'],
  ['… and without a name, the newest of these', promoted({}), 'main-8'],
  ['without a name, what the policy chooses', { ...facts(semver, {}), chosen: anImage('1.3.0') }, '1.3.0'],
])('%s is allowed', (_what, asked, tag) => {
  expect(decideImage(asked)).toMatchObject({ image: { repository: 'shop/api', tag } });
});

test.each([
  [
    'a tag that the policy does not admit',
    facts(semver, { tag: 'latest' }),
    /\(semver:>=1\.1\.0\) does not admit latest/,
  ],
  ['a tag that is excluded', facts({ kind: 'newest' }, { tag: '1.2.0-rc1' }), /1\.2\.0-rc1 is excluded/],
  ['a tag that ECR does not hold', facts(semver, { tag: '9.0.0' }), /has no image 9\.0\.0/],
  ['any tag where images come by promotion', facts({ kind: 'promoted' }, { tag: '1.1.0' }), /images come by promotion/],
  ['a digest whose tags are excluded', facts({ kind: 'newest' }, { digest: 'sha256:b' }), /is not allowed/],
  ['a digest under another tag only', facts(semver, { digest: 'sha256:c' }), /is not allowed/],
  ['nothing to choose', facts(semver, {}), /has no image that the tag policy \(semver:>=1\.1\.0\) chooses/],
])('%s is refused', (_what, asked, refusal) => {
  expect(decideImage(asked)).toMatchObject({ refusal: expect.stringMatching(refusal) });
});
