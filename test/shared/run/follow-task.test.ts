import { expect, test } from 'vitest';
import { runIdOf } from '../../../shared/core/ids.ts';
import { plus } from '../../../shared/core/time.ts';
import { followTask } from '../../../shared/run/follow-task.ts';
import { aStoppedTask, aTask } from '../../support/task.ts';
import { runWorlds } from '../../support/worlds.ts';

const open = runWorlds();

/** A running run, and what an event of its task says, changed by `parts`. */
async function running(options: Parameters<typeof open>[0] = {}) {
  const world = await open({ behave: {}, ...options });
  const id = await world.request();
  await world.pass(5);
  const [task] = await world.deps.ecs.describeTasks('prod', [world.run(id).attempts[0]?.taskArn ?? '']);
  if (!task) throw new Error('no task');
  const event = { kind: 'run-task', stage: 'test', runId: id, attempt: 1, task, complete: true } as const;
  return { world, id, event };
}

test("another stage's task, though its run has the same id, is ignored", async () => {
  const { world, id, event } = await running();
  const task = { ...aStoppedTask({}, { exitCode: 1 }), arn: event.task.arn };
  await followTask({ ...event, stage: 'prod', task }, world.deps);
  expect(world.run(id).state).toBe('running');
});

test('a task of a run that is not recorded is ignored, without a failure', async () => {
  const { world, event } = await running();
  await expect(followTask({ ...event, runId: runIdOf('nobody') }, world.deps)).resolves.toBeUndefined();
});

test('an event that does not tell all is a hint: ECS tells the truth', async () => {
  const { world, id, event } = await running();
  const claimed = aTask({
    arn: event.task.arn,
    clusterArn: event.task.clusterArn,
    lastStatus: 'STOPPED',
    containers: [],
  });
  await followTask({ ...event, task: claimed, complete: false }, world.deps);
  expect(world.run(id).state).toBe('running');
});

test("a log that may not be read does not hold up the run's end, which says so", async () => {
  const { world, id, event } = await running();
  const refusal = { service: 'logs', operation: 'GetLogEvents', code: 'AccessDeniedException', status: 400 };
  world.faults.add({ ...refusal, kind: 'error' });
  const task = aStoppedTask({ arn: event.task.arn, stopCode: 'EssentialContainerExited' }, { exitCode: 0 });
  await followTask({ ...event, task }, world.deps);
  expect(world.run(id)).toMatchObject({ state: 'succeeded', note: expect.stringContaining('AccessDeniedException') });
});

test('a log that is throttled is waited for, so that no output is lost, but for five minutes only', async () => {
  const { world, id, event } = await running();
  world.faults.add({ service: 'logs', operation: 'GetLogEvents', kind: 'throttle' });
  const stop = { arn: event.task.arn, stopCode: 'EssentialContainerExited' };
  const just = aStoppedTask({ ...stop, stoppedAt: world.deps.now() }, { exitCode: 0 });
  await expect(followTask({ ...event, task: just }, world.deps)).rejects.toThrow('ThrottlingException');
  expect(world.run(id).state).toBe('running');
  const longAgo = aStoppedTask({ ...stop, stoppedAt: plus(world.deps.now(), -5 * 60_000) }, { exitCode: 0 });
  await followTask({ ...event, task: longAgo }, world.deps);
  expect(world.run(id)).toMatchObject({ state: 'succeeded', note: expect.stringContaining('ThrottlingException') });
});

test('events that were written but not put on the bus are published at the next event', async () => {
  const { world, id, event } = await running();
  const stored = await world.deps.stores.runs.get(id);
  const change = {
    'detail-type': 'Run State Change',
    detail: { id, state: 'running', subject: 'report', version: 99 },
  };
  const item = world.table.items().find((found) => found.id === id);
  if (!item || !stored) throw new Error('no item');
  await world.table.put({ ...item, outbox: { 99: change }, version: item.version + 1 }, item.version);
  await followTask(event, world.deps);
  expect(world.published).toContainEqual(change);
  expect((await world.deps.stores.runs.get(id))?.outbox).toEqual({});
});
