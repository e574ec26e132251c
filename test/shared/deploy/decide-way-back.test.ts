import { expect, test } from 'vitest';
import { decideWayBack } from '../../../shared/deploy/decide-way-back.ts';
import type { Deployment } from '../../../shared/deploy/deployment.ts';
import { aDeployment, anImage, revision } from '../../support/deployments.ts';

const success = (tag: string, number: number, parts: Partial<Deployment> = {}) =>
  aDeployment({ state: 'succeeded', image: anImage(tag), to: { taskDefinitionArn: revision(number) }, ...parts });
const from = (number: number, tag: string) => ({ from: { taskDefinitionArn: revision(number), tag } });
const history = [success('1.3.0', 4), success('1.2.0', 3), success('1.1.0', 2, from(1, '1.0.0'))];
const known = (tag: string, number: number) => ({
  lastSuccessful: { taskDefinitionArn: revision(number), tag, digest: anImage(tag).digest },
});

test.each([
  ['the success before the one that runs', { live: 4, successes: history, pointer: {} }, '1.2.0'],
  [
    'after a rollback, what ran before it',
    { live: 3, successes: [success('1.2.0', 3), ...history], pointer: {} },
    '1.3.0',
  ],
  [
    'past another revision of the same image',
    { live: 5, successes: [success('1.3.0', 5), ...history], pointer: {} },
    '1.2.0',
  ],
  [
    'while something unproven runs, the last success',
    { live: 9, successes: history, pointer: known('1.3.0', 4) },
    '1.3.0',
  ],
  [
    'what was registered again on the way back is known by its image',
    { live: 9, successes: history, pointer: known('1.3.0', 9) },
    '1.2.0',
  ],
])('%s', (_fact, { live, ...facts }, tag) => {
  const way = decideWayBack({ live: revision(live), ...facts });
  expect(way).toMatchObject({ kind: 'deployment', deployment: { image: { tag } } });
});

test.each([
  ['before our first deployment: what it came from', { live: 2, successes: history.slice(2), pointer: {} }, 1, '1.0.0'],
  ['without any success: what was adopted', { live: 2, successes: [], pointer: known('1.0.0', 1) }, 1, '1.0.0'],
])('%s', (_fact, { live, ...facts }, number, tag) => {
  const way = decideWayBack({ live: revision(live), ...facts });
  expect(way).toEqual({ kind: 'revision', taskDefinitionArn: revision(number), tag });
});

test.each([
  ['nothing is known', { live: 1, successes: [], pointer: {} }],
  ['only what runs is known', { live: 1, successes: [], pointer: known('1.0.0', 1) }],
])('there is no way back where %s', (_fact, { live, ...facts }) => {
  expect(decideWayBack({ live: revision(live), ...facts })).toEqual({ kind: 'none' });
});
