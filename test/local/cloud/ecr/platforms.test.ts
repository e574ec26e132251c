import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  GetDownloadUrlForLayerCommand,
} from '@aws-sdk/client-ecr';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from '../../../../local/cloud/ecr/image-parts.ts';
import { openRegistry, type PushedManifest } from './registry.ts';

const both = ['linux/amd64', 'linux/arm64'];
const repositoryName = 'shop/api';

type Registry = Awaited<ReturnType<typeof openRegistry>>;

async function manifestOf({ client }: Registry, imageDigest: string) {
  const { images } = await client.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest }] }));
  return { image: images?.[0], manifest: JSON.parse(images?.[0]?.imageManifest ?? '{}') as PushedManifest };
}

/** By a plain GET of the URL that ECR answers, as a client downloads it. */
async function download({ client, door }: Registry, layerDigest: string) {
  const { downloadUrl = '' } = await client.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }));
  const path = new URL(downloadUrl).pathname;
  return door.handle({ method: 'GET', path, headers: {}, body: '' });
}

test('a folder without platforms is a Docker image of linux/amd64', async () => {
  const registry = await openRegistry();
  const { digest } = await registry.push('one', '1', { entryPoint: ['node'], environment: { MODE: 'fast' }, port: 80 });
  const { image, manifest } = await manifestOf(registry, digest);
  expect(image?.imageManifestMediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
  expect(digestOf(image?.imageManifest ?? '')).toBe(digest);
  const { status, body } = await download(registry, manifest.config.digest);
  expect(status).toBe(200);
  expect(digestOf(body)).toBe(manifest.config.digest);
  expect(JSON.parse(body)).toMatchObject({
    architecture: 'amd64',
    os: 'linux',
    config: { Entrypoint: ['node'], Env: ['MODE=fast'], ExposedPorts: { '80/tcp': {} } },
  });
  expect(registry.ecr.resolve(`123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:1`).manifest.platforms).toEqual([
    'linux/amd64',
  ]);
});

test('a folder for two platforms is an index whose untagged children are pushed first', async () => {
  const registry = await openRegistry();
  const { digest } = await registry.push('one', '1', { platforms: both });
  const { image, manifest } = await manifestOf(registry, digest);
  expect(image?.imageManifestMediaType).toBe('application/vnd.oci.image.index.v1+json');
  expect(manifest.manifests.map(({ platform }) => platform)).toEqual([
    { architecture: 'amd64', os: 'linux' },
    { architecture: 'arm64', os: 'linux' },
  ]);
  const children = manifest.manifests.map((child) => child.digest);
  expect(registry.details('ECR Image Action')).toMatchObject([
    {
      'image-digest': children[0],
      'image-tag': '',
      'manifest-media-type': 'application/vnd.oci.image.manifest.v1+json',
    },
    { 'image-digest': children[1], 'image-tag': '' },
    { 'image-digest': digest, 'image-tag': '1', 'manifest-media-type': 'application/vnd.oci.image.index.v1+json' },
  ]);
  const architectures = await Promise.all(
    children.map(async (child) => {
      const { manifest: own } = await manifestOf(registry, child);
      return JSON.parse((await download(registry, own.config.digest)).body).architecture;
    }),
  );
  expect(architectures).toEqual(['amd64', 'arm64']);
});

test('what is pulled has the platforms of the index, or of the one child that was asked for', async () => {
  const registry = await openRegistry();
  const { digest } = await registry.push('one', '1', { platforms: both, port: 80 });
  const { manifest } = await manifestOf(registry, digest);
  const pull = (rest: string) => registry.ecr.resolve(`123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api${rest}`);
  expect(pull(':1')).toMatchObject({ digest, manifest: { platforms: both, port: 80 } });
  const arm = manifest.manifests[1]?.digest ?? '';
  expect(pull(`@${arm}`)).toMatchObject({ digest: arm, manifest: { platforms: ['linux/arm64'] } });
});

test('provenance makes an index of an image of one platform, with an attestation that nobody can run', async () => {
  const registry = await openRegistry();
  const { digest } = await registry.push('one', '1', { provenance: true });
  const { manifest } = await manifestOf(registry, digest);
  expect(manifest.manifests.map(({ platform: { os, architecture } }) => `${os}/${architecture}`)).toEqual([
    'linux/amd64',
    'unknown/unknown',
  ]);
  expect(registry.ecr.resolve('123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:1').manifest.platforms).toEqual([
    'linux/amd64',
  ]);
  expect(() =>
    registry.ecr.resolve(`123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api@${manifest.manifests[1]?.digest}`),
  ).toThrow(/^CannotPullContainerError: /);
});

test('a media type that is not accepted is a failure', async () => {
  const registry = await openRegistry();
  const { digest } = await registry.push('one', '1', { platforms: both });
  const get = (acceptedMediaTypes: string[]) =>
    registry.client.send(
      new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }], acceptedMediaTypes }),
    );
  expect((await get(['application/vnd.oci.image.manifest.v1+json'])).failures).toMatchObject([
    { imageId: { imageDigest: digest }, failureCode: 'ImageNotFound' },
  ]);
  expect((await get(['application/vnd.oci.image.index.v1+json'])).images).toHaveLength(1);
});

