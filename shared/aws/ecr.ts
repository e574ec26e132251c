import { DescribeImagesCommand, type DescribeImagesCommandInput, type ImageDetail } from '@aws-sdk/client-ecr';
import { AwsCallFailed } from '../core/errors.ts';
import { toInstant } from '../core/time.ts';
import type { ListedImage } from '../deploy/tag-policy.ts';
import { type AwsConnection, call } from './connection.ts';
import { ecrClients } from './ecr-clients.ts';

/** A repository; `registry` (`ACCOUNT.dkr.ecr.REGION.amazonaws.com`) where it is not of our own. */
interface RepositoryAddress {
  registry?: string | undefined;
  repository: string;
}

export interface EcrGateway {
  /** Every tagged image of the repository, or just the one that holds `tag`; none where there is none. @throws AwsCallFailed */
  images(from: RepositoryAddress, tag?: string): Promise<ListedImage[]>;
}

// Helm charts and the like live in ECR too; image indexes have no artifact type.
const runnable: ReadonlySet<string | undefined> = new Set([
  undefined,
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

const absent: ReadonlySet<string> = new Set(['ImageNotFoundException', 'RepositoryNotFoundException']);

function toListed(image: ImageDetail): ListedImage[] {
  const { imageDigest, imageTags, imagePushedAt, artifactMediaType } = image;
  if (!imageDigest || !imageTags || !imagePushedAt || !runnable.has(artifactMediaType)) return [];
  return [{ digest: imageDigest, tags: imageTags, pushedAt: toInstant(imagePushedAt) }];
}

export function ecrGateway(aws: AwsConnection): EcrGateway {
  const clientOf = ecrClients(aws);
  const describe = (
    { registry, repository }: RepositoryAddress,
    asked: Omit<DescribeImagesCommandInput, 'repositoryName'>,
  ) => {
    const { client, ...registryId } = clientOf(registry);
    const command = new DescribeImagesCommand({ ...registryId, repositoryName: repository, ...asked });
    return call('DescribeImages', () => client.send(command));
  };

  async function holding(from: RepositoryAddress, imageTag: string): Promise<ListedImage[]> {
    const answer = await describe(from, { imageIds: [{ imageTag }] });
    return (answer.imageDetails ?? []).flatMap(toListed);
  }

  async function tagged(from: RepositoryAddress): Promise<ListedImage[]> {
    const found: ListedImage[] = [];
    let nextToken: string | undefined;
    do {
      const page = await describe(from, {
        filter: { tagStatus: 'TAGGED' },
        maxResults: 1000,
        ...(nextToken ? { nextToken } : {}),
      });
      found.push(...(page.imageDetails ?? []).flatMap(toListed));
      nextToken = page.nextToken;
    } while (nextToken);
    return found;
  }

  return {
    async images(from, tag) {
      try {
        return await (tag === undefined ? tagged(from) : holding(from, tag));
      } catch (error) {
        if (error instanceof AwsCallFailed && absent.has(error.code)) return [];
        throw error;
      }
    },
  };
}
