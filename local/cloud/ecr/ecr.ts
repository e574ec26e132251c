import * as model from '@aws-sdk/client-ecr';
import type { Clock } from '../../clock.ts';
import type { LocalImage, Operations, OutgoingEvent, Place, Service } from '../service.ts';
import { ecrAccess } from './access.ts';
import { imageEvents } from './image-events.ts';
import { imageOperations } from './image-operations.ts';
import { blobPath, layerOperations } from './layer-operations.ts';
import { pullImage } from './pull.ts';
import { createPush } from './push.ts';
import type { PutPorts } from './put-image.ts';
import { readImage } from './read-image.ts';
import { createRegistries } from './registries.ts';
import { createReplication } from './replication.ts';
import { repositoryOperations } from './repository-operations.ts';
import { scanConfigurationOperations } from './scan/configuration-operations.ts';
import { scanOperations } from './scan/scan-operations.ts';
import { createScanner } from './scan/scanner.ts';
import { contentStore } from './store.ts';

interface Pushed {
  imageUri: string;
  /** Of what the tag stands for: the image, or the index of a folder for more than one platform. */
  digest: string;
}

export interface Ecr extends Service {
  /**
   * Reads an image directory and pushes it as `docker push` or buildx would; the same content and tag again is fine
   * and silent. `HOST/repository` pushes to the registry of another account or region, as somebody there would; a
   * repository of another registry is made on the way.
   * @throws Error for a bad directory, AwsError as PutImage does.
   */
  readAndPush(repositoryName: string, tag: string | undefined, directory: string): Promise<Pushed>;
  /** What a task with this image runs. @throws Error whose message is ECS's `CannotPullContainerError: …`. */
  resolve(imageUri: string): LocalImage;
  /** The config blob that a GetDownloadUrlForLayer URL's path leads to; undefined for other paths and blobs. */
  blobAt(path: string): string | undefined;
  /** Scans that are under way never end. */
  close(): void;
}

interface EcrPorts {
  place: Place;
  clock: Clock;
  emit: (event: OutgoingEvent) => void;
  /** Pushed contents are copied there, by digest. */
  storeDirectory: string;
}

/** The local ECR: the registry of the account, and those of others that images were put into. */
export function createEcr(ports: EcrPorts): Ecr {
  const { place, clock } = ports;
  const registries = createRegistries(place);
  const store = contentStore(ports.storeDirectory);
  const emit = (event: OutgoingEvent) => ports.emit({ ...event, timeMs: clock.now() });
  const events = imageEvents(emit);
  const scanner = createScanner({ clock, emit, store });
  const replication = createReplication({ registries, clock, emit });
  const pushed: PutPorts['pushed'] = (registry, stored, image, tag, isNew) => {
    events.pushed(registry, stored, image, tag);
    replication.onPush(registry, stored, image, tag);
    if (isNew) scanner.onPush(registry, stored, image);
  };
  const push = createPush({ registries, store, clock, pushed });
  const operations = {
    ...repositoryOperations(registries, place, clock),
    ...imageOperations({ registries, clock, events, pushed }),
    ...layerOperations(registries, store),
    ...scanOperations({ registries, clock, store, scanner }),
    ...scanConfigurationOperations({ registries, scanner, emit }),
    ...replication.operations,
  } satisfies Operations<typeof model>;
  return {
    name: 'ecr',
    model,
    protocol: 'json',
    target: 'AmazonEC2ContainerRegistry_V20150921',
    invalidInput: 'InvalidParameterException',
    operations,
    access: (operation, input, caller) => ecrAccess(place, operation, input, caller),
    resolve: (imageUri) => pullImage(imageUri, { registries, store, place, clock }),
    readAndPush: async (name, tag, directory) => push(name, tag, await readImage(directory)),
    blobAt: (path) => (path.startsWith(blobPath) ? store.blob(path.slice(blobPath.length)) : undefined),
    close: scanner.close,
  };
}
