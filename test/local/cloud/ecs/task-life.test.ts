import {
  CreateClusterCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { type Behaviour, createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

async function started(behaviour: Behaviour, container: object = {}, rest: object = {}) {
  const clock = virtualClock();
  const engine = createFakeEngine(clock, () => behaviour);
  const local = localEcs({ clock, engine });
  await local.client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  await local.client.send(new RegisterTaskDefinitionCommand(fargateDefinition('app:1', container, rest)));
  const run = () => local.client.send(new RunTaskCommand({ cluster: 'prod', taskDefinition: 'app', ...FARGATE }));
  const { tasks } = await run();
  const taskArn = tasks?.[0]?.taskArn ?? '';
  const describe = async () => {
    const { tasks: found } = await local.client.send(new DescribeTasksCommand({ cluster: 'prod', tasks: [taskArn] }));
    return found?.[0];
  };
  return { ...local, clock, engine, taskArn, describe };
}

const LOGS = {
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': '/ecs/app', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'ecs' },
  },
};

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
