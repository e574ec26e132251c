import * as model from '@aws-sdk/client-ecr';
import type { Clock } from '../../clock.ts';
import type { LocalImage, Operations, OutgoingEvent, Place, Service } from '../service.ts';
import { ecrAccess } from './access.ts';
import { imageEvents } from './image-events.ts';
import { imageOperations } from './image-operations.ts';
import { pullImage } from './pull.ts';
import { manifestDigest, putImage } from './put-image.ts';
import { readImage } from './read-image.ts';
import { findRepository, type Repositories } from './repositories.ts';
import { repositoryOperations } from './repository-operations.ts';
import { contentStore } from './store.ts';

export interface Ecr extends Service {
  /**
   * Pushes a local image as `docker push` would; the same content and tag again is fine and silent.
   * @returns the image's digest in the repository. @throws AwsError as PutImage does.
   */
  push(repositoryName: string, tag: string | undefined, image: LocalImage): Promise<string>;
  /** Reads an image directory and pushes it. @throws Error for a bad directory, AwsError as PutImage does. */
  readAndPush(
    repositoryName: string,
    tag: string | undefined,
    directory: string,
  ): Promise<{ imageUri: string; digest: string }>;
  /** What a task with this image runs. @throws Error whose message is ECS's `CannotPullContainerError: …`. */
  resolve(imageUri: string): LocalImage;
}

const DOCKER = 'application/vnd.docker';

/** A Docker schema 2 manifest that names the local content: equal content, equal digest. */
function dockerManifest({ digest, manifest }: LocalImage): string {
  const part = (mediaType: string) => ({ mediaType, size: JSON.stringify(manifest).length, digest });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: `${DOCKER}.distribution.manifest.v2+json`,
    config: part(`${DOCKER}.container.image.v1+json`),
    layers: [part(`${DOCKER}.image.rootfs.diff.tar.gzip`)],
  });
}

/** The local ECR. Pushed contents are copied to `storeDirectory`, by digest. */
export function createEcr(ports: {
  place: Place;
  clock: Clock;
  emit: (event: OutgoingEvent) => void;
  storeDirectory: string;
}): Ecr {
  const { place, clock } = ports;
  const repositories: Repositories = new Map();
  const store = contentStore(ports.storeDirectory);
  const events = imageEvents((event) => ports.emit({ ...event, timeMs: clock.now() }));
  const operations = {
    ...repositoryOperations(repositories, place, clock),
    ...imageOperations({ repositories, place, clock, events }),
  } satisfies Operations<typeof model>;
  async function push(repositoryName: string, tag: string | undefined, image: LocalImage): Promise<string> {
    const stored = findRepository(repositories, repositoryName, place);
    const manifest = dockerManifest(await store.add(image));
    const digest = manifestDigest(manifest);
    const before = stored.images.get(digest);
    if (before && (tag === undefined || before.tags.has(tag))) return digest;
    return putImage(stored, { manifest, tag }, { clock, events, place }).digest;
  }
  return {
    name: 'ecr',
    model,
    protocol: 'json',
    target: 'AmazonEC2ContainerRegistry_V20150921',
    invalidInput: 'InvalidParameterException',
    operations,
    access: (operation, input) => ecrAccess(place, operation, input),
    resolve: (imageUri) => pullImage(imageUri, repositories, store, place),
    push,
    async readAndPush(repositoryName, tag, directory) {
      const { repository } = findRepository(repositories, repositoryName, place);
      const digest = await push(repositoryName, tag, await readImage(directory));
      return { imageUri: `${repository.repositoryUri}${tag === undefined ? `@${digest}` : `:${tag}`}`, digest };
    },
  };
}
