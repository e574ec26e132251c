import type { Repository } from '@aws-sdk/client-ecr';
import { AwsError, type Place } from '../service.ts';

/** An image of a repository; `tags` in the order in which they were put. */
export interface StoredImage {
  digest: string;
  manifest: string;
  mediaType: string;
  artifactMediaType: string | undefined;
  sizeBytes: number;
  pushedAt: Date;
  tags: Set<string>;
}

export interface StoredRepository {
  repository: Repository & { repositoryName: string };
  images: Map<string, StoredImage>;
}

export type Repositories = Map<string, StoredRepository>;

/** @throws AwsError RepositoryNotFoundException. */
export function findRepository(repositories: Repositories, name: string, { account }: Place): StoredRepository {
  const found = repositories.get(name);
  if (!found)
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${account}'`,
    );
  return found;
}

interface ImageId {
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
