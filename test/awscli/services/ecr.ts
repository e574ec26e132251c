import type { Aws } from '../aws.ts';

const shop = ['--repository-name', 'shop/api'];
const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';

export async function ecr(aws: Aws): Promise<void> {
  const repository = { repositoryName: 'shop/api', repositoryUri: `${registry}/shop/api` };
  await aws.gives(['describe-repositories', '--repository-names', 'shop/api'], { repositories: [repository] });
  const images = await aws.gives(['describe-images', ...shop], {
    imageDetails: [{ repositoryName: 'shop/api', registryId: '123456789012', imageTags: ['1.0.0'] }],
  });
  const digest = String(images.imageDetails?.[0]?.imageDigest);
  await aws.gives(['list-images', ...shop], { imageIds: [{ imageDigest: digest, imageTag: '1.0.0' }] });
  const got = await aws.gives(['batch-get-image', ...shop, '--image-ids', 'imageTag=1.0.0'], {
    images: [{ imageId: { imageDigest: digest, imageTag: '1.0.0' } }],
    failures: [],
  });
  const manifest = ['--image-manifest', String(got.images?.[0]?.imageManifest)];
  await aws.gives(['put-image', ...shop, ...manifest, '--image-tag', 'cli'], {
    image: { imageId: { imageDigest: digest, imageTag: 'cli' } },
  });
  await aws.refuses(['put-image', ...shop, ...manifest, '--image-tag', 'cli'], 'ImageAlreadyExistsException');
  await aws.gives(['batch-delete-image', ...shop, '--image-ids', 'imageTag=cli'], {
    imageIds: [{ imageDigest: digest, imageTag: 'cli' }],
  });
  await aws.gives(['batch-get-image', ...shop, '--image-ids', 'imageTag=none'], {
    images: [],
    failures: [{ failureCode: 'ImageNotFound' }],
  });
  await aws.gives(['get-authorization-token'], { authorizationData: [{ authorizationToken: /^[A-Za-z0-9+/=]+$/ }] });
  await repositories(aws);
  await aws.refuses(['describe-images', ...shop, '--image-ids', 'imageTag=none'], 'ImageNotFoundException');
}

async function repositories(aws: Aws): Promise<void> {
  const mine = ['--repository-name', 'cli/tool'];
  await aws.gives(['create-repository', ...mine], { repository: { repositoryName: 'cli/tool' } });
  await aws.refuses(['create-repository', ...mine], 'RepositoryAlreadyExistsException');
  await aws.gives(['delete-repository', ...mine], { repository: { repositoryName: 'cli/tool' } });
  await aws.refuses(['describe-images', ...mine], 'RepositoryNotFoundException');
  await aws.refuses(['delete-repository', ...shop], 'RepositoryNotEmptyException');
}
