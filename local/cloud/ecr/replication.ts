import type * as model from '@aws-sdk/client-ecr';
import type { Clock } from '../../clock.ts';
import type { Home, Operations, OutgoingEvent } from '../service.ts';
import type { Registries, Registry } from './registries.ts';
import type { StoredImage, StoredRepository } from './repositories.ts';
import { newRepository } from './repository-operations.ts';

/** Every destination of a repository's new images; filters are prefixes, none means all. */
function destinationsOf({ replication, place }: Registry, { repository }: StoredRepository): Home[] {
  return replication
    .filter(({ repositoryFilters = [] }) => {
      const prefixes = repositoryFilters.map(({ filter = '' }) => filter);
      return prefixes.length === 0 || prefixes.some((prefix) => repository.repositoryName.startsWith(prefix));
    })
    .flatMap(({ destinations = [] }) => destinations)
    .map(({ registryId = place.account, region = place.region }) => ({ account: registryId, region }));
}

function copyTo(target: Registry, stored: StoredRepository, image: StoredImage, tag: string | undefined, clock: Clock) {
  const { repositoryName } = stored.repository;
  const there = target.repositories.get(repositoryName) ?? newRepository(target, { repositoryName }, clock);
  target.repositories.set(repositoryName, there);
  const { scan: _scan, pulledAt: _pulled, ...same } = image;
  const copy = there.images.get(image.digest) ?? { ...same, pushedAt: new Date(clock.now()), tags: new Set<string>() };
  if (tag !== undefined) {
    for (const other of there.images.values()) other.tags.delete(tag);
    copy.tags.add(tag);
  }
  there.images.set(image.digest, copy);
  return there;
}

/** Cross-region and cross-account replication: at once, and never on from the destination. */
export function createReplication(ports: {
  registries: Registries;
  clock: Clock;
  emit: (event: OutgoingEvent) => void;
}) {
  const { registries, clock, emit } = ports;
  return {
    onPush(source: Registry, stored: StoredRepository, image: StoredImage, tag: string | undefined): void {
      for (const home of destinationsOf(source, stored)) {
        const { repository } = copyTo(registries.at(home), stored, image, tag, clock);
        emit({
          source: 'aws.ecr',
          'detail-type': 'ECR Replication Action',
          resources: [repository.repositoryArn],
          from: home,
          detail: {
            result: 'SUCCESS',
            'repository-name': repository.repositoryName,
            'image-digest': image.digest,
            'source-account': source.place.account,
            'action-type': 'REPLICATE',
            'source-region': source.place.region,
            'image-tag': tag ?? '',
          },
        });
      }
    },
    operations: {
      PutReplicationConfiguration: ({ replicationConfiguration }, caller) => {
        registries.of({}, caller).replication = replicationConfiguration.rules as model.ReplicationRule[];
        return { replicationConfiguration: replicationConfiguration as model.ReplicationConfiguration };
      },
      DescribeRegistry: (_input, caller) => {
        const { place, replication } = registries.of({}, caller);
        return { registryId: place.account, replicationConfiguration: { rules: replication } };
      },
    } satisfies Operations<typeof model>,
  };
}
