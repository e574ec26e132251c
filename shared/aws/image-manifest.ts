import { BatchGetImageCommand, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr';
import { AwsCallFailed } from '../core/errors.ts';
import { fields, list, text } from '../events/parse.ts';
import { type AwsConnection, call } from './connection.ts';
import { ecrClients } from './ecr-clients.ts';

/** What an image is built for: `linux`, `arm64`, as image indexes and configurations name it. */
export interface Platform {
  os: string;
  architecture: string;
}

/** An image by its place; `registry` where it is not our own. */
export interface ImageAddress {
  registry?: string | undefined;
  repository: string;
  digest: string;
}

export type ImageManifest =
  /** One digest for several platforms; attestations (platform unknown/unknown) are left out. */
  { kind: 'index'; platforms: readonly (Platform & { digest: string })[] } | { kind: 'image'; configDigest: string };

export interface ImageManifests {
  /** Undefined where ECR holds no such image. @throws AwsCallFailed, as each of these */
  manifest(image: ImageAddress): Promise<ImageManifest | undefined>;
  /** What a single image is built for, by its configuration. */
  platform(image: ImageAddress, configDigest: string): Promise<Platform>;
}

// Without them ECR answers with schema 1, which it makes up (ECR API reference, BatchGetImage).
const accepted = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

const platformOf = (raw: unknown): Platform => ({
  os: text(fields(raw).os) ?? 'unknown',
  architecture: text(fields(raw).architecture) ?? 'unknown',
});

function parse(manifest: string): ImageManifest {
  const { manifests, config } = fields(JSON.parse(manifest));
  if (manifests === undefined) return { kind: 'image', configDigest: text(fields(config).digest) ?? '' };
  const children = list(manifests).map((child) => ({
    ...platformOf(fields(child).platform),
    digest: text(fields(child).digest) ?? '',
  }));
  return { kind: 'index', platforms: children.filter(({ os }) => os !== 'unknown') };
}

const absent: ReadonlySet<string> = new Set(['ImageNotFoundException', 'RepositoryNotFoundException']);

export function imageManifests(aws: AwsConnection, fetch: typeof globalThis.fetch): ImageManifests {
  const clientOf = ecrClients(aws);
  return {
    async manifest({ registry, repository, digest }) {
      const { client, ...registryId } = clientOf(registry);
      try {
        const answer = await call('BatchGetImage', () =>
          client.send(
            new BatchGetImageCommand({
              ...registryId,
              repositoryName: repository,
              imageIds: [{ imageDigest: digest }],
              acceptedMediaTypes: accepted,
            }),
          ),
        );
        const manifest = answer.images?.[0]?.imageManifest;
        return manifest === undefined ? undefined : parse(manifest);
      } catch (error) {
        if (error instanceof AwsCallFailed && absent.has(error.code)) return undefined;
        throw error;
      }
    },
    async platform({ registry, repository }, configDigest) {
      const { client, ...registryId } = clientOf(registry);
      const { downloadUrl } = await call('GetDownloadUrlForLayer', () =>
        client.send(
          new GetDownloadUrlForLayerCommand({ ...registryId, repositoryName: repository, layerDigest: configDigest }),
        ),
      );
      // A presigned address of S3: it is a credential, so no error names it.
      const answer = await fetch(downloadUrl ?? '').catch(() => undefined);
      if (!answer?.ok)
        throw new AwsCallFailed(
          'GetDownloadUrlForLayer',
          `HTTP ${answer?.status ?? 'no answer'}`,
          `the configuration of ${repository} could not be read`,
          true,
          undefined,
        );
      return platformOf(await answer.json());
    },
  };
}
