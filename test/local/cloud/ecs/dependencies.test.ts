import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import type { ContainerSpec } from '../../../../local/cloud/service.ts';
import type { Behaviour } from '../../../support/fake-engine.ts';
import { LOGS, started } from '../../../support/started-task.ts';

const check = { healthCheck: { command: ['CMD', 'true'] } };
const byName = (behaviours: Record<string, Behaviour>) => (spec: ContainerSpec) => behaviours[spec.name] ?? {};

/** A task of `app`, which depends on `db` as said, and `db`. */
const task = (condition: string, behaviours: Record<string, Behaviour>, db: object = {}, app: object = {}) =>
  started(
    byName(behaviours),
    {},
    {
      containerDefinitions: [
        { name: 'app', image: 'app:1', essential: true, dependsOn: [{ containerName: 'db', condition }], ...app },
        { name: 'db', image: 'db:1', essential: false, ...db },
      ],
    },
  );

test('HEALTHY waits for the first check that passes', async () => {
  const { clock, describe, engine } = await task('HEALTHY', { db: { healthyAfterMs: 5000 } }, check);
  await clock.advance(4000);
  expect(engine.started.map(({ name }) => name)).toEqual(['db']);
  await clock.advance(2000);
  expect(await describe()).toMatchObject({ lastStatus: 'RUNNING', healthStatus: 'UNKNOWN' });
});

test('COMPLETE is content with any exit code', async () => {
  const { clock, describe } = await task('COMPLETE', { db: { runMs: 1000, exitCode: 3 } });
  await clock.advance(3000);
  expect(await describe()).toMatchObject({
    lastStatus: 'RUNNING',
    containers: [
      { name: 'app', lastStatus: 'RUNNING' },
      { name: 'db', exitCode: 3, lastStatus: 'STOPPED' },
    ],
  });
});

test('START needs no more than a started container', async () => {
  const { clock, engine } = await task('START', {});
  await clock.advance(100);
  expect(engine.started.map(({ name }) => name)).toEqual(['db', 'app']);
});

test('a dependency that is not HEALTHY within its startTimeout stops the task', async () => {
  const { clock, describe, engine } = await task('HEALTHY', {}, { ...check, startTimeout: 30 });
  await clock.advance(29_000);
  expect((await describe())?.lastStatus).toBe('PENDING');
  await clock.advance(2000);
  expect(await describe()).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
  expect((await describe())?.containers?.[0]?.reason).toBe(
    'dependency graph: failed to resolve container ordering dependency [db] for target [app] as dependency timed out.',
  );
  expect(engine.started.map(({ name }) => name)).toEqual(['db']);
});

test('a dependency that ends before it was HEALTHY stops the task', async () => {
  const { clock, describe } = await task('HEALTHY', { db: { runMs: 100 } }, check);
  await clock.advance(1000);
  expect(await describe()).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
});

test('a container that is not essential and cannot start does not end the task', async () => {
  const { clock, describe } = await task(
    'START',
    { app: { cannotStart: 'CannotStartContainerError: no' } },
    {
      essential: true,
    },
    { essential: false },
  );
  await clock.advance(1000);
  expect(await describe()).toMatchObject({
    lastStatus: 'RUNNING',
    containers: [{ name: 'app', lastStatus: 'STOPPED', reason: 'CannotStartContainerError: no' }, { name: 'db' }],
  });
});

test('the end of an essential container stops the others, each with its own exit code', async () => {
  const { clock, describe } = await task(
    'START',
    { app: { runMs: 5000, exitCode: 7 }, db: { ignoresSigterm: true } },
    { stopTimeout: 10 },
  );
  await clock.advance(10_000);
  expect(await describe()).toMatchObject({ lastStatus: 'STOPPING', stopCode: 'EssentialContainerExited' });
  await clock.advance(6000);
  expect(await describe()).toMatchObject({
    lastStatus: 'STOPPED',
    stoppedReason: 'Essential container in task exited',
    containers: [
      { name: 'app', exitCode: 7 },
      { name: 'db', exitCode: 137 },
    ],
  });
});

test('what others depend on stops after them', async () => {
  const { clock, client, describe, taskArn } = await task(
    'START',
    { app: { ignoresSigterm: true } },
    {},
    {
      stopTimeout: 20,
    },
  );
  await clock.advance(1000);
  await client.send(new StopTaskCommand({ cluster: 'prod', task: taskArn }));
  await clock.advance(10_000);
  expect((await describe())?.containers).toMatchObject([
    { name: 'app', lastStatus: 'RUNNING' },
    { name: 'db', lastStatus: 'RUNNING' },
  ]);
  await clock.advance(11_000);
  expect(await describe()).toMatchObject({
    lastStatus: 'STOPPED',
    containers: [
      { name: 'app', exitCode: 137 },
      { name: 'db', exitCode: 143 },
    ],
  });
});

test('each container writes to a log stream of its own', async () => {
  const { clock, logs, taskArn } = await task('START', { app: { lines: ['a'] }, db: { lines: ['b'] } }, LOGS, LOGS);
  await clock.advance(1000);
  const id = taskArn.split('/').pop();
  expect(Object.fromEntries(logs)).toMatchObject({
    [`/ecs/app ecs/app/${id}`]: ['a'],
    [`/ecs/app ecs/db/${id}`]: ['b'],
  });
});

test('a task is as unhealthy as its worst essential container', async () => {
  const behaviours = { app: { healthyAfterMs: 1000 }, db: { healthyAfterMs: 1000, unhealthyAfterMs: 5000 } };
  const { clock, describe } = await task('START', behaviours, { ...check, essential: true }, check);
  await clock.advance(2000);
  expect((await describe())?.healthStatus).toBe('HEALTHY');
  await clock.advance(4000);
  expect(await describe()).toMatchObject({
    healthStatus: 'UNHEALTHY',
    containers: [{ healthStatus: 'HEALTHY' }, { healthStatus: 'UNHEALTHY' }],
  });
});

test('a restart policy starts a container again that ran long enough, and no other exit code', async () => {
  const restartPolicy = { enabled: true, ignoredExitCodes: [0], restartAttemptPeriod: 60 };
  let runs = 0;
  const { clock, describe, engine } = await started(() => ({ runMs: 61_000, exitCode: ++runs === 3 ? 0 : 1 }), {
    restartPolicy,
  });
  await clock.advance(130_000);
  expect(await describe()).toMatchObject({ lastStatus: 'RUNNING', containers: [{ lastStatus: 'RUNNING' }] });
  expect(engine.started.length).toBe(3);
  await clock.advance(60_000);
  expect(await describe()).toMatchObject({ lastStatus: 'STOPPED', containers: [{ exitCode: 0 }] });
});

test('a container that ends before restartAttemptPeriod is not started again', async () => {
  const restartPolicy = { enabled: true, restartAttemptPeriod: 60 };
  const { clock, describe, engine } = await started({ runMs: 59_000, exitCode: 1 }, { restartPolicy });
  await clock.advance(70_000);
  expect((await describe())?.lastStatus).toBe('STOPPED');
  expect(engine.started.length).toBe(1);
});

test('a container killed for its memory says so', async () => {
  const reason = 'OutOfMemoryError: Container killed due to memory usage';
  const { clock, describe } = await started({ runMs: 100, exitCode: 137, reason });
  await clock.advance(1000);
  expect(await describe()).toMatchObject({
    stopCode: 'EssentialContainerExited',
    containers: [{ exitCode: 137, reason }],
  });
});
