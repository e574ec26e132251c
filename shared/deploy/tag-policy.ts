import compareVersions from 'semver/functions/compare.js';
import parseVersion from 'semver/functions/parse.js';
import satisfies from 'semver/functions/satisfies.js';
import type { ImageConfig, TagPattern, TagPolicy } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { DeployedImage } from './deployment.ts';
import { matchingTags } from './matching-tags.ts';

/** An image as ECR lists it. */
export interface ListedImage {
  tags: readonly string[];
  digest: string;
  pushedAt: Instant;
}

type Candidate = Pick<DeployedImage, 'tag' | 'digest' | 'pushedAt'>;

// Signatures, attestations and SBOMs are stored beside their image under a tag made of its digest.
const referrerTag = /^sha256-[0-9a-f]{64}(\.\w+)?$/;
const numeric = new Intl.Collator('en', { numeric: true });

function globToRegExp(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

/** Of these tags the ones that the policy chooses from. @throws Error for a regular expression that does not end */
function admitted(policy: TagPolicy, tags: readonly string[]): readonly string[] {
  const named = tags.filter((tag) => !referrerTag.test(tag));
  switch (policy.kind) {
    case 'exact':
      return tags.filter((tag) => tag === policy.tag);
    case 'glob': {
      const whole = globToRegExp(policy.pattern);
      return named.filter((tag) => whole.test(tag));
    }
    case 'regex':
      return matchingTags(policy.pattern, named);
    case 'semver':
      // A prerelease only where the range names one of its own major.minor.patch: node-semver's rule, as npm's.
      return tags.filter((tag) => parseVersion(tag) !== null && satisfies(tag, policy.range));
    case 'newest':
      return named;
    case 'promoted':
      return [];
    default:
      return policy satisfies never;
  }
}

/** Whether a tag is one the policy chooses from. */
export const admits = (policy: TagPolicy, tag: string): boolean => admitted(policy, [tag]).length > 0;

const without = (tags: readonly string[], pattern: TagPattern): readonly string[] => {
  const excluded = new Set(admitted(pattern, tags));
  return tags.filter((tag) => !excluded.has(tag));
};

type Wanted = Pick<ImageConfig, 'tags' | 'exclude'>;

const wantedTags = ({ tags: policy, exclude }: Wanted, tags: readonly string[]): ReadonlySet<string> =>
  new Set(exclude.reduce(without, admitted(policy, tags)));

/** Whether an image under this tag may be chosen: the policy admits it and nothing excludes it. */
export const wantsTag = (image: Wanted, tag: string): boolean => wantedTags(image, [tag]).has(tag);

/** Below zero: `a` comes before `b` in the policy's order; tags of one digest are told apart by name. */
function order(policy: TagPolicy, a: Candidate, b: Candidate): number {
  const byVersion = policy.kind === 'semver' ? compareVersions(a.tag, b.tag) : 0;
  return byVersion || a.pushedAt - b.pushedAt || numeric.compare(a.tag, b.tag);
}

/** The image that is wanted among those that ECR holds now; undefined where none is. */
export function chooseImage(wanted: ImageConfig, images: readonly ListedImage[]): DeployedImage | undefined {
  const { tags: policy, repository, registry } = wanted;
  const allowed = wantedTags(
    wanted,
    images.flatMap(({ tags }) => tags),
  );
  const place = { ...(registry ? { registry } : {}), repository };
  const candidates = images.flatMap(({ tags, digest, pushedAt }) =>
    tags.filter((tag) => allowed.has(tag)).map((tag) => ({ ...place, tag, digest, pushedAt })),
  );
  return candidates.reduce<DeployedImage | undefined>(
    (best, candidate) => (best && order(policy, best, candidate) >= 0 ? best : candidate),
    undefined,
  );
}

/** An order exists only between images of one place: the configuration may have named another before. */
export const isSamePlace = (
  a: Pick<ImageConfig, 'registry' | 'repository'>,
  b: Pick<ImageConfig, 'registry' | 'repository'>,
): boolean => a.repository === b.repository && a.registry === b.registry;

/**
 * Whether the policy orders `a` before `b`. Never for the same digest, for `exact` (the tag's present
 * digest always wins), or for a `b` that is not wanted, as one chosen before the policy was changed.
 */
export function isOlder(wanted: Wanted, a: Candidate, b: Candidate): boolean {
  const { tags: policy } = wanted;
  if (policy.kind === 'exact' || a.digest === b.digest || !wantsTag(wanted, b.tag)) return false;
  const byVersion = policy.kind === 'semver' ? compareVersions(a.tag, b.tag) : 0;
  return (byVersion || a.pushedAt - b.pushedAt) < 0;
}
