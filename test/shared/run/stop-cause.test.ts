import { describe, expect, test } from 'vitest';
import type { Task } from '../../../shared/aws/task.ts';
import { explainStop } from '../../../shared/run/stop-cause.ts';
import { aStoppedTask } from '../../support/task.ts';

const essential = { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };
const exited = (exitCode: number, parts: Partial<Task> = essential) => aStoppedTask(parts, { exitCode });
const reasoned = (reason: string, exitCode?: number) =>
  aStoppedTask(essential, { reason, ...(exitCode === undefined ? {} : { exitCode }) });
const failedToStart = (stoppedReason: string) => aStoppedTask({ stopCode: 'TaskFailedToStart', stoppedReason });
const secretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf';

describe('every row of "Why a task stopped"', () => {
  test.each<[string, Task, { kind: string; cause?: RegExp; hint?: RegExp }]>([
    [
      'a pull of an image that is not there names repository, tag and architecture',
      failedToStart('CannotPullContainerError: pull image manifest has been retried 1 time(s): shop/api:9: not found'),
      { kind: 'image', hint: /repository, the tag and the image's architecture/ },
    ],
    [
      'a pull that found no platform is about the image',
      failedToStart(
        "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/arm64'",
      ),
      { kind: 'image', hint: /architecture/ },
    ],
    [
      'a pull that timed out is about the route',
      failedToStart('CannotPullContainerError: ref pull has been retried 5 time(s): dial tcp 1.2.3.4:443: i/o timeout'),
      { kind: 'network', hint: /NAT/ },
    ],
    [
      'a pull whose context was canceled is about the route',
      failedToStart('CannotPullContainerError: failed to resolve ref: context canceled'),
      { kind: 'network', hint: /public IP/ },
    ],
    [
      'a pull refused by a rate limit points to the pull-through cache',
      failedToStart('CannotPullContainerError: toomanyrequests: You have reached your pull rate limit'),
      { kind: 'rate-limit', hint: /pull-through cache/ },
    ],
    [
      'a pull without space left is about storage',
      failedToStart('CannotPullContainerError: write /var/lib/layer: no space left on device'),
      { kind: 'disk', hint: /ephemeral storage/ },
    ],
    [
      'a secret that cannot be read names its ARN',
      failedToStart(
        `ResourceInitializationError: unable to pull secrets or registry auth: failed to fetch ${secretArn}`,
      ),
      { kind: 'secrets', hint: /secret:shop\/db-AbCdEf/ },
    ],
    [
      'a log group that is missing is about the log',
      failedToStart('ResourceInitializationError: failed to validate logger args: log group does not exist'),
      { kind: 'logger', hint: /log group/ },
    ],
    [
      'a secret whose name speaks of a logger is a secret',
      failedToStart(
        'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: invalid parameters: /shop/logger/token',
      ),
      { kind: 'secrets', hint: /execution role/ },
    ],
    [
      'a log group whose name speaks of a secret is a log group',
      failedToStart('ResourceInitializationError: failed to validate logger args: no log group /ecs/secrets'),
      { kind: 'logger', hint: /log group/ },
    ],
    [
      'CannotStartContainerError is a start that failed',
      reasoned('CannotStartContainerError: no such file', 127),
      { kind: 'start', hint: /entry point/ },
    ],
    [
      'CannotCreateContainerError is a start that failed',
      reasoned('CannotCreateContainerError: API error'),
      { kind: 'start' },
    ],
    [
      'CannotInspectContainerError is a start that failed',
      reasoned('CannotInspectContainerError: gone'),
      { kind: 'start' },
    ],
    [
      'ContainerRuntimeTimeoutError passes',
      reasoned('ContainerRuntimeTimeoutError: 3m0s'),
      { kind: 'runtime', hint: /try again/ },
    ],
    ['DockerTimeoutError passes', reasoned('DockerTimeoutError: Could not transition to created'), { kind: 'runtime' }],
    [
      '137 with OutOfMemoryError is out of memory',
      reasoned('OutOfMemoryError: Container killed due to memory usage', 137),
      { kind: 'oom', hint: /raise memory/ },
    ],
    [
      '137 without that reason is not called out of memory, and memory is the first to look at where nothing stopped it',
      exited(137),
      { kind: 'killed', cause: /^(?!.*memory)/, hint: /nothing was stopping.*MemoryUtilization.*raise memory/ },
    ],
    [
      '137 where ECS stopped it is a stopTimeout that passed',
      exited(137, { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'x' }),
      { kind: 'killed', hint: /^often stopTimeout passed/ },
    ],
    ['139 is a crash in native code', exited(139), { kind: 'crash', hint: /architecture/ }],
    ['143 is SIGTERM', exited(143), { kind: 'terminated', hint: /rollout/ }],
    ['130 is SIGINT', exited(130), { kind: 'terminated' }],
    ['126 is about the entry point', exited(126), { kind: 'exit', hint: /entry point/ }],
    ['127 is about PATH', exited(127), { kind: 'exit', hint: /PATH/ }],
    ['255 says to read the log', exited(255), { kind: 'exit', hint: /read the log/ }],
    [
      '0 of an essential container is a completion, bad for a service',
      exited(0),
      { kind: 'completed', hint: /foreground/ },
    ],
    [
      'failed ELB health checks are a failure although the scheduler stopped the task',
      exited(0, {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Task failed ELB health checks in (target-group x)',
      }),
      { kind: 'health', hint: /grace period/ },
    ],
    [
      'failed container health checks point to HEALTHCHECK',
      exited(137, { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Task failed container health checks' }),
      { kind: 'health', hint: /startPeriod/ },
    ],
    [
      'a scaling activity is normal, whatever the exit code',
      exited(143, {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)',
      }),
      { kind: 'scaling', hint: /^$/ },
    ],
    [
      'maintenance asks to repeat a run',
      exited(143, {
        stoppedReason: 'ECS is performing maintenance on the underlying infrastructure hosting the task.',
      }),
      { kind: 'maintenance', hint: /repeated/ },
    ],
    [
      'a task given up for want of capacity says that it passes',
      {
        ...exited(1),
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'Capacity is unavailable at this time.',
        containers: [],
      },
      { kind: 'capacity', hint: /passes/ },
    ],
    [
      'an instance that is gone is no failure of the script',
      { ...exited(1), stoppedReason: 'Host EC2 (instance i-0123456789abcdef0) terminated.', containers: [] },
      { kind: 'maintenance', hint: /repeat/ },
    ],
    [
      'UserInitiated is a person or the API',
      exited(143, { stopCode: 'UserInitiated', stoppedReason: 'enough' }),
      { kind: 'user', hint: /^$/ },
    ],
    [
      'what a person wrote into StopTask is not evidence of anything else',
      exited(143, { stopCode: 'UserInitiated', stoppedReason: 'OutOfMemory again?' }),
      { kind: 'user' },
    ],
    [
      'SpotInterruption is Spot',
      exited(143, { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' }),
      { kind: 'spot' },
    ],
    ['TerminationNotice is Spot too', aStoppedTask({ stopCode: 'TerminationNotice' }), { kind: 'spot' }],
    ['an unknown stop code is told as it is', aStoppedTask({ stopCode: 'MeteorStrike' }), { kind: 'unknown' }],
  ])('%s', (_fact, task, { kind, cause: words = /./s, hint = /./s }) => {
    const cause = explainStop(task);
    expect(cause.kind).toBe(kind);
    expect(cause.cause).toMatch(words);
    if (kind !== 'user' && kind !== 'scaling') expect(cause.hint).toMatch(hint);
    else expect(cause.hint).toBe('');
  });
});

test('a container reason comes before stoppedReason', () => {
  const task = aStoppedTask(
    { stoppedReason: 'Task failed container health checks' },
    { reason: 'OutOfMemoryError: killed' },
  );
  expect(explainStop(task).kind).toBe('oom');
});

test('the container that failed by itself tells why, not the sidecar that ECS then killed', () => {
  const containers = [
    { name: 'proxy', exitCode: 137 },
    { name: 'api', exitCode: 1 },
  ];
  expect(explainStop(aStoppedTask({ ...essential, containers }))).toMatchObject({
    cause: 'exit code 1 of container api',
    exitCode: 1,
  });
});

test('a container that ECS killed, as another one had ended, is not called short of memory', () => {
  const containers = [
    { name: 'proxy', exitCode: 137 },
    { name: 'api', exitCode: 0 },
  ];
  const { hint } = explainStop(aStoppedTask({ ...essential, containers }));
  expect(hint).toMatch(/^often stopTimeout passed/);
});

test('a task that never started has no exit code and may have no containers', () => {
  const cause = explainStop(aStoppedTask({ stopCode: 'TaskFailedToStart', containers: [] }));
  expect(cause).toMatchObject({ kind: 'start' });
  expect(cause).not.toHaveProperty('exitCode');
});

test('a cause is cut to what fits a message', () => {
  expect(explainStop(failedToStart(`CannotPullContainerError: ${'x'.repeat(5000)}`)).cause.length).toBe(400);
});

test('a secret that stands where a cause is cut is not shown in part', () => {
  const reason = `CannotPullContainerError: ${'x '.repeat(178)}https://shop:hunter2-hunter2-hunter2@registry.example/api`;
  expect(reason.indexOf('hunter2')).toBe(395);
  expect(explainStop(failedToStart(reason)).cause).not.toContain('hunt');
});
