import type * as model from '@aws-sdk/client-ecr';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations, type Place } from '../service.ts';
import { type Registries, type Registry, registryHost } from './registries.ts';
import { findRepository, type StoredRepository } from './repositories.ts';

export function refuseToken(): never {
  throw new AwsError(
    'InvalidParameterException',
    "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'",
  );
}

/** botocore's RepositoryName. */
const NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

interface NewRepository {
  repositoryName: string;
  imageTagMutability?: model.ImageTagMutability | undefined;
  imageScanningConfiguration?: { scanOnPush?: boolean | undefined } | undefined;
}

/** An empty repository, not yet one of the registry's. @throws AwsError InvalidParameterException */
export function newRepository({ place }: Registry, input: NewRepository, clock: Clock): StoredRepository {
  const { repositoryName, imageTagMutability = 'MUTABLE', imageScanningConfiguration } = input;
  if (repositoryName.length < 2 || repositoryName.length > 256 || !NAME.test(repositoryName))
    throw new AwsError(
      'InvalidParameterException',
      `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${NAME.source}''`,
    );
  const repository = {
    repositoryArn: `arn:aws:ecr:${place.region}:${place.account}:repository/${repositoryName}`,
    registryId: place.account,
    repositoryName,
    repositoryUri: `${registryHost(place)}/${repositoryName}`,
    createdAt: new Date(clock.now()),
    imageTagMutability,
    imageScanningConfiguration: { scanOnPush: imageScanningConfiguration?.scanOnPush ?? false },
    encryptionConfiguration: { encryptionType: 'AES256' as const },
  };
  return { repository, images: new Map() };
}

export function repositoryOperations(registries: Registries, place: Place, clock: Clock) {
  return {
    CreateRepository: (input, caller) => {
      const registry = registries.of(input, caller);
      const created = newRepository(registry, input, clock);
      if (registry.repositories.has(input.repositoryName))
        throw new AwsError(
          'RepositoryAlreadyExistsException',
          `The repository with name '${input.repositoryName}' already exists in the registry with id '${registry.place.account}'`,
        );
      registry.repositories.set(input.repositoryName, created);
      return { repository: created.repository };
    },
    DescribeRepositories: (input, caller) => {
      const registry = registries.of(input, caller);
      const { repositoryNames, nextToken, maxResults = 100 } = input;
      if (repositoryNames)
        return { repositories: repositoryNames.map((name) => findRepository(registry, name).repository) };
      const page = pageOf([...registry.repositories.values()], nextToken, maxResults, refuseToken);
      return { repositories: page.items.map(({ repository }) => repository), nextToken: page.next };
    },
    DeleteRepository: (input, caller) => {
      const registry = registries.of(input, caller);
      const { repository, images } = findRepository(registry, input.repositoryName);
      if (images.size > 0 && input.force !== true)
        throw new AwsError(
          'RepositoryNotEmptyException',
          `The repository with name '${input.repositoryName}' in registry with id '${registry.place.account}' cannot be deleted because it still contains images`,
        );
      registry.repositories.delete(input.repositoryName);
      return { repository };
    },
    GetAuthorizationToken: () => ({
      authorizationData: [
        {
          authorizationToken: Buffer.from(`AWS:${place.newHexId()}`).toString('base64'),
          expiresAt: new Date(clock.now() + 12 * 3_600_000),
          proxyEndpoint: `https://${registryHost(place)}`,
        },
      ],
    }),
  } satisfies Operations<typeof model>;
}
