import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EcsService, ServiceProgress } from '../../../shared/aws/ecs-service.ts';
import { decideFollow, type FollowDecision } from '../../../shared/deploy/decide-follow.ts';
import type { Deployment } from '../../../shared/deploy/deployment.ts';
import { aDeployment, aRollout, aService, crashesAt, minutesIn, revision, shopApi } from '../../support/deployments.ts';

const revisionArn = (id: number) => `arn:aws:ecs:us-east-1:123456789012:service-revision/prod/shop-api/${id}`;
const progress = (status: string, target = 2, parts: Partial<ServiceProgress> = {}): ServiceProgress => ({
  arn: 'arn:aws:ecs:us-east-1:123456789012:service-deployment/prod/shop-api/x',
  status,
  isPaused: false,
  sources: [revisionArn(1)],
  target: revisionArn(target),
  ...parts,
});
/** Blue/green: PRIMARY is this revision. */
const shifting = (primary: number, rolloutState: string, told?: ServiceProgress, parts: Partial<EcsService> = {}) =>
  aService([aRollout(primary, { rolloutState }), aRollout(primary === 2 ? 1 : 2, { status: 'ACTIVE' })], {
    strategy: 'BLUE_GREEN',
    addedMs: 15 * 60_000,
    ...(told ? { progress: told } : {}),
    ...parts,
  });

const goingBack = aDeployment({
  state: 'rolling-back',
  ecsDeploymentId: 'ecs-svc/2',
  outcome: { reason: 'it crashed', hint: '' },
  rollback: { taskDefinitionArn: revision(1), by: 'batuta', intendedAt: minutesIn(5) },
});

test.each<[fact: string, Deployment, EcsService, atMinute: number, Partial<FollowDecision>]>([
  [
    'COMPLETED and SUCCESSFUL: succeeded',
    aDeployment(),
    shifting(2, 'COMPLETED', progress('SUCCESSFUL')),
    9,
    { kind: 'succeeded' },
  ],
  [
    'COMPLETED while it bakes: wait',
    aDeployment(),
    shifting(2, 'COMPLETED', progress('IN_PROGRESS', 2, { stage: 'BAKE_TIME' })),
    9,
    { kind: 'wait' },
  ],
  [
    'COMPLETED while ECS still tells of the deployment before: wait',
    aDeployment(),
    shifting(2, 'COMPLETED', progress('IN_PROGRESS', 1)),
    9,
    { kind: 'wait' },
  ],
  [
    'the timeout has the bake time added',
    aDeployment(),
    shifting(2, 'IN_PROGRESS', progress('IN_PROGRESS')),
    44,
    { kind: 'wait' },
  ],
  [
    'then it is late, and says where it stands',
    aDeployment(),
    shifting(2, 'IN_PROGRESS', progress('IN_PROGRESS', 2, { stage: 'POST_SCALE_UP', isPaused: true })),
    45,
    {
      kind: 'roll-back',
      by: 'batuta',
      reason: expect.stringMatching(/^not stable 45 min .*, in POST_SCALE_UP, where a hook waits$/),
    },
  ],
  [
    'three tasks died while it bakes: go back',
    aDeployment({ crashes: crashesAt(6, 7, 8) }),
    shifting(2, 'COMPLETED', progress('IN_PROGRESS')),
    9,
    { kind: 'roll-back', by: 'batuta' },
  ],
  [
    'ECS is taking it back by itself: it is left to do so',
    aDeployment(),
    shifting(2, 'IN_PROGRESS', progress('ROLLBACK_IN_PROGRESS')),
    9,
    { kind: 'wait' },
  ],
  [
    'somebody stopped it without a rollback: go back, with the reason of ECS',
    aDeployment(),
    shifting(2, 'IN_PROGRESS', progress('STOPPED', 2, { reason: 'stopped by ann' })),
    9,
    { kind: 'roll-back', by: 'batuta', reason: 'stopped by ann' },
  ],
  [
    'the rollback of ECS failed: go back ourselves',
    aDeployment(),
    shifting(2, 'IN_PROGRESS', progress('ROLLBACK_FAILED')),
    9,
    { kind: 'roll-back', by: 'batuta' },
  ],
  [
    'PRIMARY is the old one and ECS says why: taken back, not superseded',
    aDeployment({ ecsDeploymentId: 'ecs-svc/2' }),
    shifting(1, 'IN_PROGRESS', progress('ROLLBACK_IN_PROGRESS', 2, { reason: 'an alarm' })),
    9,
    { kind: 'roll-back', by: 'circuit-breaker', reason: 'an alarm' },
  ],
  [
    'on the way back: put it back',
    goingBack,
    shifting(2, 'IN_PROGRESS', progress('IN_PROGRESS')),
    6,
    { kind: 'put-back' },
  ],
  [
    'ECS was told already: wait, not twice',
    goingBack,
    shifting(2, 'IN_PROGRESS', progress('ROLLBACK_REQUESTED')),
    6,
    { kind: 'wait' },
  ],
  [
    'the old one is PRIMARY while traffic shifts back: wait',
    goingBack,
    shifting(1, 'COMPLETED', progress('ROLLBACK_IN_PROGRESS')),
    6,
    { kind: 'wait' },
  ],
  [
    'traffic is back: rolled back',
    goingBack,
    shifting(1, 'COMPLETED', progress('ROLLBACK_SUCCESSFUL')),
    6,
    { kind: 'rolled-back' },
  ],
  [
    'back by a deployment of its own: rolled back when that is SUCCESSFUL',
    goingBack,
    shifting(1, 'COMPLETED', progress('SUCCESSFUL', 1)),
    6,
    { kind: 'rolled-back' },
  ],
])('%s', (_fact, deployment, service, atMinute, expected) => {
  expect(decideFollow(deployment, { service, now: minutesIn(atMinute) })).toMatchObject(expected);
});

