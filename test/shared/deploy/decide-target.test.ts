import { expect, test } from 'vitest';
import { drivable, isLive } from '../../../shared/deploy/decide-target.ts';
import { anImage, aRollout, aService, minutesIn, shopApi } from '../../support/deployments.ts';

test.each([
  ['a service that does not exist', undefined, /does not exist in cluster prod/],
  ['a service that was deleted', aService([], { status: 'INACTIVE' }), /is INACTIVE/],
  ['a service that is being deleted', aService([aRollout(1)], { status: 'DRAINING' }), /is DRAINING/],
  ['a service of CodeDeploy', aService([aRollout(1)], { controller: 'CODE_DEPLOY' }), /controller CODE_DEPLOY/],
  ['a service of somebody else', aService([], { controller: 'EXTERNAL' }), /controller EXTERNAL/],
])('%s cannot be deployed, said why', (_what, service, reason) => {
  expect(drivable(service, shopApi)).toEqual({
    problem: { reason: expect.stringMatching(reason), hint: expect.any(String) },
  });
});

test('an ACTIVE service that ECS deploys can be', () => {
  const service = aService([aRollout(1)]);
  expect(drivable(service, shopApi)).toEqual({ service });
});

const repository = 'shop/api';
const image = anImage('1.1.0', 5);
const facts = { image, rolloutAt: minutesIn(10), firstLook: false };
test.each([
  ['pinned to the digest, it runs the image', { ...facts, live: [{ repository, digest: image.digest }] }, true],
  [
    'pinned to another digest, it does not, whatever the tag',
    { ...facts, firstLook: true, live: [{ repository, tag: '1.1.0', digest: 'sha256:x' }] },
    false,
  ],
  ['the tag alone proves nothing after a push', { ...facts, live: [{ repository, tag: '1.1.0' }] }, false],
  [
    'the tag alone is enough at the first look',
    { ...facts, firstLook: true, live: [{ repository, tag: '1.1.0' }] },
    true,
  ],
  [
    '… but not for an image pushed after the rollout',
    { ...facts, firstLook: true, rolloutAt: minutesIn(4), live: [{ repository, tag: '1.1.0' }] },
    false,
  ],
  [
    'one container of two is not enough',
    {
      ...facts,
      live: [
        { repository, digest: image.digest },
        { repository, tag: '1.0.0' },
      ],
    },
    false,
  ],
  ['no container, no image', { ...facts, live: [] }, false],
])('%s', (_fact, live, expected) => {
  expect(isLive(live)).toBe(expected);
});
