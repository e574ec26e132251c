import { expect, test } from 'vitest';
import type { Task, TaskContainer } from '../../../shared/aws/task.ts';
import { deathOf } from '../../../shared/watch/death.ts';
import { aStoppedTask, aTask } from '../../support/task.ts';

const byScheduler = 'ServiceSchedulerInitiated';
const exited = 'EssentialContainerExited';

test.each<[string, Partial<Task>, Partial<TaskContainer>, string | undefined]>([
  ['an exit code', { stopCode: exited }, { exitCode: 1 }, 'exit'],
  ['exit code 0: a service must not end', { stopCode: exited }, { exitCode: 0 }, 'completed'],
  ['no memory left', { stopCode: exited }, { exitCode: 137, reason: 'OutOfMemoryError: Container killed' }, 'oom'],
  [
    'an image that cannot be pulled',
    { stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: manifest not found' },
    {},
    'image',
  ],
  [
    "the load balancer's health checks, although the scheduler stopped it",
    { stopCode: byScheduler, stoppedReason: 'Task failed ELB health checks in (target-group x)' },
    { exitCode: 143 },
    'health',
  ],
  ['a stop without any code or reason', { stopCode: undefined as never }, { exitCode: 2 }, 'exit'],
  [
    'scaling, whatever the exit code',
    { stopCode: byScheduler, stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)' },
    { exitCode: 1 },
    undefined,
  ],
  ['a stop by the scheduler for another reason', { stopCode: byScheduler }, { exitCode: 143 }, undefined],
  ['a person', { stopCode: 'UserInitiated', stoppedReason: 'CannotPull' }, { exitCode: 1 }, undefined],
  ['Spot', { stopCode: 'SpotInterruption' }, { exitCode: 1 }, undefined],
  ['Spot, as AWS called it before', { stopCode: 'TerminationNotice' }, { exitCode: 1 }, undefined],
  ['maintenance', { stoppedReason: 'ECS is performing maintenance on the host' }, { exitCode: 1 }, undefined],
  [
    'no capacity, which ECS tells by itself',
    { stopCode: 'TaskFailedToStart', stoppedReason: 'Capacity is unavailable at this time' },
    {},
    undefined,
  ],
])('%s', (_fact, parts, container, kind) => expect(deathOf(aStoppedTask(parts, container))?.cause.kind).toBe(kind));

test('a task that runs, or whose end has no time, did not die', () => {
  expect(deathOf(aTask())).toBeUndefined();
  const { stoppedAt: _, ...timeless } = aStoppedTask({ stopCode: exited }, { exitCode: 1 });
  expect(deathOf(timeless)).toBeUndefined();
});
