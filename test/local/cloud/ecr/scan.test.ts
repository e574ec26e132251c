import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  BatchGetRepositoryScanningConfigurationCommand,
  DescribeImageScanFindingsCommand,
  type DescribeImageScanFindingsCommandInput,
  DescribeImagesCommand,
  GetRegistryScanningConfigurationCommand,
  PutImageScanningConfigurationCommand,
  PutRegistryScanningConfigurationCommand,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import { expect, test } from 'vitest';
import { openRegistry, type PushedManifest } from './registry.ts';

const repositoryName = 'shop/api';
const repositoryArn = 'arn:aws:ecr:us-east-1:123456789012:repository/shop/api';
const scanOnPush = { imageScanningConfiguration: { scanOnPush: true } };
const findings = { HIGH: 1, LOW: 2 };

type Registry = Awaited<ReturnType<typeof openRegistry>>;

const describe = ({ client }: Registry, imageTag: string, more: Partial<DescribeImageScanFindingsCommandInput> = {}) =>
  client.send(new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageTag }, ...more }));
const start = ({ client }: Registry, imageTag: string) =>
  client.send(new StartImageScanCommand({ repositoryName, imageId: { imageTag } }));
const enhance = ({ client }: Registry, scanFrequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' = 'CONTINUOUS_SCAN') =>
  client.send(
    new PutRegistryScanningConfigurationCommand({
      scanType: 'ENHANCED',
      rules: [{ scanFrequency, repositoryFilters: [{ filter: 'shop/*', filterType: 'WILDCARD' }] }],
    }),
  );

test('scan on push is IN_PROGRESS, then COMPLETE with what image.json says it finds', async () => {
  const registry = await openRegistry(scanOnPush);
  const { digest } = await registry.push('one', '1', { scan: { findings, delaySeconds: 30 } });
  expect(await describe(registry, '1')).toMatchObject({ imageScanStatus: { status: 'IN_PROGRESS' } });
  await registry.clock.advance(29_000);
  expect(registry.details('ECR Image Scan')).toEqual([]);
  await registry.clock.advance(1000);
  expect(await describe(registry, '1')).toMatchObject({
    imageId: { imageDigest: digest, imageTag: '1' },
    imageScanStatus: { status: 'COMPLETE' },
    imageScanFindings: { findingSeverityCounts: findings, findings: [{ severity: 'HIGH' }, {}, { severity: 'LOW' }] },
  });
  expect(registry.events.at(-1)).toMatchObject({
    source: 'aws.ecr',
    'detail-type': 'ECR Image Scan',
    resources: [repositoryArn],
    detail: {
      'scan-status': 'COMPLETE',
      'repository-name': repositoryName,
      'finding-severity-counts': findings,
      'image-digest': digest,
      'image-tags': ['1'],
    },
  });
  const { imageDetails } = await registry.client.send(new DescribeImagesCommand({ repositoryName }));
  expect(imageDetails).toMatchObject([
    { imageScanStatus: { status: 'COMPLETE' }, imageScanFindingsSummary: { findingSeverityCounts: findings } },
  ]);
});

test('findings come in pages, the counts with each', async () => {
  const registry = await openRegistry(scanOnPush);
  await registry.push('one', '1', { scan: { findings } });
  await registry.clock.advance(60_000);
  const one = await describe(registry, '1', { maxResults: 2 });
  const two = await describe(registry, '1', { maxResults: 2, nextToken: one.nextToken });
  expect(one.imageScanFindings?.findings).toHaveLength(2);
  expect(two.imageScanFindings?.findings).toHaveLength(1);
  expect(two).toMatchObject({ imageScanFindings: { findingSeverityCounts: findings } });
  expect(two.nextToken).toBeUndefined();
});

test('an image that nobody scanned has no scan, and can be scanned by hand once a day', async () => {
  const registry = await openRegistry();
  await registry.push('one', '1');
  await expect(describe(registry, '1')).rejects.toMatchObject({ name: 'ScanNotFoundException' });
  expect(await start(registry, '1')).toMatchObject({ imageScanStatus: { status: 'IN_PROGRESS' } });
  await registry.clock.advance(60_000);
  expect(registry.details('ECR Image Scan')).toMatchObject([
    { 'scan-status': 'COMPLETE', 'finding-severity-counts': {} },
  ]);
  await expect(start(registry, '1')).rejects.toMatchObject({ name: 'LimitExceededException' });
  await registry.clock.advance(86_400_000);
  expect(await start(registry, '1')).toMatchObject({ imageScanStatus: { status: 'IN_PROGRESS' } });
});

test('a scan that fails says so and counts nothing', async () => {
  const registry = await openRegistry(scanOnPush);
  await registry.push('one', '1', { scan: { status: 'UNSUPPORTED_IMAGE' } });
  await registry.clock.advance(60_000);
  const { imageScanStatus, imageScanFindings } = await describe(registry, '1');
  expect(imageScanStatus).toMatchObject({
    status: 'FAILED',
    description: expect.stringMatching(/^UnsupportedImageError/),
  });
  expect(imageScanFindings).toBeUndefined();
  const [detail] = registry.details('ECR Image Scan');
  expect(detail).toMatchObject({ 'scan-status': 'FAILED' });
  expect(detail).not.toHaveProperty('finding-severity-counts');
});

test('a scan that never ends stays in progress', async () => {
  const registry = await openRegistry(scanOnPush);
  await registry.push('one', '1', { scan: { never: true } });
  await registry.clock.advance(7 * 86_400_000);
  expect(await describe(registry, '1')).toMatchObject({ imageScanStatus: { status: 'IN_PROGRESS' } });
  expect(registry.details('ECR Image Scan')).toEqual([]);
});

test('the scan of an image that is gone by then ends without a word', async () => {
  const registry = await openRegistry(scanOnPush);
  const { digest } = await registry.push('one', '1');
  await registry.client.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }));
  await registry.clock.advance(60_000);
  expect(registry.details('ECR Image Scan')).toEqual([]);
});

