import type * as model from '@aws-sdk/client-ecr';
import { AwsError, type Operations } from '../service.ts';
import { readManifest } from './manifest-json.ts';
import type { Registries } from './registries.ts';
import { findRepository, type StoredRepository } from './repositories.ts';
import type { ContentStore } from './store.ts';

/** Where the config blobs of images lie on the AWS endpoint; AWS's own URLs lead to S3. */
export const blobPath = '/_local/blobs/';

interface Blob {
  digest: string;
  size: number | undefined;
  mediaType: string | undefined;
}

/** Every blob that the repository's manifests name. */
function blobsOf({ images }: StoredRepository): Map<string, Blob> {
  const parts = [...images.values()].flatMap((image) => {
    const { config, layers = [] } = readManifest(image);
    return [...(config ? [config] : []), ...layers];
  });
  return new Map(
    parts.flatMap(({ digest, size, mediaType }) => (digest ? [[digest, { digest, size, mediaType }] as const] : [])),
  );
}

export function layerOperations(registries: Registries, store: ContentStore) {
  return {
    GetDownloadUrlForLayer: (input, caller) => {
      const registry = registries.of(input, caller);
      const { layerDigest } = input;
      const where = `in the repository with name '${input.repositoryName}' in registry with id '${registry.place.account}'`;
      if (!blobsOf(findRepository(registry, input.repositoryName)).has(layerDigest))
        throw new AwsError('LayersNotFoundException', `The layer with digest '${layerDigest}' does not exist ${where}`);
      if (store.blob(layerDigest) === undefined)
        throw new AwsError(
          'LayerInaccessibleException',
          `The layer with digest '${layerDigest}' ${where} is a folder of the local cloud: only config blobs can be downloaded`,
        );
      return { downloadUrl: `${caller.endpoint}${blobPath}${layerDigest}`, layerDigest };
    },
    BatchCheckLayerAvailability: (input, caller) => {
      const blobs = blobsOf(findRepository(registries.of(input, caller), input.repositoryName));
      return {
        layers: input.layerDigests.map((layerDigest) => {
          const { size, mediaType } = blobs.get(layerDigest) ?? {};
          if (!blobs.has(layerDigest)) return { layerDigest, layerAvailability: 'UNAVAILABLE' as const };
          return { layerDigest, layerAvailability: 'AVAILABLE' as const, layerSize: size, mediaType };
        }),
        failures: [],
      };
    },
  } satisfies Operations<typeof model>;
}
