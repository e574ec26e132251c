import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ImageConfig, TagPolicy } from '../../../shared/config/config.ts';
import { deploymentIdOf } from '../../../shared/core/ids.ts';
import { toInstant } from '../../../shared/core/time.ts';
import { decideDeployment } from '../../../shared/deploy/decide-deployment.ts';
import type { DeployedImage } from '../../../shared/deploy/deployment.ts';
import { newPointer, type ServicePointer } from '../../../shared/deploy/pointer.ts';
import { chooseImage, type ListedImage } from '../../../shared/deploy/tag-policy.ts';

const tags = ['1.0.0', 'v1.0.0', '1.2.0-rc.1', '1.2.0', '1.10.0', '2.0.0', 'main-1', 'main-2', 'main-10', 'latest'];
const digests = ['a', 'b', 'c', 'd', 'e'];

/** What people do to a repository: pushing a digest ECR knows keeps its first push time, and a tag is of one digest. */
type Act =
  | { act: 'push'; tag: string; digest: string }
  | { act: 'untag'; tag: string }
  | { act: 'delete'; digest: string };
const anAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('push' as const),
      tag: fc.constantFrom(...tags),
      digest: fc.constantFrom(...digests),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('untag' as const), tag: fc.constantFrom(...tags) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('delete' as const), digest: fc.constantFrom(...digests) }) },
);

function after(images: readonly ListedImage[], act: Act, minute: number): ListedImage[] {
  if (act.act === 'delete') return images.filter(({ digest }) => digest !== act.digest);
  const untagged = images.map((image) => ({ ...image, tags: image.tags.filter((tag) => tag !== act.tag) }));
  if (act.act === 'untag') return untagged;
  const known = untagged.find(({ digest }) => digest === act.digest);
  const image = known ?? { digest: act.digest, tags: [], pushedAt: toInstant(minute * 60_000) };
  return [...untagged.filter((other) => other !== known), { ...image, tags: [...image.tags, act.tag] }];
}

const policies: TagPolicy[] = [
  { kind: 'semver', range: '>=1.0.0' },
  { kind: 'semver', range: '>=1.2.0-rc.0' },
  { kind: 'glob', pattern: 'main-*' },
  { kind: 'regex', pattern: '^(main|v).*' },
  { kind: 'newest' },
  { kind: 'exact', tag: 'latest' },
];
const exclusions: ImageConfig['exclude'][] = [
  [],
  [{ kind: 'exact', tag: '1.10.0' }],
  [{ kind: 'glob', pattern: '*2*' }],
];

/** Precedence written anew: major, minor, patch, and a prerelease before its release. */
function rankOf(tag: string): number {
  const [, major = 0, minor = 0, patch = 0, prerelease] = /^v?(\d+)\.(\d+)\.(\d+)(-.*)?$/.exec(tag) ?? [];
  return (Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch)) * 2 + (prerelease ? 0 : 1);
}

function isBack(policy: TagPolicy, from: DeployedImage, to: DeployedImage): boolean {
  const byVersion = policy.kind === 'semver' ? rankOf(to.tag) - rankOf(from.tag) : 0;
  return (byVersion || to.pushedAt - from.pushedAt) < 0;
}

const aHistory = fc.record({
  tags: fc.constantFrom(...policies),
  exclude: fc.constantFrom(...exclusions),
  acts: fc.array(anAct, { minLength: 2, maxLength: 40 }),
  /** Not every push is looked at: events get lost. */
  looks: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
});

test('no history of pushes, moved tags and deletions leads back, except by an exact tag, which says so (invariant 2)', () => {
  fc.assert(
    fc.property(aHistory, ({ acts, looks, ...policy }) => {
      const wanted: ImageConfig = { repository: 'shop/api', ...policy };
      let images: ListedImage[] = [];
      let pointer: ServicePointer = newPointer;
      for (const [minute, act] of acts.entries()) {
        images = after(images, act, minute);
        if (!looks[minute]) continue;
        const chosen = chooseImage(wanted, images);
        const decision = decideDeployment({ wanted, chosen, pointer, pending: undefined, mode: 'live' });
        if (decision.kind !== 'roll') continue;
        const { accepted } = pointer;
        const movesBack = accepted !== undefined && isBack(wanted.tags, accepted, decision.image);
        expect(decision.movedBack).toBe(movesBack);
        expect(movesBack && wanted.tags.kind !== 'exact').toBe(false);
        pointer = { ...pointer, accepted: decision.image };
      }
    }),
    { numRuns: 500 },
  );
});

test('the choice depends on what ECR holds and not on the order in which it lists it', () => {
  fc.assert(
    fc.property(aHistory, fc.infiniteStream(fc.nat()), ({ acts, tags: policy, exclude }, numbers) => {
      const wanted: ImageConfig = { repository: 'shop/api', tags: policy, exclude };
      const images = acts.reduce<ListedImage[]>(after, []);
      const shuffled = images
        .map((image) => ({ image: { ...image, tags: image.tags.toReversed() }, at: numbers.next().value ?? 0 }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ image }) => image);
      expect(chooseImage(wanted, shuffled)).toEqual(chooseImage(wanted, images));
    }),
  );
});

test('what failed is not chosen again by itself, whatever happens to its tags', () => {
  fc.assert(
    fc.property(aHistory, fc.constantFrom(...digests), ({ acts, tags: policy, exclude }, digest) => {
      const wanted: ImageConfig = { repository: 'shop/api', tags: policy, exclude };
      const failed = [{ digest, deployment: deploymentIdOf('shop-api', digest) }];
      const chosen = chooseImage(wanted, acts.reduce<ListedImage[]>(after, []));
      const pointer = { ...newPointer, failed };
      const decision = decideDeployment({ wanted, chosen, pointer, pending: undefined, mode: 'live' });
      expect(decision.kind === 'roll' && decision.image.digest === digest).toBe(false);
    }),
  );
});
