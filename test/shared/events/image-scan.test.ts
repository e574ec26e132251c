import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseImageEvent } from '../../../shared/events/image-event.ts';
import { parseImageScan } from '../../../shared/events/image-scan.ts';

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/aws-events/ecr/${name}.json`, import.meta.url), 'utf8'));
const basic = fixture('01-ecr-image-scan-complete');
const enhanced = fixture('inspector2-initial-scan-complete');
const withDetail = (event: { detail: object }, detail: object) => ({
  ...event,
  detail: { ...event.detail, ...detail },
});

test("basic scanning's event names the repository and the digest", () => {
  expect(parseImageScan(fixture('ecr-image-scan-event'))).toEqual({
    kind: 'event',
    value: {
      account: '123456789012',
      region: 'eu-north-1',
      repository: 'tribble-image-scan-test',
      digest: 'sha256:d4a96ee9443e641fc100e763a0c10928720b50c6e3ea3342d05d7c3435fc5355',
      counts: { CRITICAL: 10, HIGH: 2, MEDIUM: 9, LOW: 3, INFORMATIONAL: 0, UNDEFINED: 0 },
    },
  });
});

test("Inspector's event names the repository by its ARN, which also tells whose it is", () => {
  const value = { account: '123456789012', region: 'us-east-2', repository: 'amazon/amazon-ecs-sample' };
  expect(parseImageScan({ ...enhanced, account: '999999999999', region: 'eu-west-1' })).toMatchObject({ value });
  const inResources = withDetail(enhanced, { 'repository-name': 'amazon/amazon-ecs-sample' });
  expect(parseImageScan(inResources)).toMatchObject({ value });
});

test('a scan that failed is a reason to look as well', () => {
  const failed = parseImageScan(withDetail(basic, { 'scan-status': 'FAILED' }));
  expect(failed).toMatchObject({ kind: 'event', value: { repository: 'my-repository-name' } });
  expect(failed).not.toHaveProperty('value.counts');
});

test.each([
  ['a push', fixture('00-ecr-image-action-push'), 'debug', /ECR Image Action/],
  ['a later look of Inspector', withDetail(enhanced, { 'scan-status': 'SOMETHING_ELSE' }), 'debug', /Inspector2 Scan/],
  ['a finding', { ...enhanced, 'detail-type': 'Inspector2 Finding' }, 'debug', /Inspector2 Finding/],
  ['another source', { ...basic, source: 'evil' }, 'debug', /ECR Image Scan/],
  ['a scan without a digest', withDetail(basic, { 'image-digest': 7 }), 'info', /without repository or image-digest/],
  ['no object at all', 'scan', 'debug', /no detail-type/],
  ['null', null, 'debug', /no detail-type/],
])('%s is ignored and said why', (_fact, raw, level, why) => {
  expect(parseImageScan(raw)).toEqual({ kind: 'ignored', level, why: expect.stringMatching(why) });
});

test('pushes and scans come in by one door, and anything else stays out', () => {
  expect(parseImageEvent(fixture('00-ecr-image-action-push'))).toMatchObject({ value: { kind: 'push' } });
  expect(parseImageEvent(basic)).toMatchObject({ value: { kind: 'scan' } });
  expect(parseImageEvent(enhanced)).toMatchObject({ value: { kind: 'scan' } });
  expect(parseImageEvent(fixture('03-ecr-image-action-delete'))).toMatchObject({ kind: 'ignored' });
  expect(parseImageEvent(undefined)).toMatchObject({ kind: 'ignored' });
});
