import { expect, test } from 'vitest';
import type { Task } from '../../../shared/aws/task.ts';
import { toInstant } from '../../../shared/core/time.ts';
import { lacksEvidence, noteTask } from '../../../shared/deploy/evidence.ts';
import { aDeployment, aRollout, aService, crashesAt, revision } from '../../support/deployments.ts';
import { aStoppedTask, aTask } from '../../support/task.ts';

const stopped = (parts: Partial<Task> = {}, exitCode = 1) =>
  aStoppedTask({ taskDefinitionArn: revision(2), stopCode: 'EssentialContainerExited', ...parts }, { exitCode });

test.each<[string, Task]>([
  ['that exited with 1', stopped()],
  ['that exited with 0: a service does not end', stopped({}, 0)],
  [
    'that failed the load balancer’s health checks',
    stopped(
      { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Task failed ELB health checks in (target-group x)' },
      143,
    ),
  ],
  [
    'that never started',
    stopped({ stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: manifest not found' }),
  ],
])('a task %s is a crash', (_fact, task) => {
  expect(Object.keys(noteTask(aDeployment(), task)?.crashes ?? {})).toEqual([task.id]);
});

test.each<[string, Task]>([
  ['by Spot', stopped({ stopCode: 'SpotInterruption' })],
  [
    'by scaling',
    stopped(
      { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)' },
      143,
    ),
  ],
  ['by a person', stopped({ stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' }, 137)],
  [
    'by maintenance',
    stopped({ stoppedReason: 'ECS is performing maintenance on the underlying infrastructure hosting the task.' }),
  ],
  ['of another revision', stopped({ taskDefinitionArn: revision(1) })],
])('a task stopped %s is none', (_fact, task) => {
  expect(noteTask(aDeployment({ firstRunningAt: toInstant(0) }), task)).toBeUndefined();
});

test('a crash keeps its cause, hint and exit code', () => {
  const task = stopped();
  expect(noteTask(aDeployment(), task)?.crashes[task.id]).toEqual({
    kind: 'exit',
    cause: 'exit code 1 of container job',
    hint: 'read the log',
    exitCode: 1,
    taskArn: task.arn,
    stoppedAt: task.stoppedAt,
  });
});

test('the same task counts once, however often it is told', () => {
  const once = noteTask(aDeployment(), stopped());
  expect(once && noteTask(once, stopped())).toBeUndefined();
});

test('a running task tells when the first one ran', () => {
  const task = aTask({ taskDefinitionArn: revision(2) });
  expect(noteTask(aDeployment(), task)).toMatchObject({ firstRunningAt: task.startedAt, crashes: {} });
});

test('a deployment that has ended takes no more evidence (invariant 6)', () => {
  expect(noteTask(aDeployment({ state: 'succeeded' }), stopped())).toBeUndefined();
});

const rolling = aService([aRollout(2)]);
test.each<[string, ReturnType<typeof aDeployment>, typeof rolling, boolean, boolean]>([
  ['events tell of a rollout in progress', aDeployment(), rolling, false, false],
  ['the sweep looks at a rollout in progress', aDeployment(), rolling, true, true],
  [
    'a rollout that is COMPLETED needs no look',
    aDeployment(),
    aService([aRollout(2, { rolloutState: 'COMPLETED' })]),
    true,
    false,
  ],
  [
    'a failure without a known cause is looked into',
    aDeployment(),
    aService([aRollout(2, { rolloutState: 'FAILED' })]),
    false,
    true,
  ],
  [
    'a failure with a known cause is not',
    aDeployment({ crashes: crashesAt(1) }),
    aService([aRollout(2, { rolloutState: 'FAILED' })]),
    false,
    false,
  ],
])('%s', (_fact, deployment, service, bySweep, expected) => {
  expect(lacksEvidence(deployment, service, bySweep)).toBe(expected);
});