test('an image of an index is deleted only after the index', async () => {
  const registry = await openRegistry();
  const { digest } = await registry.push('one', '1', { platforms: both });
  const child = (await manifestOf(registry, digest)).manifest.manifests[0]?.digest;
  const remove = (imageDigest: string | undefined) =>
    registry.client.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest }] }));
  expect((await remove(child)).failures).toEqual([
    {
      imageId: { imageDigest: child },
      failureCode: 'ImageReferencedByManifestList',
      failureReason: `Requested image referenced by manifest list: [${digest}]`,
    },
  ]);
  expect((await remove(digest)).imageIds).toEqual([{ imageDigest: digest, imageTag: '1' }]);
  expect((await remove(child)).failures).toEqual([]);
});

test('DescribeImages tells an index by its media type, and tagged images from their untagged children', async () => {
  const registry = await openRegistry();
  const { digest } = await registry.push('one', '1', { platforms: both });
  const list = async (tagStatus: 'TAGGED' | 'UNTAGGED') =>
    (await registry.client.send(new DescribeImagesCommand({ repositoryName, filter: { tagStatus } }))).imageDetails;
  expect(await list('TAGGED')).toMatchObject([
    { imageDigest: digest, imageTags: ['1'], imageManifestMediaType: 'application/vnd.oci.image.index.v1+json' },
  ]);
  const children = (await list('UNTAGGED')) ?? [];
  expect(children).toHaveLength(2);
  expect((await list('TAGGED'))?.[0]?.imageSizeInBytes).toBe(
    Math.max(...children.map(({ imageSizeInBytes = 0 }) => imageSizeInBytes)),
  );
});

test('a digest that is no blob of the repository has no URL, a folder’s layer cannot be downloaded', async () => {
  const registry = await openRegistry();
  const { digest } = await registry.push('one', '1');
  const { manifest } = await manifestOf(registry, digest);
  const none = `sha256:${'0'.repeat(64)}`;
  await expect(download(registry, none)).rejects.toMatchObject({ name: 'LayersNotFoundException' });
  const layer = manifest.layers[0]?.digest ?? '';
  await expect(download(registry, layer)).rejects.toMatchObject({ name: 'LayerInaccessibleException' });
  const { layers } = await registry.client.send(
    new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [layer, none] }),
  );
  expect(layers?.map(({ layerAvailability }) => layerAvailability)).toEqual(['AVAILABLE', 'UNAVAILABLE']);
});

test('another tag of an index is one event, the same tag again none', async () => {
  const registry = await openRegistry();
  const { digest } = await registry.push('one', '1', { platforms: both });
  registry.events.length = 0;
  expect((await registry.push('one', 'stable', { platforms: both })).digest).toBe(digest);
  await registry.push('one', 'stable', { platforms: both });
  expect(registry.details('ECR Image Action')).toMatchObject([{ 'image-digest': digest, 'image-tag': 'stable' }]);
  expect(registry.events).toHaveLength(1);
});

test('whatever the platforms, a pull offers them all, and each manifest is under its own digest', async () => {
  const registry = await openRegistry();
  const images = fc.record({
    platforms: fc.shuffledSubarray(both, { minLength: 1 }),
    provenance: fc.boolean(),
    name: fc.constantFrom('one', 'two', 'three'),
  });
  await fc.assert(
    fc.asyncProperty(images, async ({ name, platforms, provenance }) => {
      const { digest, imageUri } = await registry.push(name, 'main', { platforms, provenance });
      expect(registry.ecr.resolve(imageUri)).toMatchObject({ digest, manifest: { platforms } });
      const { image, manifest } = await manifestOf(registry, digest);
      expect(digestOf(image?.imageManifest ?? '')).toBe(digest);
      for (const child of manifest.manifests ?? []) {
        const { imageManifest = '' } = (await manifestOf(registry, child.digest)).image ?? {};
        expect([digestOf(imageManifest), imageManifest.length]).toEqual([child.digest, child.size]);
      }
    }),
    { numRuns: 30 },
  );
});

test('a page size has no place beside imageIds', async () => {
  const { client } = await openRegistry();
  const input = { repositoryName, imageIds: [{ imageTag: '1' }], maxResults: 10 };
  await expect(client.send(new DescribeImagesCommand(input))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});
