import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, type CreateRepositoryCommandInput, ECRClient } from '@aws-sdk/client-ecr';
import { virtualClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createEcr } from '../../../../local/cloud/ecr/ecr.ts';
import { withLocalDoor } from '../../../../local/cloud/local-door.ts';
import type { ImageManifest, OutgoingEvent } from '../../../../local/cloud/service.ts';
import { countingPlace } from '../../../support/local-ecs.ts';
import { clientConfig } from '../../../support/sdk.ts';

/** A local ECR with the repository shop/api, its events collected, on a virtual clock. */
export async function openRegistry(repository: Partial<CreateRepositoryCommandInput> = {}) {
  const clock = virtualClock();
  const events: OutgoingEvent[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'batuta-ecr-'));
  const ecr = createEcr({
    place: countingPlace(),
    clock,
    emit: (event) => void events.push(event),
    storeDirectory: join(folder, 'store'),
  });
  const door = withLocalDoor(createDispatcher([ecr]), ecr);
  const clientIn = (region: string) => new ECRClient({ ...clientConfig(door), region });
  const client = clientIn('us-east-1');
  await client.send(new CreateRepositoryCommand({ repositoryName: 'shop/api', ...repository }));
  return {
    clock,
    ecr,
    client,
    clientIn,
    door,
    events,
    details: (type: string) => events.filter((event) => event['detail-type'] === type).map(({ detail }) => detail),
    /** Pushes a folder of its own with this image.json; the same name is the same content. */
    async push(name: string, tag: string | undefined, manifest: ImageManifest = {}) {
      const directory = await mkdtemp(join(folder, 'image-'));
      await writeFile(join(directory, 'image.json'), JSON.stringify(manifest));
      await writeFile(join(directory, 'name'), name);
      return ecr.readAndPush(name.includes('/') ? name : 'shop/api', tag, directory);
    },
  };
}

/** An image of a folder: of what the local ECR makes of it. */
export interface PushedManifest {
  config: { digest: string; mediaType: string };
  layers: { digest: string }[];
  manifests: { digest: string; mediaType: string; size: number; platform: { os: string; architecture: string } }[];
}
