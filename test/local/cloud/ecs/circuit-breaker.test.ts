import type { DeploymentCircuitBreaker } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { breakerThreshold } from '../../../../local/cloud/ecs/circuit-breaker.ts';
import type { Behaviour } from '../../../support/fake-engine.ts';
import { service } from '../../../support/rolled-service.ts';

const breaker = (more: Partial<DeploymentCircuitBreaker> = {}) => ({ enable: true, rollback: false, ...more });

/** ThresholdType and ThresholdConfiguration in the SDK's model. */
test.each<[string, Partial<DeploymentCircuitBreaker>, number, number]>([
  ['half the desired count', {}, 20, 10],
  ['at least 3', {}, 2, 3],
  ['at most 200', {}, 1000, 200],
  [
    'another share, within the same bounds',
    { thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 10 } },
    100,
    10,
  ],
  ['a share without bounds', { thresholdConfiguration: { type: 'UNBOUNDED_PERCENT', value: 50 } }, 2, 1],
  ['a share without bounds above 200', { thresholdConfiguration: { type: 'UNBOUNDED_PERCENT', value: 50 } }, 1000, 500],
  ['a count', { thresholdConfiguration: { type: 'COUNT', value: 7 } }, 1000, 7],
])('the threshold is %s', (_fact, more, desiredCount, expected) =>
  expect(breakerThreshold(breaker(more), desiredCount)).toBe(expected),
);

const HEALTH = { healthCheck: { command: ['CMD', 'true'] } };

/** Two tasks of v:2: every second one that starts becomes healthy, the others die. */
async function halfFailing(resetOnHealthyTask: boolean) {
  let started = 0;
  const behaviours: Record<string, Behaviour> = { 'v:1': { healthyAfterMs: 10 } };
  Object.defineProperty(behaviours, 'v:2', {
    enumerable: true,
    get: () => (started++ % 2 === 0 ? { runMs: 50, exitCode: 1 } : { healthyAfterMs: 10, runMs: 400 }),
  });
  const rolled = await service(behaviours, { deploymentCircuitBreaker: breaker({ resetOnHealthyTask }) }, HEALTH);
  await rolled.update('app:2');
  await rolled.clock.advance(30_000);
  return (await rolled.describe())?.deployments?.[0];
}

test('a healthy task resets the count of failed ones', async () => {
  expect((await halfFailing(true))?.rolloutState).not.toBe('FAILED');
});

test('without the reset, failures add up however many tasks were healthy between them', async () => {
  expect(await halfFailing(false)).toMatchObject({ rolloutState: 'FAILED' });
});

test('a configured count fails the deployment at that task', async () => {
  const { update, clock, describe } = await service(
    { 'v:1': {}, 'v:2': { cannotStart: 'no' } },
    { deploymentCircuitBreaker: breaker({ thresholdConfiguration: { type: 'COUNT', value: 1 } }) },
  );
  await update('app:2');
  await clock.advance(3000);
  expect((await describe())?.deployments?.[0]).toMatchObject({ rolloutState: 'FAILED', desiredCount: 0 });
});
