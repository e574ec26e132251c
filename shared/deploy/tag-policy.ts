import compareVersions from 'semver/functions/compare.js';
import parseVersion from 'semver/functions/parse.js';
import satisfies from 'semver/functions/satisfies.js';
import type { TagPolicy } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { DeployedImage } from './deployment.ts';

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

/** Whether a tag is one the policy chooses from. */
export function admits(policy: TagPolicy, tag: string): boolean {
  switch (policy.kind) {
    case 'exact':
      return tag === policy.tag;
    case 'glob':
      return !referrerTag.test(tag) && globToRegExp(policy.pattern).test(tag);
    case 'regex':
      return !referrerTag.test(tag) && new RegExp(policy.pattern).test(tag);
    case 'semver':
      return parseVersion(tag) !== null && satisfies(tag, policy.range);
    case 'newest':
      return !referrerTag.test(tag);
    case 'promoted':
      return false;
    default:
      return policy satisfies never;
  }
}

/** Below zero: `a` comes before `b` in the policy's order; tags of one digest are told apart by name. */
function order(policy: TagPolicy, a: Candidate, b: Candidate): number {
  const byVersion = policy.kind === 'semver' ? compareVersions(a.tag, b.tag) : 0;
  return byVersion || a.pushedAt - b.pushedAt || numeric.compare(a.tag, b.tag);
}

/** The image that the policy chooses among those that ECR holds now; undefined where none is admitted. */
export function chooseImage(
  policy: TagPolicy,
  repository: string,
  images: readonly ListedImage[],
): DeployedImage | undefined {
  const candidates = images.flatMap(({ tags, digest, pushedAt }) =>
    tags.filter((tag) => admits(policy, tag)).map((tag) => ({ repository, tag, digest, pushedAt })),
  );
  return candidates.reduce<DeployedImage | undefined>(
    (best, candidate) => (best && order(policy, best, candidate) >= 0 ? best : candidate),
    undefined,
  );
}

/**
 * Whether the policy orders `a` before `b`. Never for the same digest, for `exact` (the tag's present
 * digest always wins), or for a `b` that the policy does not admit, as one chosen before it was changed.
 */
export function isOlder(policy: TagPolicy, a: Candidate, b: Candidate): boolean {
  if (policy.kind === 'exact' || a.digest === b.digest || !admits(policy, b.tag)) return false;
  const byVersion = policy.kind === 'semver' ? compareVersions(a.tag, b.tag) : 0;
  return (byVersion || a.pushedAt - b.pushedAt) < 0;
}
