import type { Platform } from '../aws/image-manifest.ts';
import type { DeployDeps } from './connect.ts';
import { decideCheck, referencedSecrets } from './decide-check.ts';
import type { Problem } from './decide-target.ts';
import type { DeployedImage } from './deployment.ts';
import type { RawTaskDefinition } from './revision.ts';

/** What the image is built for; undefined where ECR does not hold it any more. */
export async function platformsOf(
  { manifests }: Pick<DeployDeps, 'manifests'>,
  image: DeployedImage,
): Promise<readonly Platform[] | undefined> {
  const manifest = await manifests.manifest(image);
  if (manifest?.kind === 'image') return [await manifests.platform(image, manifest.configDigest)];
  return manifest?.platforms;
}

/** Secrets of another region or account are not ours to look at. */
const isOurs = (name: string, [account = '', region = '']: string[]) =>
  !name.startsWith('arn:') || name.split(':').slice(3, 5).join(':') === `${region}:${account}`;

/**
 * What would make the rollout fail for certain, looked for while the service is still untouched: an
 * image that is gone or built for something else, secrets that are not there. `platforms` may have been
 * asked for already.
 */
export async function checkFirst(
  deps: Pick<DeployDeps, 'manifests' | 'secrets' | 'registry'>,
  image: DeployedImage,
  definition: RawTaskDefinition,
  platforms: ReturnType<typeof platformsOf> = platformsOf(deps, image),
): Promise<Problem | undefined> {
  const own = /^(\d+)\.dkr\.ecr\.([a-z0-9-]+)\./.exec(deps.registry)?.slice(1) ?? [];
  const secrets = referencedSecrets(definition).filter((name) => isOurs(name, own));
  const [built, missing] = await Promise.all([platforms, secrets.length > 0 ? deps.secrets.missing(secrets) : []]);
  return decideCheck({ image, definition, platforms: built, missingSecrets: missing });
}
