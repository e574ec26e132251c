import type { Clock } from '../../clock.ts';
import { AwsError } from '../service.ts';
import { digestOf } from './image-parts.ts';
import { type ManifestJson, types } from './manifest-json.ts';
import type { Registry } from './registries.ts';
import type { StoredImage, StoredRepository } from './repositories.ts';

function parse(manifest: string): ManifestJson {
  try {
    const parsed: unknown = JSON.parse(manifest);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Refused below, as what is JSON but no manifest.
  }
  throw new AwsError(
    'InvalidParameterException',
    "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
  );
}

export interface NewImage {
  manifest: string;
  mediaType?: string | undefined;
  tag?: string | undefined;
  digest?: string | undefined;
}

function checkTag(stored: StoredRepository, tag: string, digest: string): void {
  if (!/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(tag))
    throw new AwsError(
      'InvalidParameterException',
      `Invalid parameter at 'imageTag' failed to satisfy constraint: 'must satisfy regular expression [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'`,
    );
  const holder = [...stored.images.values()].find(({ tags }) => tags.has(tag));
  const name = stored.repository.repositoryName;
  if (holder && holder.digest !== digest && stored.repository.imageTagMutability === 'IMMUTABLE')
    throw new AwsError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
    );
}

/** An index is as large as the largest of its images: ImageDetail.imageSizeInBytes in the model. */
function sizeOf({ config, layers = [], manifests = [] }: ManifestJson, { images }: StoredRepository): number {
  const own = layers.reduce((sum, { size = 0 }) => sum + size, config?.size ?? 0);
  return Math.max(own, ...manifests.map(({ digest = '' }) => images.get(digest)?.sizeBytes ?? 0));
}

export interface PutPorts {
  clock: Clock;
  registry: Registry;
  /** `isNew`: the digest, not only the tag. */
  pushed: (registry: Registry, stored: StoredRepository, image: StoredImage, tag?: string, isNew?: boolean) => void;
}

/** PutImage for one repository. A digest keeps the time of its first push, however often it is tagged. */
export function putImage(
  stored: StoredRepository,
  { manifest, mediaType, tag, digest: expected }: NewImage,
  { clock, registry, pushed }: PutPorts,
): StoredImage {
  const content = parse(manifest);
  const digest = digestOf(manifest);
  const name = stored.repository.repositoryName;
  if (expected !== undefined && expected !== digest)
    throw new AwsError(
      'ImageDigestDoesNotMatchException',
      `The provided digest '${expected}' does not match the digest '${digest}' of the image manifest`,
    );
  const before = stored.images.get(digest);
  if (before && (tag === undefined || before.tags.has(tag)))
    throw new AwsError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists in the repository with name '${name}' in registry with id '${registry.place.account}'`,
    );
  if (tag !== undefined) checkTag(stored, tag, digest);
  const absent = content.manifests?.find((child) => !stored.images.has(child.digest ?? ''));
  if (absent)
    throw new AwsError(
      'ReferencedImagesNotFoundException',
      `The manifest list is referencing an image that does not exist: ${absent.digest}`,
    );
  const image: StoredImage = before ?? {
    digest,
    manifest,
    mediaType: mediaType ?? content.mediaType ?? types.dockerManifest,
    artifactMediaType: content.artifactType ?? content.config?.mediaType,
    sizeBytes: sizeOf(content, stored),
    pushedAt: new Date(clock.now()),
    tags: new Set(),
  };
  if (tag !== undefined) {
    for (const other of stored.images.values()) other.tags.delete(tag);
    image.tags.add(tag);
  }
  stored.images.set(digest, image);
  pushed(registry, stored, image, tag, before === undefined);
  return image;
}
