import { expect, test } from 'vitest';
import { imageScans } from '../../../shared/aws/image-scan.ts';

/** ECR that answers DescribeImageScanFindings with this body. */
function answering(json: unknown, status = 200) {
  const sent: unknown[] = [];
  const aws = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: { body: string | Uint8Array; hostname: string }) {
        sent.push([request.hostname, JSON.parse(Buffer.from(request.body as Uint8Array).toString())]);
        const headers = { 'content-type': 'application/x-amz-json-1.1' };
        return { response: { statusCode: status, headers, body: Buffer.from(JSON.stringify(json)) } };
      },
    },
  };
  return { scans: imageScans(aws as never), sent };
}
const image = { repository: 'shop/api', digest: 'sha256:a' };
const status = (name: string, description?: string) => ({ imageScanStatus: { status: name, description } });

test('basic scanning: counts, and the findings by name and severity', async () => {
  const imageScanFindings = {
    findings: [{ name: 'CVE-2026-1', severity: 'HIGH', uri: 'https://…' }],
    findingSeverityCounts: { HIGH: 1, UNDEFINED: 4 },
  };
  const { scans, sent } = answering({ ...status('COMPLETE'), imageScanFindings });
  expect(await scans.scan(image)).toEqual({
    kind: 'scanned',
    counts: { HIGH: 1, UNDEFINED: 4 },
    findings: [{ name: 'CVE-2026-1', severity: 'HIGH' }],
  });
  const body = { repositoryName: 'shop/api', imageId: { imageDigest: 'sha256:a' }, maxResults: 1000 };
  expect(sent).toEqual([['api.ecr.us-east-1.amazonaws.com', body]]);
});

test('enhanced scanning is ACTIVE for good; a finding is named by its vulnerability, and counted where ECR does not', async () => {
  const enhancedFindings = [
    { severity: 'HIGH', title: 'CVE-2026-2 - openssl', packageVulnerabilityDetails: { vulnerabilityId: 'CVE-2026-2' } },
    { severity: 'UNTRIAGED', title: 'something else' },
  ];
  const { scans } = answering({ ...status('ACTIVE'), imageScanFindings: { enhancedFindings } });
  expect(await scans.scan(image)).toEqual({
    kind: 'scanned',
    counts: { HIGH: 1, UNTRIAGED: 1 },
    findings: [
      { name: 'CVE-2026-2', severity: 'HIGH' },
      { name: 'something else', severity: 'UNTRIAGED' },
    ],
  });
});

test.each<[string, unknown, number, object]>([
  ['IN_PROGRESS is under way', status('IN_PROGRESS'), 200, { kind: 'running', status: 'IN_PROGRESS' }],
  ['PENDING is under way', status('PENDING'), 200, { kind: 'running', status: 'PENDING' }],
  [
    'ACTIVE that shows nothing tells nothing',
    { ...status('ACTIVE'), imageScanFindings: { findings: [] } },
    200,
    { kind: 'blank', status: 'ACTIVE' },
  ],
  [
    'COMPLETE that shows nothing tells nothing',
    { ...status('COMPLETE'), imageScanFindings: { findings: [] } },
    200,
    { kind: 'blank', status: 'COMPLETE' },
  ],
  [
    'completed, with no findings, is clean',
    { ...status('COMPLETE'), imageScanFindings: { imageScanCompletedAt: 1_700_000_000 } },
    200,
    { kind: 'scanned', counts: {}, findings: [] },
  ],
  [
    'FAILED says why',
    status('FAILED', 'no package manager'),
    200,
    { kind: 'unscannable', status: 'FAILED', why: 'no package manager' },
  ],
  ['a status yet unknown is no scan', status('SOMETHING_NEW'), 200, { kind: 'unscannable', status: 'SOMETHING_NEW' }],
  ['no scan', { __type: 'ScanNotFoundException', message: 'none' }, 400, { kind: 'none' }],
  ['no image', { __type: 'ImageNotFoundException', message: 'none' }, 400, { kind: 'gone' }],
  ['no repository', { __type: 'RepositoryNotFoundException', message: 'none' }, 400, { kind: 'gone' }],
])('%s', async (_fact, json, code, expected) => {
  expect(await answering(json, code).scans.scan(image)).toEqual(expected);
});

test('what is refused is thrown with its operation and code', async () => {
  const { scans } = answering({ __type: 'AccessDeniedException', message: 'not you' }, 400);
  await expect(scans.scan(image)).rejects.toMatchObject({
    operation: 'DescribeImageScanFindings',
    code: 'AccessDeniedException',
    retryable: false,
  });
});

test("another account's registry is asked in its region, by its account", async () => {
  const { scans, sent } = answering({ ...status('COMPLETE') });
  await scans.scan({ ...image, registry: '210987654321.dkr.ecr.eu-west-1.amazonaws.com' });
  expect(sent).toMatchObject([['api.ecr.eu-west-1.amazonaws.com', { registryId: '210987654321' }]]);
});
