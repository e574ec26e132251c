import type { Repository } from '@aws-sdk/client-ecr';
import { AwsError } from '../service.ts';
import type { Registry } from './registries.ts';
import type { ScanRecord } from './scan/scan-record.ts';

/** An image of a repository; `tags` in the order in which they were put. */
export interface StoredImage {
  digest: string;
  manifest: string;
  mediaType: string;
  artifactMediaType: string | undefined;
  sizeBytes: number;
  pushedAt: Date;
  pulledAt?: Date;
  tags: Set<string>;
  scan?: ScanRecord;
}

export interface StoredRepository {
  repository: Repository & { repositoryName: string; repositoryArn: string };
  images: Map<string, StoredImage>;
}

export type Repositories = Map<string, StoredRepository>;

/** @throws AwsError RepositoryNotFoundException. */
export function findRepository({ repositories, place }: Registry, name: string): StoredRepository {
  const found = repositories.get(name);
  if (!found)
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${place.account}'`,
    );
  return found;
}

export interface ImageId {
  imageDigest?: string | undefined;
  imageTag?: string | undefined;
}

/** By digest, tag or both, which then must agree. */
export function lookUpImage({ images }: StoredRepository, { imageDigest, imageTag }: ImageId): StoredImage | undefined {
  if (imageDigest === undefined && imageTag === undefined) return undefined;
  return [...images.values()].find(
    (image) =>
      (imageDigest === undefined || image.digest === imageDigest) &&
      (imageTag === undefined || image.tags.has(imageTag)),
  );
}

/** @throws AwsError ImageNotFoundException. */
export function findImage(registry: Registry, stored: StoredRepository, id: ImageId): StoredImage {
  const image = lookUpImage(stored, id);
  if (image) return image;
  throw new AwsError(
    'ImageNotFoundException',
    `The image with imageId ${shownId(id)} does not exist within the repository with name '${stored.repository.repositoryName}' in the registry with id '${registry.place.account}'`,
  );
}

/** As ECR writes it in messages. */
export function shownId({ imageDigest, imageTag }: ImageId): string {
  return `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`;
}
