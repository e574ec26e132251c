import type * as model from '@aws-sdk/client-ecr';
import type { ImageDetail } from '@aws-sdk/client-ecr';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations, type Place } from '../service.ts';
import type { ImageEvents } from './image-events.ts';
import { putImage } from './put-image.ts';
import {
  findRepository,
  lookUpImage,
  type Repositories,
  type StoredImage,
  type StoredRepository,
} from './repositories.ts';
import { refuseToken } from './repository-operations.ts';

interface Ports {
  repositories: Repositories;
  place: Place;
  clock: Clock;
  events: ImageEvents;
}

interface ImageId {
  imageDigest?: string | undefined;
  imageTag?: string | undefined;
}

function notFound({ imageDigest, imageTag }: ImageId, repository: string, { account }: Place): AwsError {
  return new AwsError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'} does not exist within the repository with name '${repository}' in the registry with id '${account}'`,
  );
}

function byTagStatus(images: Iterable<StoredImage>, status: string | undefined): StoredImage[] {
  return [...images].filter(
    ({ tags }) => status === undefined || status === 'ANY' || tags.size > 0 === (status === 'TAGGED'),
  );
}

const failure = (imageId: ImageId) => ({
  imageId,
  failureCode: 'ImageNotFound' as const,
  failureReason: 'Requested image not found',
});

export function imageOperations({ repositories, place, clock, events }: Ports) {
  const registryId = place.account;
  const find = (name: string) => findRepository(repositories, name, place);

  const detail = (repositoryName: string, image: StoredImage): ImageDetail => ({
    registryId,
    repositoryName,
    imageDigest: image.digest,
    ...(image.tags.size > 0 && { imageTags: [...image.tags] }),
    imageSizeInBytes: image.sizeBytes,
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
    ...(image.artifactMediaType !== undefined && { artifactMediaType: image.artifactMediaType }),
  });

  /** By tag only the tag goes, and the image with its last one; by digest all of it goes. */
  function remove(stored: StoredRepository, image: StoredImage, imageTag: string | undefined): ImageId[] {
    const gone = imageTag === undefined ? [...image.tags] : [imageTag];
    for (const tag of gone) image.tags.delete(tag);
    if (image.tags.size === 0) stored.images.delete(image.digest);
    const { repositoryName } = stored.repository;
    const tags = gone.length > 0 ? gone : [undefined];
    for (const tag of tags) events.deleted(repositoryName, image, tag);
    return tags.map((tag) => ({ imageDigest: image.digest, ...(tag !== undefined && { imageTag: tag }) }));
  }

  return {
    PutImage: ({ repositoryName, imageManifest, imageManifestMediaType, imageTag, imageDigest }) => {
      const stored = find(repositoryName);
      const image = putImage(
        stored,
        { manifest: imageManifest, mediaType: imageManifestMediaType, tag: imageTag, digest: imageDigest },
        { clock, events, place },
      );
      const imageId = { imageDigest: image.digest, ...(imageTag !== undefined && { imageTag }) };
      return { image: { registryId, repositoryName, imageId, imageManifest, imageManifestMediaType: image.mediaType } };
    },
    BatchGetImage: ({ repositoryName, imageIds }) => {
      const stored = find(repositoryName);
      const found = imageIds.map((id) => ({ id, image: lookUpImage(stored, id) }));
      return {
        images: found.flatMap(({ id, image }) =>
          image
            ? [
                {
                  registryId,
                  repositoryName,
                  imageId: { ...id, imageDigest: image.digest },
                  imageManifest: image.manifest,
                  imageManifestMediaType: image.mediaType,
                },
              ]
            : [],
        ),
        failures: found.filter(({ image }) => !image).map(({ id }) => failure(id)),
      };
    },
    DescribeImages: ({ repositoryName, imageIds, filter, nextToken, maxResults = 100 }) => {
      const stored = find(repositoryName);
      if (imageIds) {
        const images = imageIds.map((id) => {
          const image = lookUpImage(stored, id);
          if (!image) throw notFound(id, repositoryName, place);
          return image;
        });
        return { imageDetails: [...new Set(images)].map((image) => detail(repositoryName, image)) };
      }
      const page = pageOf(byTagStatus(stored.images.values(), filter?.tagStatus), nextToken, maxResults, refuseToken);
      return { imageDetails: page.items.map((image) => detail(repositoryName, image)), nextToken: page.next };
    },
    ListImages: ({ repositoryName, filter, nextToken, maxResults = 100 }) => {
      const ids = byTagStatus(find(repositoryName).images.values(), filter?.tagStatus).flatMap(({ digest, tags }) =>
        tags.size === 0 ? [{ imageDigest: digest }] : [...tags].map((imageTag) => ({ imageDigest: digest, imageTag })),
      );
      const page = pageOf(ids, nextToken, maxResults, refuseToken);
      return { imageIds: page.items, nextToken: page.next };
    },
    BatchDeleteImage: ({ repositoryName, imageIds }) => {
      const stored = find(repositoryName);
      const removed: ImageId[] = [];
      const failures: ReturnType<typeof failure>[] = [];
      for (const id of imageIds) {
        const image = lookUpImage(stored, id);
        if (image) removed.push(...remove(stored, image, id.imageTag));
        else failures.push(failure(id));
      }
      return { imageIds: removed as { imageDigest: string; imageTag?: string }[], failures };
    },
  } satisfies Operations<typeof model>;
}
