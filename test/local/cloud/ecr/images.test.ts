import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  type ImageTagMutability,
  ListImagesCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createEcr } from '../../../../local/cloud/ecr/ecr.ts';
import type { OutgoingEvent } from '../../../../local/cloud/service.ts';
import { countingPlace } from '../../../support/local-ecs.ts';
import { clientConfig } from '../../../support/sdk.ts';

const manifestOf = (name: string) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { size: 10 },
    layers: [{ size: 32 }],
    name,
  });
const digestOf = (manifest: string) => `sha256:${createHash('sha256').update(manifest).digest('hex')}`;

async function registry(imageTagMutability: ImageTagMutability = 'MUTABLE') {
  const events: OutgoingEvent[] = [];
  const ecr = createEcr({
    place: countingPlace(),
    clock: virtualClock(),
    emit: (event) => void events.push(event),
    storeDirectory: tmpdir(),
  });
  const client = new ECRClient(clientConfig(createDispatcher([ecr])));
  await client.send(new CreateRepositoryCommand({ repositoryName: 'shop/api', imageTagMutability }));
  const put = (name: string, imageTag?: string) =>
    client.send(
      new PutImageCommand({
        repositoryName: 'shop/api',
        imageManifest: manifestOf(name),
        ...(imageTag && { imageTag }),
      }),
    );
  return { client, put, events };
}

test('PutImage computes the digest of the manifest', async () => {
  const { put } = await registry();
  const { image } = await put('a', '1');
  expect(image?.imageId).toEqual({ imageDigest: digestOf(manifestOf('a')), imageTag: '1' });
});

test('the same manifest under the same tag already exists', async () => {
  const { put } = await registry();
  await put('a', '1');
  await expect(put('a', '1')).rejects.toMatchObject({
    name: 'ImageAlreadyExistsException',
    message: `Image with digest '${digestOf(manifestOf('a'))}' and tag '1' already exists in the repository with name 'shop/api' in registry with id '123456789012'`,
  });
});

test('a tag of an immutable repository cannot be overwritten', async () => {
  const { put } = await registry('IMMUTABLE');
  await put('a', '1');
  await expect(put('b', '1')).rejects.toMatchObject({ name: 'ImageTagAlreadyExistsException' });
});

test('a digest that is not the manifest’s is refused', async () => {
  const { client } = await registry();
  const put = new PutImageCommand({
    repositoryName: 'shop/api',
    imageManifest: manifestOf('a'),
    imageDigest: digestOf('other'),
  });
  await expect(client.send(put)).rejects.toMatchObject({ name: 'ImageDigestDoesNotMatchException' });
});

test('DescribeImages comes in pages and names what is absent', async () => {
  const { client, put } = await registry();
  for (const name of ['a', 'b', 'c']) await put(name, name);
  const one = await client.send(new DescribeImagesCommand({ repositoryName: 'shop/api', maxResults: 2 }));
  const two = await client.send(
    new DescribeImagesCommand({ repositoryName: 'shop/api', maxResults: 2, nextToken: one.nextToken }),
  );
  expect([...(one.imageDetails ?? []), ...(two.imageDetails ?? [])].map(({ imageTags }) => imageTags?.[0])).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(two.nextToken).toBeUndefined();
  expect(one.imageDetails?.[0]).toMatchObject({ imageSizeInBytes: 42, registryId: '123456789012' });
  await expect(
    client.send(new DescribeImagesCommand({ repositoryName: 'shop/api', imageIds: [{ imageTag: 'z' }] })),
  ).rejects.toMatchObject({
    name: 'ImageNotFoundException',
    message:
      "The image with imageId {imageDigest:'null', imageTag:'z'} does not exist within the repository with name 'shop/api' in the registry with id '123456789012'",
  });
  await expect(client.send(new DescribeImagesCommand({ repositoryName: 'none' }))).rejects.toMatchObject({
    name: 'RepositoryNotFoundException',
    message: "The repository with name 'none' does not exist in the registry with id '123456789012'",
  });
});

test('deleting the last tag deletes the image and emits DELETE', async () => {
  const { client, put, events } = await registry();
  await put('a', '1');
  await client.send(new BatchDeleteImageCommand({ repositoryName: 'shop/api', imageIds: [{ imageTag: '1' }] }));
  expect(events.at(-1)?.detail).toMatchObject({ 'action-type': 'DELETE', 'image-tag': '1' });
  const gone = await client.send(
    new BatchGetImageCommand({ repositoryName: 'shop/api', imageIds: [{ imageTag: '1' }] }),
  );
  expect(gone.failures).toEqual([
    { imageId: { imageTag: '1' }, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' },
  ]);
});

test('ListImages filters by tag status', async () => {
  const { client, put } = await registry();
  await put('a', '1');
  await put('b');
  const listed = await client.send(
    new ListImagesCommand({ repositoryName: 'shop/api', filter: { tagStatus: 'UNTAGGED' } }),
  );
  expect(listed.imageIds).toEqual([{ imageDigest: digestOf(manifestOf('b')) }]);
});

test('a repository with images is deleted only by force', async () => {
  const { client, put } = await registry();
  await put('a', '1');
  const remove = (force: boolean) => client.send(new DeleteRepositoryCommand({ repositoryName: 'shop/api', force }));
  await expect(remove(false)).rejects.toMatchObject({ name: 'RepositoryNotEmptyException' });
  await remove(true);
  expect((await client.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
});