test('of a hundred tasks nine that die are borne, ten are not', () => {
  const dying = (count: number) =>
    aDeployment({ crashes: crashesAt(...Array.from({ length: count }, (_, at) => at / 10)) });
  const service = aService([aRollout(2)], { desiredCount: 100 });
  expect(decideFollow(dying(9), { service, now: minutesIn(2) })).toEqual({ kind: 'wait' });
  expect(decideFollow(dying(10), { service, now: minutesIn(2) })).toMatchObject({ kind: 'roll-back' });
});

const statuses = [
  'PENDING',
  'IN_PROGRESS',
  'SUCCESSFUL',
  'STOPPED',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
];
const aProgress = fc.option(
  fc
    .record({ status: fc.constantFrom(...statuses), target: fc.constantFrom(1, 2, 9) })
    .map(({ status, target }) => progress(status, target)),
  { nil: undefined },
);
const aRolloutOf = fc.record({
  number: fc.constantFrom(1, 2, 9),
  rolloutState: fc.constantFrom('IN_PROGRESS', 'COMPLETED', 'FAILED'),
  rolloutStateReason: fc.constantFrom('', 'circuit breaker: rolling back to deploymentId x'),
});
const services = fc
  .record({
    rollouts: fc.uniqueArray(aRolloutOf, { minLength: 1, maxLength: 3, selector: ({ number }) => number }),
    strategy: fc.constantFrom('ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY'),
    rollsBack: fc.boolean(),
    status: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'DRAINING'),
    told: aProgress,
  })
  .map(({ rollouts, strategy, rollsBack, status, told }) =>
    aService(
      rollouts.map(({ number, ...parts }, index) =>
        aRollout(number, { ...parts, status: index ? 'ACTIVE' : 'PRIMARY' }),
      ),
      { strategy, rollsBack, status, addedMs: 0, ...(told ? { progress: told } : {}) },
    ),
  );
const deployments = fc
  .record({
    state: fc.constantFrom('rolling' as const, 'verifying' as const, 'rolling-back' as const),
    deaths: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 4 }),
    by: fc.constantFrom('batuta' as const, 'circuit-breaker' as const),
    ours: fc.constantFrom({ ecsDeploymentId: 'ecs-svc/2' }, {}),
    rollback: fc.boolean(),
  })
  .map(({ state, deaths, by, ours, rollback }) =>
    aDeployment({
      ...(state === 'rolling-back'
        ? { ...goingBack, rollback: { taskDefinitionArn: revision(1), by, intendedAt: minutesIn(1) } }
        : {}),
      ...ours,
      state,
      spec: { ...shopApi, rollback },
      crashes: crashesAt(...new Set(deaths)),
    }),
  );
const minute = fc.integer({ min: 0, max: 90 });

test('"succeeded" only if PRIMARY is ours and COMPLETED, and nothing of it is still to come (invariant 3)', () => {
  fc.assert(
    fc.property(deployments, services, minute, (deployment, service, at) => {
      const decision = decideFollow(deployment, { service, after: { kind: 'passed', runs: [] }, now: minutesIn(at) });
      const [primary] = service.rollouts;
      const isOurs = primary?.taskDefinitionArn === revision(2);
      if (decision.kind !== 'succeeded' && decision.kind !== 'verify') return;
      expect(isOurs).toBe(true);
      if (deployment.state === 'rolling') expect(primary?.rolloutState).toBe('COMPLETED');
      if (deployment.state === 'rolling' && service.strategy !== 'ROLLING')
        expect(service.progress?.status ?? '').not.toMatch(/^PENDING$|IN_PROGRESS$|REQUESTED$/);
    }),
  );
});

test('whatever ECS says, a rollout leaves rolling, and a rollback ends, by its timeout (invariant 3)', () => {
  fc.assert(
    fc.property(deployments, services, (deployment, service) => {
      const decision = decideFollow(deployment, { service, now: minutesIn(31) });
      if (deployment.state !== 'verifying') expect(['wait', 'put-back']).not.toContain(decision.kind);
    }),
  );
});

test('nothing is put back over what is not ours, nor where ECS is at it', () => {
  fc.assert(
    fc.property(deployments, services, minute, (deployment, service, at) => {
      const decision = decideFollow(deployment, { service, now: minutesIn(at) });
      if (decision.kind !== 'put-back') return;
      expect(service.rollouts[0]?.taskDefinitionArn).toBe(revision(2));
      expect(deployment.rollback?.by).toBe('batuta');
    }),
  );
});
