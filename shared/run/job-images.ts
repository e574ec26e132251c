import type { EcrGateway } from '../aws/ecr.ts';
import { canonicalHash } from '../config/canonical-json.ts';
import type { ImageConfig } from '../config/config.ts';
import { chosenNow } from '../deploy/chosen-now.ts';
import type { Cache } from '../store/cache.ts';

/** Which image a launch takes for a job that names a repository. */
export interface JobImages {
  /** `REGISTRY/REPOSITORY@DIGEST`; undefined where ECR holds none that is wanted. @throws AwsCallFailed */
  uriNow(image: ImageConfig): Promise<string | undefined>;
}

const keptMs = 60_000;
const keyOf = (image: ImageConfig) => `job-image#${canonicalHash(image)}`;

/**
 * A burst of runs asks ECR once: what was chosen is kept for a minute, or until a push of that repository
 * forgets it. A look that began before a push may still be kept after it, for that minute.
 */
export function jobImages(deps: {
  ecr: Pick<EcrGateway, 'images'>;
  cache: Cache;
  /** Our own, for images that name none. */
  registry: string;
}): JobImages {
  const underWay = new Map<string, Promise<string | undefined>>();
  async function look(image: ImageConfig, key: string): Promise<string | undefined> {
    const known = await deps.cache.get(key);
    if (known) return known;
    const chosen = await chosenNow(deps, { image });
    if (!chosen) return undefined;
    const uri = `${image.registry ?? deps.registry}/${chosen.repository}@${chosen.digest}`;
    await deps.cache.set(key, uri, keptMs);
    return uri;
  }
  return {
    uriNow(image) {
      const key = keyOf(image);
      const asked = underWay.get(key) ?? look(image, key).finally(() => underWay.delete(key));
      underWay.set(key, asked);
      return asked;
    },
  };
}

/** The next launch looks at ECR again. */
export const forgetJobImage = (cache: Cache, image: ImageConfig): Promise<void> => cache.forget(keyOf(image));
