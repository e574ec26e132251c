import { expect, test } from 'vitest';
import type { EcsService } from '../../../shared/aws/ecs-services.ts';
import { decideFollow, type FollowDecision } from '../../../shared/deploy/decide-follow.ts';
import type { Deployment } from '../../../shared/deploy/deployment.ts';
import { aDeployment, aRollout, aService, crashesAt, minutesIn, revision, shopApi } from '../../support/deployments.ts';

type Case = [fact: string, Deployment, EcsService | undefined, atMinute: number, Partial<FollowDecision>];

const old = (state = 'COMPLETED', reason?: string) =>
  aRollout(1, { rolloutState: state, ...(reason ? { rolloutStateReason: reason } : {}) });
const oursNow = (parts: Parameters<typeof aRollout>[1] = {}) =>
  aService([aRollout(2, parts), aRollout(1, { status: 'ACTIVE' })]);
const breakerSaid = 'ECS deployment circuit breaker: tasks failed to start.';
const backOn1 = { kind: 'roll-back', to: revision(1) } as const;

const rolling: Case[] = [
  [
    'PRIMARY is ours and COMPLETED: succeeded',
    aDeployment(),
    oursNow({ rolloutState: 'COMPLETED' }),
    1,
    { kind: 'succeeded' },
  ],
  ['PRIMARY is ours and in progress: wait', aDeployment(), oursNow(), 29, { kind: 'wait' }],
  [
    'stable is not enough: COMPLETED on another revision is no success',
    aDeployment(),
    aService([old()]),
    5,
    { ...backOn1, by: 'circuit-breaker' },
  ],
  [
    'not stable within the timeout: go back',
    aDeployment(),
    oursNow(),
    30,
    { ...backOn1, by: 'batuta', reason: expect.stringMatching(/^not stable 30 min .* 1 of 2 tasks run$/) },
  ],
  [
    'COMPLETED, though seen late, is a success',
    aDeployment(),
    oursNow({ rolloutState: 'COMPLETED' }),
    45,
    { kind: 'succeeded' },
  ],
  [
    'three tasks died within ten minutes: go back, breaker or not',
    aDeployment({ crashes: crashesAt(1, 5, 11) }),
    { ...oursNow(), rollsBack: true },
    11,
    { ...backOn1, by: 'batuta', reason: expect.stringContaining('3 tasks of shop-api:2 died'), hint: 'read the log' },
  ],
  [
    'three tasks died, but not within ten minutes: wait',
    aDeployment({ crashes: crashesAt(1, 5, 12) }),
    oursNow(),
    12,
    { kind: 'wait' },
  ],
  ['two tasks died: wait', aDeployment({ crashes: crashesAt(1, 2) }), oursNow(), 2, { kind: 'wait' }],
  [
    'a crash loop that ECS calls COMPLETED is no success',
    aDeployment({ crashes: crashesAt(1, 2, 3) }),
    oursNow({ rolloutState: 'COMPLETED' }),
    3,
    { ...backOn1, by: 'batuta' },
  ],
  [
    'COMPLETED while tasks are dying: wait a minute for the next',
    aDeployment({ crashes: crashesAt(1, 2) }),
    oursNow({ rolloutState: 'COMPLETED' }),
    2.5,
    { kind: 'wait' },
  ],
  [
    'COMPLETED and quiet for a minute: succeeded',
    aDeployment({ crashes: crashesAt(1, 2) }),
    oursNow({ rolloutState: 'COMPLETED' }),
    3,
    { kind: 'succeeded' },
  ],
  [
    'ours FAILED and ECS does not go back: we do, with the reason of ECS',
    aDeployment(),
    oursNow({ rolloutState: 'FAILED', rolloutStateReason: breakerSaid }),
    3,
    { ...backOn1, by: 'batuta', reason: breakerSaid },
  ],
  [
    'ours FAILED and ECS is about to go back: it is left to do so',
    aDeployment(),
    { ...oursNow({ rolloutState: 'FAILED' }), rollsBack: true },
    3,
    { kind: 'wait' },
  ],
  [
    'the circuit breaker went back: told with what the tasks died of',
    aDeployment({ crashes: crashesAt(1) }),
    aService([
      old('IN_PROGRESS'),
      aRollout(2, { status: 'ACTIVE', rolloutState: 'FAILED', rolloutStateReason: breakerSaid }),
    ]),
    3,
    { ...backOn1, by: 'circuit-breaker', reason: `${breakerSaid} (exit code 1 of container api)` },
  ],
  [
    'the circuit breaker went back to a revision other than the one before',
    aDeployment(),
    aService([aRollout(7), aRollout(2, { status: 'ACTIVE', rolloutState: 'FAILED' })]),
    3,
    { kind: 'roll-back', to: revision(7), by: 'circuit-breaker' },
  ],
  [
    'somebody put the old revision back while ours was in progress: superseded, not rolled back',
    aDeployment(),
    aService([old('IN_PROGRESS'), aRollout(2, { status: 'ACTIVE' })]),
    3,
    { kind: 'superseded', reason: "somebody else's deployment of shop-api:1 replaced it" },
  ],
  [
    'somebody deployed another revision: superseded, said so',
    aDeployment(),
    aService([aRollout(9)]),
    3,
    { kind: 'superseded', reason: "somebody else's deployment of shop-api:9 replaced it" },
  ],
  [
    'DescribeServices may lag: ours not there within the first minute is no news',
    aDeployment(),
    aService([old()]),
    0.5,
    { kind: 'wait' },
  ],
  [
    'rollback: false leaves the service as it is',
    aDeployment({ spec: { ...shopApi, rollback: false }, crashes: crashesAt(1, 2, 3) }),
    oursNow(),
    3,
    { kind: 'failed', hint: expect.stringContaining('rollback: false') },
  ],
  [
    'nothing to go back to: failed',
    (({ from: _, ...rest }) => rest)(aDeployment({ crashes: crashesAt(1, 2, 3) })),
    oursNow(),
    3,
    { kind: 'failed', hint: expect.stringContaining('no revision to go back to') },
  ],
  [
    'the service is gone: failed',
    aDeployment(),
    undefined,
    3,
    { kind: 'failed', reason: expect.stringContaining('deleted') },
  ],
  [
    'the service is being deleted: failed',
    aDeployment(),
    aService([aRollout(2)], { status: 'DRAINING' }),
    3,
    { kind: 'failed' },
  ],
  [
    'without a rolloutState the counts say that it is stable',
    aDeployment(),
    aService([(({ rolloutState: _, ...rest }) => ({ ...rest, runningCount: 2 }))(aRollout(2))]),
    3,
    { kind: 'succeeded' },
  ],
];