test('basic scanning refuses an index and scans its children, each by what it is', async () => {
  const registry = await openRegistry(scanOnPush);
  const { digest } = await registry.push('one', '1', {
    platforms: ['linux/amd64', 'linux/arm64'],
    provenance: true,
    scan: { findings: { LOW: 1 }, platforms: { 'linux/arm64': { findings: { CRITICAL: 1 } } } },
  });
  await registry.clock.advance(60_000);
  await expect(start(registry, '1')).rejects.toMatchObject({
    name: 'UnsupportedImageTypeException',
    message:
      "An artifact with media type 'application/vnd.oci.image.index.v1+json' cannot be scanned. For more information, see the Amazon ECR documentation.",
  });
  await expect(describe(registry, '1')).rejects.toMatchObject({ name: 'ScanNotFoundException' });
  const { images } = await registry.client.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }),
  );
  const [amd, arm, attestation, ...more] = (JSON.parse(images?.[0]?.imageManifest ?? '') as PushedManifest).manifests;
  expect(registry.details('ECR Image Scan')).toMatchObject([
    { 'image-digest': amd?.digest, 'image-tags': [], 'finding-severity-counts': { LOW: 1 } },
    { 'image-digest': arm?.digest, 'image-tags': [], 'finding-severity-counts': { CRITICAL: 1 } },
    { 'image-digest': attestation?.digest, 'scan-status': 'FAILED' },
    { 'image-digest': more[0]?.digest, 'scan-status': 'FAILED' },
  ]);
});

