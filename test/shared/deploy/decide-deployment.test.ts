import { expect, test } from 'vitest';
import type { ImageConfig, TagPolicy } from '../../../shared/config/config.ts';
import { type DeployDecision, type DeployFacts, decideDeployment } from '../../../shared/deploy/decide-deployment.ts';
import { newPointer } from '../../../shared/deploy/pointer.ts';
import { aDeployment, anImage } from '../../support/deployments.ts';

const latest: TagPolicy = { kind: 'exact', tag: 'latest' };
const newest: TagPolicy = { kind: 'newest' };
const wanted = (tags: TagPolicy): ImageConfig => ({ repository: 'shop/api', exclude: [], tags });
const accepted = (image = anImage('1.0.0')) => ({ ...newPointer, sequence: 1, accepted: image });
const pending = aDeployment({ state: 'preparing', image: anImage('1.1.0', 1) });

test.each<[string, Partial<DeployFacts>, Partial<DeployDecision>]>([
  ['the first image is rolled out', { chosen: anImage('1.1.0') }, { kind: 'roll', movedBack: false }],
  [
    'nothing to choose: nothing',
    { pointer: accepted() },
    { kind: 'nothing', why: expect.stringContaining('no image') },
  ],
  ['what was accepted is not deployed again', { chosen: anImage('1.0.0'), pointer: accepted() }, { kind: 'nothing' }],
  [
    'the same digest under another tag is not deployed again',
    { chosen: anImage('1.0.1', 5, '1.0.0'), pointer: accepted() },
    { kind: 'nothing', why: expect.stringContaining('already') },
  ],
  [
    'a newer image is rolled out',
    { chosen: anImage('1.1.0', 1), pointer: accepted() },
    { kind: 'roll', movedBack: false },
  ],
  [
    'an older image is not (invariant 2)',
    { chosen: anImage('0.9.0', 9), pointer: accepted(anImage('1.0.0', 5)) },
    { kind: 'nothing', why: '0.9.0 is older than 1.0.0, which was accepted before' },
  ],
  [
    'an exact tag that moved back is followed, and said so',
    { wanted: wanted(latest), chosen: anImage('latest', 1, 'a'), pointer: accepted(anImage('latest', 5, 'b')) },
    { kind: 'roll', movedBack: true },
  ],
  [
    'a higher version pushed earlier is no move back',
    { chosen: anImage('2.0.0', 1), pointer: accepted(anImage('1.0.0', 5)) },
    { kind: 'roll', movedBack: false },
  ],
  [
    'a digest that failed is not tried again, by push or sweep',
    {
      chosen: anImage('1.1.0', 1),
      pointer: { ...accepted(anImage('1.1.0', 1)), failed: [{ digest: 'sha256:1.1.0', deployment: pending.id }] },
    },
    { kind: 'quarantined', since: pending.id },
  ],
  [
    'what waits under a tag that was moved to a digest that failed is not wanted any more',
    {
      wanted: wanted(latest),
      chosen: anImage('latest', 1, 'bad'),
      pointer: { ...accepted(pending.image), failed: [{ digest: 'sha256:bad', deployment: pending.id }] },
      pending,
    },
    { kind: 'quarantined', instead: pending },
  ],
  [
    'what was accepted and never tried is rolled out when it is chosen again',
    { chosen: anImage('1.0.0'), pointer: { ...accepted(), untried: 'sha256:1.0.0' } },
    { kind: 'roll' },
  ],
  [
    '… and not in mode observe, which told it',
    {
      chosen: anImage('1.0.0'),
      pointer: { ...accepted(), observed: 'sha256:1.0.0', untried: 'sha256:1.0.0' },
      mode: 'observe',
    },
    { kind: 'nothing' },
  ],
  [
    'an image of the repository configured before is no yardstick',
    {
      wanted: wanted(newest),
      chosen: anImage('a', 1),
      pointer: accepted({ ...anImage('b', 5), repository: 'shop/old' }),
    },
    { kind: 'roll', movedBack: false },
  ],
  [
    'nor is one of the registry configured before',
    {
      wanted: wanted(newest),
      chosen: anImage('a', 1),
      pointer: accepted({ ...anImage('b', 5), registry: '999999999999.dkr.ecr.eu-west-1.amazonaws.com' }),
    },
    { kind: 'roll', movedBack: false },
  ],
  [
    'what is being prepared is resumed',
    { chosen: anImage('1.1.0', 1), pending },
    { kind: 'resume', deployment: pending },
  ],
  [
    'a newer image takes the place of what is being prepared',
    { chosen: anImage('1.2.0', 2), pending },
    { kind: 'roll' },
  ],
  [
    'what is being prepared and gone from ECR is given up',
    { pending },
    { kind: 'abandon', reason: 'shop/api:1.1.0 (sha256:1.1.0) is no longer in ECR' },
  ],
  ['… also where an older image is left', { chosen: anImage('1.0.0'), pending }, { kind: 'abandon' }],
])('%s', (_fact, facts, expected) => {
  const decision = decideDeployment({
    wanted: wanted({ kind: 'semver', range: '*' }),
    chosen: undefined,
    pointer: newPointer,
    pending: undefined,
    mode: 'live',
    ...facts,
  });
  expect(decision).toMatchObject(expected);
});
