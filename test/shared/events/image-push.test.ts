import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseImagePush } from '../../../shared/events/image-push.ts';

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/aws-events/ecr/${name}.json`, import.meta.url), 'utf8'));
const push = fixture('00-ecr-image-action-push');
const withDetail = (detail: object) => ({ ...push, detail: { ...push.detail, ...detail } });

test.each(['00-ecr-image-action-push', 'ecr-image-push-event'])('%s is a push', (name) => {
  expect(parseImagePush(fixture(name))).toEqual({
    kind: 'event',
    value: {
      account: '123456789012',
      region: 'us-west-2',
      repository: 'my-repository-name',
      tag: 'latest',
      // AWS's own sample: 60 digits.
      digest: 'sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234',
    },
  });
});

test('a replication that succeeded is a push to the region where it arrived', () => {
  expect(parseImagePush(fixture('current-replication-success'))).toMatchObject({
    kind: 'event',
    value: { region: 'us-east-1', repository: 'docker-hub/alpine', tag: '3.17.2' },
  });
});

test.each([
  ['a deletion', fixture('03-ecr-image-action-delete'), 'debug', /DELETE brings no image/],
  ['an archived image', fixture('current-image-action-archive'), 'debug', /UPDATE_STORAGE_CLASS/],
  ['a restored image', fixture('current-image-action-restore'), 'debug', /UPDATE_STORAGE_CLASS/],
  ['a referrer', fixture('current-referrer-action'), 'debug', /ECR Referrer Action/],
  ['a replication that failed', fixture('current-replication-failed'), 'debug', /ended FAILED/],
  ['a scan', fixture('01-ecr-image-scan-complete'), 'debug', /ECR Image Scan/],
  ['a scan of an untagged image', fixture('ecr-image-scan-event'), 'debug', /ECR Image Scan/],
  [
    'a change of scan frequency',
    fixture('02-ecr-scan-resource-change-scan-frequency-change'),
    'debug',
    /Scan Resource/,
  ],
  ['a pull-through cache', fixture('current-pull-through-cache'), 'debug', /Pull Through/],
  ['an untagged push', withDetail({ 'image-tag': '' }), 'debug', /untagged push/],
  ['a push whose tag is absent', withDetail({ 'image-tag': undefined }), 'debug', /untagged push/],
  ['a push that failed', withDetail({ result: 'FAILURE' }), 'debug', /ended FAILURE/],
  ['a push without a repository', withDetail({ 'repository-name': 7 }), 'info', /without account/],
  ['another source', { ...push, source: 'evil' }, 'info', /not an ECR event/],
  ['no object at all', 'PUSH', 'info', /not an ECR event/],
  ['null', null, 'info', /not an ECR event/],
])('%s is ignored and said why', (_fact, raw, level, why) => {
  expect(parseImagePush(raw)).toEqual({ kind: 'ignored', level, why: expect.stringMatching(why) });
});
