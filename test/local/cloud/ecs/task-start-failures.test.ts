import {
  CreateClusterCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createFakeEngine, fakeImage } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';
import { pullFailures } from '../../../support/pull-failures.ts';
import { LOGS, started } from '../../../support/started-task.ts';

test('a secret that cannot be read stops the task before it runs, naming the parameter', async () => {
  const { clock, describe, engine } = await started(
    {},
    { secrets: [{ name: 'A', valueFrom: '/a' }] },
    {},
    {
      secrets: { resolve: async (name) => Promise.reject(new Error(`invalid parameters: ${name}`)) },
    },
  );
  await clock.advance(100);
  const task = await describe();
  expect(task).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'TaskFailedToStart',
    stoppedReason:
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid parameters: /a',
  });
  expect(task?.containers?.[0]?.exitCode).toBeUndefined();
  expect(task?.startedAt).toBeUndefined();
  expect(engine.started).toEqual([]);
});

test('an image that cannot be pulled is the reason of the stop', async () => {
  const images = {
    resolve: () => {
      throw new Error('CannotPullContainerError: not found');
    },
  };
  const { clock, describe, taskEvents } = await started({}, {}, {}, { images });
  await clock.advance(100);
  expect(await describe()).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: 'CannotPullContainerError: not found',
  });
  expect(taskEvents().map(({ lastStatus }) => lastStatus)).toEqual([
    'PROVISIONING',
    'PENDING',
    'PENDING',
    'DEPROVISIONING',
    'STOPPED',
  ]);
});

test('an image of another architecture cannot be pulled', async () => {
  const images = { resolve: () => fakeImage('app', { platforms: ['linux/arm64'] }) };
  const { clock, describe } = await started({}, {}, {}, { images });
  await clock.advance(100);
  expect((await describe())?.stoppedReason).toMatch(/^CannotPullContainerError: .*platform 'linux\/amd64'/);
});

test('a log group that is absent stops the task before it runs', async () => {
  const logs = {
    put: () => {
      throw new Error('The specified log group does not exist.');
    },
  };
  const { clock, describe } = await started({}, LOGS, {}, { logs });
  await clock.advance(100);
  expect((await describe())?.stoppedReason).toMatch(
    /^ResourceInitializationError: failed to validate logger args: .*The specified log group does not exist\./,
  );
});

test('a container that cannot be started says why itself', async () => {
  const { clock, describe } = await started({ cannotStart: 'CannotStartContainerError: no such file' });
  await clock.advance(100);
  expect(await describe()).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: 'Task failed to start',
    containers: [{ reason: 'CannotStartContainerError: no such file', lastStatus: 'STOPPED' }],
  });
});

test.each(Object.entries(pullFailures))('%s is the reason of the stop, word for word', async (_what, text) => {
  const clock = virtualClock();
  const engine = createFakeEngine(
    clock,
    () => ({}),
    () => text,
  );
  const { client } = localEcs({ clock, engine });
  await client.send(new CreateClusterCommand({}));
  await client.send(new RegisterTaskDefinitionCommand(fargateDefinition('app:1')));
  const { tasks: [task] = [] } = await client.send(new RunTaskCommand({ taskDefinition: 'app', ...FARGATE }));
  await clock.advance(100);
  const { tasks } = await client.send(new DescribeTasksCommand({ tasks: [task?.taskArn ?? ''] }));
  expect(tasks).toMatchObject([
    { stopCode: 'TaskFailedToStart', stoppedReason: text, pullStartedAt: expect.any(Date) },
  ]);
  expect(engine.started).toEqual([]);
});
