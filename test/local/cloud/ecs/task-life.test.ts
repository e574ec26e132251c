import {
  CreateClusterCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';
import { LOGS, started } from '../../../support/started-task.ts';

test('a task goes through the states of Fargate, its versions counting up', async () => {
  const { clock, taskEvents } = await started({ runMs: 1000 });
  await clock.advance(2000);
  expect(taskEvents().map(({ lastStatus, desiredStatus }) => `${lastStatus}/${desiredStatus}`)).toEqual([
    'PROVISIONING/RUNNING',
    'PENDING/RUNNING',
    'RUNNING/RUNNING',
    'RUNNING/STOPPED',
    'DEACTIVATING/STOPPED',
    'STOPPING/STOPPED',
    'DEPROVISIONING/STOPPED',
    'STOPPED/STOPPED',
  ]);
  expect(taskEvents().map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a container that ends stops its task with its exit code', async () => {
  const { clock, describe } = await started({ runMs: 1000, exitCode: 3 });
  await clock.advance(2000);
  expect(await describe()).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'app', lastStatus: 'STOPPED', exitCode: 3 }],
  });
});

test('lines go to the stream prefix/container/task-id', async () => {
  const { clock, logs, taskArn } = await started({ lines: ['one', '', 'two'], runMs: 10 }, LOGS);
  await clock.advance(100);
  expect(logs.get(`/ecs/app ecs/app/${taskArn.split('/').at(-1)}`)).toEqual(['one', 'two']);
});

test('StopTask ends a task with the given reason', async () => {
  const { clock, client, describe, taskArn } = await started({});
  await clock.advance(100);
  await client.send(new StopTaskCommand({ cluster: 'prod', task: taskArn, reason: 'enough' }));
  await clock.advance(100);
  expect(await describe()).toMatchObject({
    stopCode: 'UserInitiated',
    stoppedReason: 'enough',
    containers: [{ exitCode: 143 }],
  });
});

test('STOPPED comes only after every line is put, however slow the log is', async () => {
  const order: string[] = [];
  const clock = virtualClock();
  const { client } = localEcs({
    clock,
    engine: createFakeEngine(clock, () => ({ lines: ['one', 'two'], runMs: 5 })),
    ports: {
      emit: ({ detail }) => void order.push((detail as { lastStatus: string }).lastStatus),
      logs: {
        async put(_group, _stream, lines) {
          await clock.sleep(500);
          order.push(...lines.map(({ message }) => message));
        },
      },
    },
  });
  await client.send(new CreateClusterCommand({}));
  await client.send(new RegisterTaskDefinitionCommand(fargateDefinition('a', LOGS)));
  await client.send(new RunTaskCommand({ taskDefinition: 'app', ...FARGATE }));
  await clock.advance(5000);
  expect(order.slice(-3)).toEqual(['STOPPING', 'DEPROVISIONING', 'STOPPED']);
  expect(order.indexOf('two')).toBeLessThan(order.indexOf('STOPPED'));
  expect(order).toContain('one');
});

test('a container that ignores SIGTERM is killed after its stop timeout', async () => {
  const { clock, client, describe, taskArn } = await started({ ignoresSigterm: true }, { stopTimeout: 5 });
  await clock.advance(100);
  await client.send(new StopTaskCommand({ cluster: 'prod', task: taskArn }));
  await clock.advance(4900);
  expect((await describe())?.lastStatus).toBe('STOPPING');
  await clock.advance(200);
  expect(await describe()).toMatchObject({ lastStatus: 'STOPPED', containers: [{ exitCode: 137 }] });
});
