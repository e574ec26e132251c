import type * as model from '@aws-sdk/client-ecr';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations, type Place } from '../service.ts';
import { findRepository, type Repositories } from './repositories.ts';

export function refuseToken(): never {
  throw new AwsError(
    'InvalidParameterException',
    "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'",
  );
}

/** botocore's RepositoryName. */
const NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

export function registryHost({ account, region }: Place): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com`;
}

export function repositoryOperations(repositories: Repositories, place: Place, clock: Clock) {
  const { account, region } = place;
  return {
    CreateRepository: ({ repositoryName, imageTagMutability = 'MUTABLE', imageScanningConfiguration }) => {
      if (repositoryName.length < 2 || repositoryName.length > 256 || !NAME.test(repositoryName))
        throw new AwsError(
          'InvalidParameterException',
          `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${NAME.source}''`,
        );
      if (repositories.has(repositoryName))
        throw new AwsError(
          'RepositoryAlreadyExistsException',
          `The repository with name '${repositoryName}' already exists in the registry with id '${account}'`,
        );
      const repository = {
        repositoryArn: `arn:aws:ecr:${region}:${account}:repository/${repositoryName}`,
        registryId: account,
        repositoryName,
        repositoryUri: `${registryHost(place)}/${repositoryName}`,
        createdAt: new Date(clock.now()),
        imageTagMutability,
        imageScanningConfiguration: { scanOnPush: imageScanningConfiguration?.scanOnPush ?? false },
        encryptionConfiguration: { encryptionType: 'AES256' as const },
      };
      repositories.set(repositoryName, { repository, images: new Map() });
      return { repository };
    },
    DescribeRepositories: ({ repositoryNames, nextToken, maxResults = 100 }) => {
      if (repositoryNames)
        return { repositories: repositoryNames.map((name) => findRepository(repositories, name, place).repository) };
      const page = pageOf([...repositories.values()], nextToken, maxResults, refuseToken);
      return { repositories: page.items.map(({ repository }) => repository), nextToken: page.next };
    },
    DeleteRepository: ({ repositoryName, force }) => {
      const { repository, images } = findRepository(repositories, repositoryName, place);
      if (images.size > 0 && force !== true)
        throw new AwsError(
          'RepositoryNotEmptyException',
          `The repository with name '${repositoryName}' in registry with id '${account}' cannot be deleted because it still contains images`,
        );
      repositories.delete(repositoryName);
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
