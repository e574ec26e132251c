import type * as model from '@aws-sdk/client-ecr';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations } from '../service.ts';
import { deleteImages } from './delete-images.ts';
import { imageDetail } from './image-detail.ts';
import type { ImageEvents } from './image-events.ts';
import { type PutPorts, putImage } from './put-image.ts';
import type { Registries, Registry } from './registries.ts';
import { findImage, findRepository, type ImageId, lookUpImage, type StoredImage } from './repositories.ts';
import { refuseToken } from './repository-operations.ts';

interface Ports {
  registries: Registries;
  clock: Clock;
  events: ImageEvents;
  pushed: PutPorts['pushed'];
}

function byTagStatus(images: Iterable<StoredImage>, status: string | undefined): StoredImage[] {
  return [...images].filter(
    ({ tags }) => status === undefined || status === 'ANY' || tags.size > 0 === (status === 'TAGGED'),
  );
}

const absent = (imageId: ImageId) => ({
  imageId,
  failureCode: 'ImageNotFound' as const,
  failureReason: 'Requested image not found',
});

function shownImage({ place }: Registry, repositoryName: string, imageId: ImageId, image: StoredImage): model.Image {
  return {
    registryId: place.account,
    repositoryName,
    imageId: { ...imageId, imageDigest: image.digest } as model.ImageIdentifier,
    imageManifest: image.manifest,
    imageManifestMediaType: image.mediaType,
  };
}

export function imageOperations({ registries, clock, events, pushed }: Ports) {
  return {
    PutImage: (input, caller) => {
      const registry = registries.of(input, caller);
      const { imageManifest: manifest, imageManifestMediaType: mediaType, imageTag: tag, imageDigest: digest } = input;
      const stored = findRepository(registry, input.repositoryName);
      const image = putImage(stored, { manifest, mediaType, tag, digest }, { clock, registry, pushed });
      return { image: shownImage(registry, input.repositoryName, tag === undefined ? {} : { imageTag: tag }, image) };
    },
    BatchGetImage: (input, caller) => {
      const registry = registries.of(input, caller);
      const stored = findRepository(registry, input.repositoryName);
      // AWS converts an older client's Docker and OCI manifests; here what is not accepted is not there.
      const accepted = ({ mediaType }: StoredImage) => input.acceptedMediaTypes?.includes(mediaType) ?? true;
      const found = input.imageIds.map((id) => ({ id, image: lookUpImage(stored, id) }));
      const given = found.flatMap(({ id, image }) => (image && accepted(image) ? [{ id, image }] : []));
      return {
        images: given.map(({ id, image }) => shownImage(registry, input.repositoryName, id, image)),
        failures: found.filter(({ image }) => !image || !accepted(image)).map(({ id }) => absent(id)),
      };
    },
    DescribeImages: (input, caller) => {
      const { repositoryName, imageIds, filter, nextToken, maxResults = 100 } = input;
      const registry = registries.of(input, caller);
      const stored = findRepository(registry, repositoryName);
      const shown = (image: StoredImage) => imageDetail(registry, repositoryName, image);
      if (imageIds) {
        if (nextToken !== undefined || input.maxResults !== undefined) refuseIds();
        return { imageDetails: [...new Set(imageIds.map((id) => findImage(registry, stored, id)))].map(shown) };
      }
      const page = pageOf(byTagStatus(stored.images.values(), filter?.tagStatus), nextToken, maxResults, refuseToken);
      return { imageDetails: page.items.map(shown), nextToken: page.next };
    },
    ListImages: (input, caller) => {
      const { filter, nextToken, maxResults = 100 } = input;
      const { images } = findRepository(registries.of(input, caller), input.repositoryName);
      const ids = byTagStatus(images.values(), filter?.tagStatus).flatMap(({ digest, tags }) =>
        tags.size === 0 ? [{ imageDigest: digest }] : [...tags].map((imageTag) => ({ imageDigest: digest, imageTag })),
      );
      const page = pageOf(ids, nextToken, maxResults, refuseToken);
      return { imageIds: page.items, nextToken: page.next };
    },
    BatchDeleteImage: (input, caller) => {
      const registry = registries.of(input, caller);
      return deleteImages(registry, findRepository(registry, input.repositoryName), input.imageIds, events);
    },
  } satisfies Operations<typeof model>;
}

/** nextToken and maxResults "cannot be used when you specify images with imageIds": the model's documentation. */
function refuseIds(): never {
  throw new AwsError(
    'InvalidParameterException',
    "Invalid parameter at 'imageIds': nextToken and maxResults cannot be used with it",
  );
}
