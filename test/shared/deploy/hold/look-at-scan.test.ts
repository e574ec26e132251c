import { expect, test } from 'vitest';
import type { ImageManifest } from '../../../../shared/aws/image-manifest.ts';
import type { ImageScan } from '../../../../shared/aws/image-scan.ts';
import { AwsCallFailed } from '../../../../shared/core/errors.ts';
import { lookAtScan, type ScanDeps } from '../../../../shared/deploy/hold/look-at-scan.ts';
import type { RawTaskDefinition } from '../../../../shared/deploy/revision.ts';
import { aDeployment } from '../../../support/deployments.ts';

const clean: ImageScan = { kind: 'scanned', counts: {}, findings: [] };
const index: ImageManifest = {
  kind: 'index',
  platforms: [
    { os: 'linux', architecture: 'amd64', digest: 'sha256:amd' },
    { os: 'linux', architecture: 'arm64', digest: 'sha256:arm' },
  ],
};
const onArm: RawTaskDefinition = { runtimePlatform: { cpuArchitecture: 'ARM64' } };
const onFargate: RawTaskDefinition = { requiresCompatibilities: ['FARGATE'] };

/** ECR with these scans by digest; the calls it gets are noted. */
function world(scans: Record<string, ImageScan | AwsCallFailed>, manifest?: ImageManifest) {
  const calls: string[] = [];
  const deps = {
    scans: {
      async scan({ digest }: { digest: string }) {
        calls.push(`scan ${digest}`);
        const found = scans[digest] ?? { kind: 'none' };
        if (found instanceof AwsCallFailed) throw found;
        return found;
      },
    },
    manifests: {
      async manifest() {
        calls.push('manifest');
        return manifest;
      },
    },
    ecs: {
      async describeService() {
        calls.push('service');
        return { taskDefinitionArn: 'arn/live:7' };
      },
      describeTaskDefinition: async (arn: string) => ({ definition: arn === 'arn/live:7' ? onArm : {} }),
    },
  } as unknown as ScanDeps;
  return { deps, calls };
}
const held = aDeployment({ state: 'held' });
const own = held.image.digest;

test('of an image, one call tells', async () => {
  const { deps, calls } = world({ [own]: clean });
  expect(await lookAtScan(deps, held, onArm)).toEqual({ of: own, scan: clean });
  expect(calls).toEqual([`scan ${own}`]);
});

test.each<[string, RawTaskDefinition, string]>([
  ['arm64', onArm, 'sha256:arm'],
  ["Fargate's default", onFargate, 'sha256:amd'],
  ['instances that do not say what they are', {}, 'sha256:amd'],
])('of an index, the image for %s is looked at', async (_fact, definition, of) => {
  const { deps } = world({ [of]: clean }, index);
  expect(await lookAtScan(deps, held, definition)).toEqual({ of, scan: clean });
});

test('where nobody has read the live task definition, it is read for its platform', async () => {
  const { deps, calls } = world({ 'sha256:arm': clean }, index);
  expect(await lookAtScan(deps, held, undefined)).toMatchObject({ of: 'sha256:arm' });
  expect(calls).toEqual([`scan ${own}`, 'manifest', 'service', 'scan sha256:arm']);
});

test('the image inside an index is remembered with the hold: one call from then on', async () => {
  const { deps, calls } = world({ 'sha256:arm': { kind: 'running', status: 'IN_PROGRESS' } }, index);
  const waiting = aDeployment({ state: 'held', holds: [{ kind: 'scan', why: '', of: 'sha256:arm' }] });
  expect(await lookAtScan(deps, waiting, undefined)).toMatchObject({ of: 'sha256:arm', scan: { kind: 'running' } });
  expect(calls).toEqual(['scan sha256:arm']);
});

test('an index without an image for the tasks is said so', async () => {
  const { deps } = world({}, { kind: 'index', platforms: [{ os: 'windows', architecture: 'amd64', digest: 'x' }] });
  const why = 'the index holds no image for linux/arm64';
  expect(await lookAtScan(deps, held, onArm)).toMatchObject({ scan: { kind: 'unknown', why } });
});

test.each<[string, Record<string, number> | undefined, object]>([
  ['what its event said stands in', { HIGH: 2 }, { kind: 'scanned', counts: { HIGH: 2 }, findings: [] }],
  ['and without its event it is waited for', undefined, { kind: 'blank' }],
])('of a scan that is said to be done and shows nothing, %s', async (_fact, counts, expected) => {
  const { deps } = world({ [own]: { kind: 'blank', status: 'COMPLETE' } });
  const scanNotes = { get: async () => counts, note: async () => {} };
  expect(await lookAtScan({ ...deps, scanNotes }, held, onArm)).toMatchObject({ of: own, scan: expected });
});

test('an image that is gone is told from one that nobody scans', async () => {
  expect(await lookAtScan(world({}).deps, held, onArm)).toMatchObject({ scan: { kind: 'gone' } });
  const single = world({}, { kind: 'image', configDigest: 'c' });
  expect(await lookAtScan(single.deps, held, onArm)).toEqual({ of: own, scan: { kind: 'none' } });
});

test('a look-up that is refused is a finding of its own; one that may succeed later is thrown', async () => {
  const failing = (code: string, retryable: boolean) =>
    world({ [own]: new AwsCallFailed('DescribeImageScanFindings', code, 'no', retryable, undefined) }).deps;
  expect(await lookAtScan(failing('AccessDeniedException', false), held, onArm)).toMatchObject({
    scan: { kind: 'unknown', why: 'it cannot be looked up: DescribeImageScanFindings: AccessDeniedException: no' },
  });
  await expect(lookAtScan(failing('ThrottlingException', true), held, onArm)).rejects.toThrow(/ThrottlingException/);
});
