import { DescribeTasksCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { FARGATE } from '../../../support/local-ecs.ts';
import { started } from '../../../support/started-task.ts';

const { networkConfiguration } = FARGATE;

/** One more task beside the one that `started` has. */
async function another(world: Awaited<ReturnType<typeof started>>, capacityProviderStrategy?: object[]) {
  const capacity = capacityProviderStrategy ? { networkConfiguration, capacityProviderStrategy } : FARGATE;
  const input = { cluster: 'prod', taskDefinition: 'app', ...capacity } as ConstructorParameters<
    typeof RunTaskCommand
  >[0];
  const { tasks: [task] = [] } = await world.client.send(new RunTaskCommand(input));
  const taskArn = task?.taskArn ?? '';
  const describe = async () => {
    const { tasks } = await world.client.send(new DescribeTasksCommand({ cluster: 'prod', tasks: [taskArn] }));
    return tasks?.[0];
  };
  const states = () =>
    world
      .taskEvents()
      .filter((event) => event.taskArn === taskArn)
      .map(({ lastStatus, desiredStatus }) => `${lastStatus}/${desiredStatus}`);
  return { taskArn, describe, states };
}

test('an interrupted Spot task is warned, gets its stop timeout, and is killed', async () => {
  const world = await started({ ignoresSigterm: true }, { stopTimeout: 120 });
  const task = await another(world, [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }]);
  await world.clock.advance(100);
  world.ecs.disruptions.interruptSpot(task.taskArn);
  expect(world.taskEvents().find(({ stopCode }) => stopCode === 'SpotInterruption')).toMatchObject({
    taskArn: task.taskArn,
    lastStatus: 'RUNNING',
    desiredStatus: 'STOPPED',
  });
  await world.clock.advance(119_000);
  expect((await task.describe())?.lastStatus).toBe('STOPPING');
  await world.clock.advance(2000);
  expect(await task.describe()).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'SpotInterruption',
    stoppedReason: 'Your Spot Task was interrupted.',
    containers: [{ exitCode: 137 }],
  });
});

test('maintenance stops a task without a stop code', async () => {
  const { clock, ecs, taskArn, describe } = await started({});
  await clock.advance(100);
  ecs.disruptions.maintain(taskArn);
  await clock.advance(100);
  const task = await describe();
  expect(task).toMatchObject({
    lastStatus: 'STOPPED',
    stoppedReason: 'ECS is performing maintenance on the underlying infrastructure hosting the task.',
  });
  expect(task?.stopCode).toBeUndefined();
});

test('a container without memory is killed, and the reason is its own', async () => {
  const { clock, ecs, taskArn, describe } = await started({});
  await clock.advance(100);
  ecs.disruptions.outOfMemory(taskArn);
  await clock.advance(100);
  expect(await describe()).toMatchObject({
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }],
  });
  expect(() => ecs.disruptions.outOfMemory('arn:of-none')).toThrow('There is no task arn:of-none');
});

test('a task that fails to start may come without containers', async () => {
  const world = await started({});
  const stoppedReason = 'ResourceInitializationError: unable to pull secrets or registry auth: i/o timeout';
  world.ecs.disruptions.failStarts({ kind: 'fails', stoppedReason, containers: 'none' });
  const task = await another(world);
  const next = await another(world);
  await world.clock.advance(100);
  expect(await task.describe()).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'TaskFailedToStart',
    stoppedReason,
    containers: [],
  });
  expect(task.states()).not.toContain('RUNNING/RUNNING');
  expect((await next.describe())?.lastStatus).toBe('RUNNING');
});

test('failures to start can be kept for a family', async () => {
  const world = await started({});
  const trouble = { kind: 'fails', stoppedReason: 'CannotPullContainerError: no', containers: 'listed' } as const;
  world.ecs.disruptions.failStarts(trouble, { family: 'other' });
  world.ecs.disruptions.failStarts(trouble, { family: 'app', times: 2 });
  const tasks = [await another(world), await another(world), await another(world)];
  await world.clock.advance(100);
  const found = await Promise.all(tasks.map(({ describe }) => describe()));
  expect(found.map((task) => task?.lastStatus)).toEqual(['STOPPED', 'STOPPED', 'RUNNING']);
  expect(found[0]?.containers).toMatchObject([{ name: 'app', lastStatus: 'STOPPED' }]);
});

test.each(['PROVISIONING', 'PENDING'] as const)('a task that hangs in %s can be stopped', async (at) => {
  const world = await started({});
  world.ecs.disruptions.failStarts({ kind: 'hangs', at });
  const task = await another(world);
  await world.clock.advance(3_600_000);
  expect((await task.describe())?.lastStatus).toBe(at);
  await world.client.send(new StopTaskCommand({ cluster: 'prod', task: task.taskArn }));
  await world.clock.advance(100);
  expect(await task.describe()).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'UserInitiated' });
  expect(world.engine.started.length).toBe(1);
});

test('a forgotten task runs on and announces its end', async () => {
  const { clock, ecs, taskArn, describe, taskEvents } = await started({ runMs: 60_000 });
  await clock.advance(100);
  ecs.disruptions.forget(taskArn);
  expect(await describe()).toBeUndefined();
  await clock.advance(61_000);
  expect(taskEvents().at(-1)).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited' });
  expect(await describe()).toBeUndefined();
});
