import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchGetImageCommand, CreateRepositoryCommand, DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createEcr } from '../../../../local/cloud/ecr/ecr.ts';
import { readImage } from '../../../../local/cloud/ecr/read-image.ts';
import type { OutgoingEvent } from '../../../../local/cloud/service.ts';
import { countingPlace } from '../../../support/local-ecs.ts';
import { clientConfig } from '../../../support/sdk.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batuta-ecr-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function image(name: string, files: Record<string, string>): Promise<string> {
  const directory = join(folder, name);
  await mkdir(directory, { recursive: true });
  for (const [path, content] of Object.entries(files)) await writeFile(join(directory, path), content);
  return directory;
}

const MANIFEST = JSON.stringify({ entryPoint: ['node', 'main.js'], port: 8080 });

async function registry() {
  const clock = virtualClock();
  const events: OutgoingEvent[] = [];
  const ecr = createEcr({
    place: countingPlace(),
    clock,
    emit: (event) => void events.push(event),
    storeDirectory: join(folder, 'store'),
  });
  const client = new ECRClient(clientConfig(createDispatcher([ecr])));
  await client.send(new CreateRepositoryCommand({ repositoryName: 'shop/api' }));
  return { clock, ecr, client, events };
}

const uri = (rest: string) => `123456789012.dkr.ecr.us-east-1.amazonaws.com/${rest}`;

test('the same content has the same digest, another content, name or mode has another', async () => {
  const one = await image('one', { 'image.json': MANIFEST, 'main.js': 'one()' });
  const { digest } = await readImage(one);
  await cp(one, join(folder, 'copy'), { recursive: true });
  expect((await readImage(join(folder, 'copy'))).digest).toBe(digest);
  await chmod(join(folder, 'copy', 'main.js'), 0o755);
  expect((await readImage(join(folder, 'copy'))).digest).not.toBe(digest);
  await writeFile(join(one, 'main.js'), 'two()');
  expect((await readImage(one)).digest).not.toBe(digest);
});

test('a link that leaves the directory is refused', async () => {
  const directory = await image('one', { 'image.json': MANIFEST });
  await symlink('/etc/hostname', join(directory, 'host'));
  await expect(readImage(directory)).rejects.toThrow(/host: the symbolic link leaves the image directory/);
});

test.each([
  ['{"entrypoint": []}', /image\.json: .*entrypoint.*Possible keys: entryPoint/],
  ['{"port": "80"}', /image\.json: port: /],
  ['{', /image\.json: not JSON/],
])('the manifest %s is refused with its key and what is possible', async (manifest, message) => {
  const directory = await image('bad', { 'image.json': manifest });
  await expect(readImage(directory)).rejects.toThrow(message);
});

test('a pushed image is pulled by tag and by digest, from its own copy', async () => {
  const { ecr } = await registry();
  const directory = await image('one', { 'image.json': MANIFEST, 'main.js': 'one()' });
  const { digest, imageUri } = await ecr.readAndPush('shop/api', '1.0.0', directory);
  expect(imageUri).toBe(uri('shop/api:1.0.0'));
  await rm(directory, { recursive: true });
  const byTag = ecr.resolve(uri('shop/api:1.0.0'));
  expect(byTag).toMatchObject({ digest, manifest: { port: 8080 } });
  expect(ecr.resolve(uri(`shop/api@${digest}`))).toEqual(byTag);
  const { platforms, ...manifest } = byTag.manifest;
  expect(platforms).toEqual(['linux/amd64']);
  expect((await readImage(byTag.directory)).manifest).toEqual(manifest);
});

test('a push emits one event per tag, an untagged one with an empty tag, a repeated one none', async () => {
  const { ecr, events } = await registry();
  const directory = await image('one', { 'image.json': MANIFEST });
  const { digest } = await ecr.readAndPush('shop/api', undefined, directory);
  await ecr.readAndPush('shop/api', '1.0.0', directory);
  await ecr.readAndPush('shop/api', '1.0.0', directory);
  expect(events.map(({ detail }) => detail)).toEqual(
    ['', '1.0.0'].map((tag) => ({
      'action-type': 'PUSH',
      result: 'SUCCESS',
      'repository-name': 'shop/api',
      'image-digest': digest,
      'image-tag': tag,
      'manifest-media-type': 'application/vnd.docker.distribution.manifest.v2+json',
      'artifact-media-type': 'application/vnd.docker.container.image.v1+json',
    })),
  );
});

test('an image keeps the time of its first push when it gets another tag', async () => {
  const { ecr, client, clock } = await registry();
  const directory = await image('one', { 'image.json': MANIFEST });
  const first = new Date(clock.now());
  await ecr.readAndPush('shop/api', '1.0.0', directory);
  await clock.advance(60_000);
  await ecr.readAndPush('shop/api', 'stable', directory);
  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'shop/api' }));
  expect(imageDetails).toMatchObject([{ imageTags: ['1.0.0', 'stable'], imagePushedAt: first }]);
});

test('a tag that is pushed again moves', async () => {
  const { ecr, client } = await registry();
  const one = await ecr.readAndPush('shop/api', 'main', await image('one', { 'image.json': MANIFEST }));
  const two = await ecr.readAndPush('shop/api', 'main', await image('two', { 'image.json': MANIFEST, a: '' }));
  const { images } = await client.send(
    new BatchGetImageCommand({
      repositoryName: 'shop/api',
      imageIds: [{ imageTag: 'main' }, { imageDigest: one.digest }],
    }),
  );
  expect(images?.map(({ imageId }) => imageId?.imageDigest)).toEqual([two.digest, one.digest]);
  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'shop/api' }));
  expect(imageDetails?.find(({ imageDigest }) => imageDigest === one.digest)?.imageTags).toBeUndefined();
});

test.each([
  ['nginx:latest', /the local ECR has only images of/],
  [uri('nothing:1'), /^CannotPullContainerError: .*nothing:1: not found/],
  [uri('shop/api:9'), /^CannotPullContainerError: .*shop\/api:9: not found/],
])('%s cannot be pulled', async (image, message) => {
  const { ecr } = await registry();
  expect(() => ecr.resolve(image)).toThrow(message);
});
