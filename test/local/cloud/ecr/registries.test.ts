import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRegistryCommand,
  PutReplicationConfigurationCommand,
} from '@aws-sdk/client-ecr';
import { expect, test } from 'vitest';
import { ecrAccess } from '../../../../local/cloud/ecr/access.ts';
import { countingPlace } from '../../../support/local-ecs.ts';
import { openRegistry } from './registry.ts';

const host = '222222222222.dkr.ecr.eu-west-1.amazonaws.com';
const theirs = { registryId: '222222222222', repositoryName: 'shop/api' };

test('an image of another account is described and pulled where it is', async () => {
  const { push, clientIn, client, ecr } = await openRegistry();
  const { imageUri, digest } = await push(`${host}/shop/api`, '1');
  expect(imageUri).toBe(`${host}/shop/api:1`);
  const eu = clientIn('eu-west-1');
  expect((await eu.send(new DescribeImagesCommand(theirs))).imageDetails).toMatchObject([
    { registryId: '222222222222', imageDigest: digest },
  ]);
  const imageIds = [{ imageTag: '1' }];
  expect((await eu.send(new BatchGetImageCommand({ ...theirs, imageIds }))).images).toHaveLength(1);
  expect(ecr.resolve(imageUri).digest).toBe(digest);
  await expect(client.send(new DescribeImagesCommand(theirs))).rejects.toMatchObject({
    name: 'RepositoryNotFoundException',
    message: "The repository with name 'shop/api' does not exist in the registry with id '222222222222'",
  });
  expect((await client.send(new DescribeImagesCommand({ repositoryName: 'shop/api' }))).imageDetails).toEqual([]);
});

test('each region of the account has its own repositories', async () => {
  const { clientIn, push } = await openRegistry();
  const eu = clientIn('eu-west-1');
  const { repository } = await eu.send(new CreateRepositoryCommand({ repositoryName: 'shop/web' }));
  expect(repository?.repositoryUri).toBe('123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web');
  const { imageUri } = await push('123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web', '1');
  expect(imageUri).toBe(`${repository?.repositoryUri}:1`);
  expect((await eu.send(new DescribeImagesCommand({ repositoryName: 'shop/web' }))).imageDetails).toHaveLength(1);
});

test('a push to another registry is an event of there', async () => {
  const { push, events } = await openRegistry();
  await push(`${host}/shop/api`, '1');
  expect(events).toMatchObject([{ from: { account: '222222222222', region: 'eu-west-1' } }]);
});

test('IAM is asked on the repository of the other account and region', () => {
  const caller = { accessKeyId: 'role', requestId: '1', region: 'eu-west-1' };
  expect(ecrAccess(countingPlace(), 'DescribeImages', theirs, caller)).toEqual([
    { action: 'ecr:DescribeImages', resource: 'arn:aws:ecr:eu-west-1:222222222222:repository/shop/api' },
  ]);
});

test('a replicated push is in the other registry, and its event names the source', async () => {
  const { client, clientIn, push, events } = await openRegistry();
  const rules = [
    {
      destinations: [{ region: 'eu-west-1', registryId: '222222222222' }],
      repositoryFilters: [{ filter: 'shop', filterType: 'PREFIX_MATCH' as const }],
    },
  ];
  await client.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }));
  expect(await client.send(new DescribeRegistryCommand({}))).toMatchObject({ replicationConfiguration: { rules } });
  const { digest } = await push('one', '1', { platforms: ['linux/amd64', 'linux/arm64'] });
  const replicated = events.filter((event) => event['detail-type'] === 'ECR Replication Action');
  expect(replicated.map(({ detail }) => (detail as { 'image-tag': string })['image-tag'])).toEqual(['', '', '1']);
  expect(replicated.at(-1)).toMatchObject({
    from: { account: '222222222222', region: 'eu-west-1' },
    resources: ['arn:aws:ecr:eu-west-1:222222222222:repository/shop/api'],
    detail: {
      result: 'SUCCESS',
      'repository-name': 'shop/api',
      'image-digest': digest,
      'source-account': '123456789012',
      'action-type': 'REPLICATE',
      'source-region': 'us-east-1',
      'image-tag': '1',
    },
  });
  const there = await clientIn('eu-west-1').send(
    new DescribeImagesCommand({ ...theirs, imageIds: [{ imageTag: '1' }] }),
  );
  expect(there.imageDetails).toMatchObject([{ imageDigest: digest }]);
});