test('enhanced scanning is PENDING, then ACTIVE, and Inspector tells each finding and then the scan', async () => {
  const registry = await openRegistry();
  await enhance(registry);
  const { digest } = await registry.push('one', '1', { scan: { findings: { HIGH: 1, UNDEFINED: 1 } } });
  expect(await describe(registry, '1')).toMatchObject({ imageScanStatus: { status: 'PENDING' } });
  await registry.clock.advance(60_000);
  expect(await describe(registry, '1')).toMatchObject({
    imageScanStatus: { status: 'ACTIVE' },
    imageScanFindings: {
      findingSeverityCounts: { HIGH: 1, UNTRIAGED: 1 },
      enhancedFindings: [{ severity: 'HIGH', status: 'ACTIVE' }, { severity: 'UNTRIAGED' }],
    },
  });
  expect(registry.events.filter(({ source }) => source === 'aws.inspector2')).toMatchObject([
    {
      'detail-type': 'Inspector2 Finding',
      resources: [`${repositoryArn}/${digest}`],
      detail: {
        severity: 'HIGH',
        status: 'ACTIVE',
        firstObservedAt: 'Nov 20, 2026, 9:00:02 AM',
        resources: [{ details: { awsEcrContainerImage: { architecture: 'amd64', imageHash: digest } } }],
      },
    },
    { 'detail-type': 'Inspector2 Finding' },
    {
      'detail-type': 'Inspector2 Scan',
      resources: [repositoryArn],
      detail: {
        'scan-status': 'INITIAL_SCAN_COMPLETE',
        'repository-name': repositoryArn,
        'finding-severity-counts': { HIGH: 1, UNTRIAGED: 1, TOTAL: 2 },
        'image-digest': digest,
        'image-tags': ['1'],
      },
    },
  ]);
  await expect(start(registry, '1')).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'This feature is disabled',
  });
});

test('what enhanced scanning cannot scan has that status and no event', async () => {
  const registry = await openRegistry();
  await enhance(registry);
  await registry.push('one', '1', { scan: { status: 'UNSUPPORTED_IMAGE' } });
  await registry.clock.advance(60_000);
  expect(await describe(registry, '1')).toMatchObject({ imageScanStatus: { status: 'UNSUPPORTED_IMAGE' } });
  expect(registry.events.filter(({ source }) => source === 'aws.inspector2')).toEqual([]);
});

test('enhanced scanning also looks at what was there before, and tells whose frequency changed', async () => {
  const registry = await openRegistry();
  await registry.push('one', '1', { scan: { findings } });
  await enhance(registry);
  await registry.clock.advance(60_000);
  expect(registry.details('Inspector2 Scan')).toHaveLength(1);
  expect(registry.details('ECR Scan Resource Change')).toEqual([
    {
      'action-type': 'SCAN_FREQUENCY_CHANGE',
      repositories: [
        {
          'repository-name': repositoryName,
          'repository-arn': repositoryArn,
          'scan-frequency': 'CONTINUOUS_SCAN',
          'previous-scan-frequency': 'MANUAL',
        },
      ],
      'resource-type': 'REPOSITORY',
      'scan-type': 'ENHANCED',
    },
  ]);
});

test('scanning configurations read back as they were put', async () => {
  const registry = await openRegistry();
  const configured = async () =>
    registry.client.send(
      new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [repositoryName, 'no/where'] }),
    );
  expect(await configured()).toMatchObject({
    scanningConfigurations: [{ repositoryArn, scanOnPush: false, scanFrequency: 'MANUAL', appliedScanFilters: [] }],
    failures: [{ repositoryName: 'no/where', failureCode: 'REPOSITORY_NOT_FOUND' }],
  });
  await registry.client.send(new PutImageScanningConfigurationCommand({ repositoryName, ...scanOnPush }));
  expect(await configured()).toMatchObject({ scanningConfigurations: [{ scanOnPush: true }] });
  await enhance(registry, 'SCAN_ON_PUSH');
  expect(await registry.client.send(new GetRegistryScanningConfigurationCommand({}))).toMatchObject({
    registryId: '123456789012',
    scanningConfiguration: { scanType: 'ENHANCED', rules: [{ scanFrequency: 'SCAN_ON_PUSH' }] },
  });
  expect(await configured()).toMatchObject({
    scanningConfigurations: [{ scanFrequency: 'SCAN_ON_PUSH', appliedScanFilters: [{ filter: 'shop/*' }] }],
  });
});

test('a wrong scan in image.json is refused by its place', async () => {
  const registry = await openRegistry();
  await expect(registry.push('one', '1', { scan: { findings: { SEVERE: 1 } as never } })).rejects.toThrow(
    /image\.json: scan\.findings: .*SEVERE/,
  );
});
