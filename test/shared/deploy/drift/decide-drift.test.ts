import { expect, test } from 'vitest';
import {
  type DriftDecision,
  type DriftFacts,
  decideDrift,
  foreignRollout,
} from '../../../../shared/deploy/drift/decide-drift.ts';
import { callsOf, thisMinute } from '../../../../shared/deploy/drift/sweep-drift.ts';
import { newPointer, type ServicePointer } from '../../../../shared/deploy/pointer.ts';
import { aRollout, aService, minutesIn, revision, shopApi } from '../../../support/deployments.ts';

const lastSuccessful = { taskDefinitionArn: revision(2), tag: '1.1.0', digest: 'sha256:1.1.0' };
const pointer: ServicePointer = { ...newPointer, sequence: 1, lastSuccessful };
const done = (number: number) => aService([aRollout(number, { rolloutState: 'COMPLETED' })]);

test.each<[fact: string, pointer: ServicePointer, service: ReturnType<typeof aService> | undefined, found: boolean]>([
  ['another revision is somebody else’s', pointer, done(9), true],
  ['ours is not', pointer, done(2), false],
  ['what was never deployed has no drift', newPointer, done(9), false],
  [
    'nor has what was only found running',
    { ...pointer, lastSuccessful: { ...lastSuccessful, adopted: true } },
    done(9),
    false,
  ],
  ['nor one with a deployment of ours in flight', { ...pointer, inFlight: 'd-x' as never }, done(9), false],
  ['a revision is told once', { ...pointer, drifted: revision(9) }, done(9), false],
  ['another one after that is told again', { ...pointer, drifted: revision(8) }, done(9), true],
  [
    'a rollout that has just begun is waited for',
    pointer,
    aService([aRollout(9, { createdAt: minutesIn(25) })]),
    false,
  ],
  ['one that takes long is not', pointer, aService([aRollout(9, { createdAt: minutesIn(15) })]), true],
  ['one that failed is told', pointer, aService([aRollout(9, { rolloutState: 'FAILED' })]), true],
  ['a service that is gone has no drift', pointer, undefined, false],
  ['nor one that is being deleted', pointer, { ...done(9), status: 'DRAINING' }, false],
])('%s', (_fact, known, service, found) => {
  expect(foreignRollout(known, service, minutesIn(30)) !== undefined).toBe(found);
});

const facts: DriftFacts = {
  spec: { drift: 'restore', mode: 'live' },
  pointer,
  isOurImage: false,
  images: 'shop/api:hotfix',
  canRestore: true,
  isCompleted: true,
  now: minutesIn(60),
};
const restoredAt = (...minutes: number[]) => ({
  ...pointer,
  restored: minutes.map((at) => ({ images: 'shop/api:hotfix', at: minutesIn(at) })),
});

test.each<[fact: string, Partial<DriftFacts>, DriftDecision['kind']]>([
  ['restore puts our image back', {}, 'restore'],
  ['tell tells', { spec: { drift: 'tell', mode: 'live' } }, 'tell'],
  ['observe tells, whatever drift says', { spec: { drift: 'restore', mode: 'observe' } }, 'tell'],
  ['other fields with our image are taken over', { isOurImage: true }, 'adopt'],
  ['also with drift: tell', { isOurImage: true, spec: { drift: 'tell', mode: 'live' } }, 'adopt'],
  ['observe takes nothing over', { isOurImage: true, spec: { drift: 'tell', mode: 'observe' } }, 'tell'],
  ['what did not come to its end is not taken over', { isOurImage: true, isCompleted: false }, 'tell'],
  ['without our image nothing can be put back', { canRestore: false }, 'tell'],
  ['what waits for its turn comes first', { pointer: { ...pointer, pending: 'd-x' as never } }, 'tell'],
  ['once within the hour: again', { pointer: restoredAt(30) }, 'restore'],
  ['twice within the hour: no more', { pointer: restoredAt(10, 30) }, 'tell'],
  ['twice, but one of them more than an hour ago: again', { pointer: restoredAt(-1, 30) }, 'restore'],
  ['another image counts for itself', { pointer: restoredAt(10, 30), images: 'shop/api:other' }, 'restore'],
])('%s', (_fact, parts, kind) => expect(decideDrift({ ...facts, ...parts })).toMatchObject({ kind }));

const named = (name: string, cluster: string) => ({ ...shopApi, name, service: name, cluster });

test('a thousand services are looked at in a hundred calls of one cluster each, ten a minute, each within ten minutes', () => {
  const services = Array.from({ length: 1000 }, (_, index) => named(`s${index}`, index % 3 ? 'prod' : 'stage'));
  const calls = callsOf(services);
  expect(calls.length).toBeLessThanOrEqual(101);
  for (const call of calls) {
    expect(call.length).toBeLessThanOrEqual(10);
    expect(new Set(call.map(({ cluster }) => cluster)).size).toBe(1);
  }
  const minutes = Array.from({ length: 10 }, (_, minute) => thisMinute(calls, minutesIn(minute)));
  expect(Math.max(...minutes.map((turn) => turn.length))).toBeLessThanOrEqual(11);
  expect(
    minutes
      .flat(2)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(services.map(({ name }) => name).sort());
});