const goingBack = (by: 'batuta' | 'circuit-breaker') =>
  aDeployment({
    state: 'rolling-back',
    outcome: { reason: 'it crashed', hint: 'read the log' },
    rollback: { taskDefinitionArn: revision(1), by, intendedAt: minutesIn(5) },
  });

const rollingBack: Case[] = [
  [
    'UpdateService is not seen to have happened: put it back',
    goingBack('batuta'),
    oursNow(),
    5,
    { kind: 'put-back', to: revision(1) },
  ],
  ["the breaker's rollback is the breaker's to do", goingBack('circuit-breaker'), oursNow(), 5, { kind: 'wait' }],
  ['on the way back: wait', goingBack('batuta'), aService([old('IN_PROGRESS')]), 34, { kind: 'wait' }],
  ['back and COMPLETED: rolled back', goingBack('batuta'), aService([old()]), 6, { kind: 'rolled-back' }],
  [
    'the way back has its own timeout',
    goingBack('batuta'),
    aService([old('IN_PROGRESS')]),
    35,
    { kind: 'failed', reason: 'it crashed; the rollback to shop-api:1 is not stable after 30 min' },
  ],
  [
    'the way back fails too',
    goingBack('batuta'),
    aService([old('FAILED', breakerSaid)]),
    6,
    { kind: 'failed', reason: `it crashed; the rollback to shop-api:1 failed: ${breakerSaid}` },
  ],
  [
    'somebody else deployed on the way back: nothing is put back over it',
    goingBack('batuta'),
    aService([aRollout(9)]),
    6,
    { kind: 'failed', reason: 'it crashed; the rollback to shop-api:1 was overtaken by shop-api:9' },
  ],
];

test.each([...rolling, ...rollingBack])('%s', (_fact, deployment, service, atMinute, expected) => {
  expect(decideFollow(deployment, { service, now: minutesIn(atMinute) })).toMatchObject(expected);
});

test.each(['preparing', 'succeeded', 'rolled-back', 'failed', 'superseded', 'skipped'] as const)(
  'a deployment that is %s is not followed (invariant 6)',
  (state) => {
    const service = oursNow({ rolloutState: 'FAILED' });
    expect(decideFollow(aDeployment({ state }), { service, now: minutesIn(99) })).toEqual({ kind: 'wait' });
  },
);
