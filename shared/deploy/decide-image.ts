import type { ImageConfig } from '../config/config.ts';
import type { DeployedImage, Deployment } from './deployment.ts';
import { policyInWords } from './policy-in-words.ts';
import { admits, chooseImage, type ListedImage, wantsTag } from './tag-policy.ts';

export interface ImageFacts {
  policy: ImageConfig;
  /** What a person named: at most one of the two. */
  wanted: { tag?: string; digest?: string };
  /** What the policy chooses now, for who named nothing. */
  chosen: DeployedImage | undefined;
  /** The tagged images that ECR holds. */
  listed: readonly ListedImage[];
  /** What was promoted to this service, newest first; of one whose images come so. */
  promoted: readonly Deployment[];
  /** This service's successful deployments, newest first. */
  successes: readonly Deployment[];
}

/** `isPast`: it ran well here, and is nothing that the policy chooses from any more. `isUnknown`: ECR has no such tag. */
export type AskedImage = { image: DeployedImage; isPast?: true } | { refusal: string; isUnknown?: true };

function byTag({ policy, listed }: ImageFacts, tag: string): AskedImage {
  const { repository, tags, registry } = policy;
  if (!admits(tags, tag)) return { refusal: `the tag policy (${policyInWords(tags)}) does not admit ${tag}` };
  if (!wantsTag(policy, tag)) return { refusal: `${tag} is excluded by image.exclude` };
  const found = listed.find((image) => image.tags.includes(tag));
  if (!found) return { refusal: `${repository} has no image ${tag} in ECR`, isUnknown: true };
  const { digest, pushedAt } = found;
  return { image: { repository, tag, digest, pushedAt, ...(registry ? { registry } : {}) } };
}

/** An image that ran well here before is allowed, also where no tag leads to it any more. */
function byDigest({ policy, listed, successes }: ImageFacts, digest: string): AskedImage {
  const present = listed.filter((image) => image.digest === digest);
  const chosen = chooseImage(policy, present);
  if (chosen) return { image: chosen };
  const before = successes.find(({ image }) => image.digest === digest && image.repository === policy.repository);
  if (before) return { image: before.image, isPast: true };
  const why = `no tag that the policy (${policyInWords(policy.tags)}) admits leads to it, and it never succeeded on this service`;
  return { refusal: `${digest} is not allowed: ${why}` };
}

/** The image that a person asked for, also one that failed before; refused where the configuration does not allow it (invariant 10). */
export function decideImage(facts: ImageFacts): AskedImage {
  const { wanted, chosen, policy, promoted } = facts;
  const isNamed = ({ image }: Deployment) =>
    image.tag === (wanted.tag ?? image.tag) && image.digest === (wanted.digest ?? image.digest);
  const known = promoted.find(isNamed);
  if (known) return { image: known.image };
  if (wanted.tag !== undefined) return byTag(facts, wanted.tag);
  if (wanted.digest !== undefined) return byDigest(facts, wanted.digest);
  if (chosen) return { image: chosen };
  return { refusal: `${policy.repository} has no image that the tag policy (${policyInWords(policy.tags)}) chooses` };
}
