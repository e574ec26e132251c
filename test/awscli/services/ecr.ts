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
  await layers(aws, JSON.parse(String(got.images?.[0]?.imageManifest ?? '{}')).config?.digest);
  await scans(aws, digest);
  await repositories(aws);
  await aws.refuses(['describe-images', ...shop, '--image-ids', 'imageTag=none'], 'ImageNotFoundException');
}

async function layers(aws: Aws, config: string): Promise<void> {
  const { downloadUrl } = await aws.gives(['get-download-url-for-layer', ...shop, '--layer-digest', config], {
    layerDigest: config,
  });
  const blob = (await (await fetch(String(downloadUrl))).json()) as { architecture?: string };
  if (blob.architecture !== 'amd64') throw new Error(`${downloadUrl} leads to no config blob`);
  await aws.gives(['batch-check-layer-availability', ...shop, '--layer-digests', config], {
    layers: [{ layerDigest: config, layerAvailability: 'AVAILABLE' }],
  });
}

async function scans(aws: Aws, imageDigest: string): Promise<void> {
  const image = ['--image-id', `imageDigest=${imageDigest}`];
  await aws.refuses(['describe-image-scan-findings', ...shop, ...image], 'ScanNotFoundException');
  await aws.gives(['start-image-scan', ...shop, ...image], { imageScanStatus: { status: 'IN_PROGRESS' } });
  await aws.refuses(['start-image-scan', ...shop, ...image], 'LimitExceededException');
  await aws.gives(['wait', 'image-scan-complete', ...shop, ...image], {});
  await aws.gives(['describe-image-scan-findings', ...shop, ...image], { imageScanStatus: { status: 'COMPLETE' } });
  const onPush = ['--image-scanning-configuration', 'scanOnPush=true'];
  await aws.gives(['put-image-scanning-configuration', ...shop, ...onPush], {
    imageScanningConfiguration: { scanOnPush: true },
  });
  await aws.gives(['batch-get-repository-scanning-configuration', '--repository-names', 'shop/api'], {
    scanningConfigurations: [{ scanOnPush: true, scanFrequency: 'SCAN_ON_PUSH' }],
  });
  await aws.gives(['get-registry-scanning-configuration'], { scanningConfiguration: { scanType: 'BASIC' } });
  await aws.gives(['put-registry-scanning-configuration', '--scan-type', 'BASIC', '--rules', '[]'], {});
  const elsewhere = ['describe-images', '--registry-id', '222222222222', ...shop];
  await aws.refuses(elsewhere, 'RepositoryNotFoundException');
}

async function repositories(aws: Aws): Promise<void> {
  const mine = ['--repository-name', 'cli/tool'];
  await aws.gives(['create-repository', ...mine], { repository: { repositoryName: 'cli/tool' } });
  await aws.refuses(['create-repository', ...mine], 'RepositoryAlreadyExistsException');
  await aws.gives(['delete-repository', ...mine], { repository: { repositoryName: 'cli/tool' } });
  await aws.refuses(['describe-images', ...mine], 'RepositoryNotFoundException');
  await aws.refuses(['delete-repository', ...shop], 'RepositoryNotEmptyException');
}
