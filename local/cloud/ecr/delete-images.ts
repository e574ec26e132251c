import type { BatchDeleteImageResponse, ImageFailure, ImageIdentifier } from '@aws-sdk/client-ecr';
import type { ImageEvents } from './image-events.ts';
import { readManifest } from './manifest-json.ts';
import type { Registry } from './registries.ts';
import { type ImageId, lookUpImage, type StoredImage, type StoredRepository } from './repositories.ts';

function failureOf(stored: StoredRepository, id: ImageId, image: StoredImage | undefined): ImageFailure | undefined {
  const imageId = id as ImageIdentifier;
  if (!image) return { imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' };
  const index = [...stored.images.values()].find(({ manifest }) =>
    readManifest({ manifest }).manifests?.some(({ digest }) => digest === image.digest),
  );
  const isLast = id.imageTag === undefined || image.tags.size === 1;
  if (!index || !isLast) return undefined;
  return {
    imageId,
    failureCode: 'ImageReferencedByManifestList',
    failureReason: `Requested image referenced by manifest list: [${index.digest}]`,
  };
}

/** By tag only the tag goes, and the image with its last one; by digest all of it goes. */
function remove(stored: StoredRepository, image: StoredImage, imageTag: string | undefined): (string | undefined)[] {
  const gone = imageTag === undefined ? [...image.tags] : [imageTag];
  for (const tag of gone) image.tags.delete(tag);
  if (image.tags.size === 0) stored.images.delete(image.digest);
  return gone.length > 0 ? gone : [undefined];
}

/** BatchDeleteImage for one repository; an index's images go only after it. */
export function deleteImages(
  registry: Registry,
  stored: StoredRepository,
  ids: readonly ImageId[],
  events: ImageEvents,
): BatchDeleteImageResponse {
  const imageIds: ImageIdentifier[] = [];
  const failures: ImageFailure[] = [];
  for (const id of ids) {
    const image = lookUpImage(stored, id);
    const failure = failureOf(stored, id, image);
    if (failure) failures.push(failure);
    for (const tag of image && !failure ? remove(stored, image, id.imageTag) : []) {
      events.deleted(registry, stored, image as StoredImage, tag);
      imageIds.push({ imageDigest: image?.digest, ...(tag !== undefined && { imageTag: tag }) } as ImageIdentifier);
    }
  }
  return { imageIds, failures };
}
