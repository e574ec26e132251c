import { expect, test } from 'vitest';
import { decideAction } from '../../../shared/watch/decide-action.ts';

test.each([
  ['SERVICE_TASK_START_IMPAIRED', undefined, 'service-impaired', 'ECS cannot start its tasks consistently'],
  [
    'SERVICE_TASK_CONFIGURATION_FAILURE',
    'x',
    'service-impaired',
    'ECS cannot start its tasks as they are configured (x)',
  ],
  [
    'SERVICE_TASK_PLACEMENT_FAILURE',
    'RESOURCE:MEMORY',
    'service-unplaced',
    'no instance has enough memory left (RESOURCE:MEMORY)',
  ],
  [
    'SERVICE_TASK_PLACEMENT_FAILURE',
    'RESOURCE:CPU',
    'service-unplaced',
    'no instance has enough CPU left (RESOURCE:CPU)',
  ],
  [
    'SERVICE_TASK_PLACEMENT_FAILURE',
    'RESOURCE:ENI',
    'service-unplaced',
    'no instance has a free port or network interface (RESOURCE:ENI)',
  ],
  ['SERVICE_TASK_PLACEMENT_FAILURE', 'AGENT', 'service-unplaced', "an instance's ECS agent is not connected (AGENT)"],
  [
    'SERVICE_TASK_PLACEMENT_FAILURE',
    'SOMETHING NEW',
    'service-unplaced',
    'ECS finds no place for its tasks (SOMETHING NEW)',
  ],
  ['SERVICE_TASK_PLACEMENT_FAILURE', undefined, 'service-unplaced', 'ECS finds no place for its tasks'],
  ['SERVICE_DISCOVERY_INSTANCE_UNHEALTHY', undefined, 'service-unhealthy', 'service discovery finds a task unhealthy'],
])('%s, %s: %s', (eventName, reason, news, cause) =>
  expect(decideAction({ eventName, ...(reason ? { reason } : {}) })).toMatchObject({
    kind: 'trouble',
    news,
    cause,
    hint: expect.stringMatching(/\w/),
  }),
);

test('only the steady state of the whole service is one', () => {
  expect(decideAction({ eventName: 'SERVICE_STEADY_STATE' })).toEqual({ kind: 'steady' });
  for (const eventName of [
    'TASKSET_STEADY_STATE',
    'CAPACITY_PROVIDER_STEADY_STATE',
    'SERVICE_DESIRED_COUNT_UPDATED',
    'NEW',
  ])
    expect(decideAction({ eventName })).toEqual({ kind: 'ignore' });
});
