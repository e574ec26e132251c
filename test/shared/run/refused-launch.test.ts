import { expect, test } from 'vitest';
import type { TaskAnswer } from '../../../shared/aws/task-request.ts';
import { runWorlds } from '../../support/worlds.ts';

const open = runWorlds();

const noCapacity: TaskAnswer = {
  kind: 'refused',
  reason: 'RESOURCE:FARGATE',
  detail: '',
  retryable: true,
  proven: false,
};

/** A world whose RunTask says `answer` the first `times`, with or without doing its work. */
async function refusing(times: number, { starts = false, answer = noCapacity } = {}) {
  const world = await open({ events: false });
  const { runTask } = world.deps.ecs;
  const tokens: string[] = [];
  world.deps.ecs = {
    ...world.deps.ecs,
    describeTasks: world.deps.ecs.describeTasks,
    findJob: world.deps.ecs.findJob,
    registerJob: world.deps.ecs.registerJob,
    async runTask(request) {
      tokens.push(request.clientToken);
      if (tokens.length > times) return runTask(request);
      if (starts) await runTask(request);
      return answer;
    },
  };
  return { world, tokens };
}

test('failures without a task are believed after the same request was refused again, and the next launch has a new token', async () => {
  const { world, tokens } = await refusing(2);
  const id = await world.request();
  await world.settle();
  expect(world.run(id)).toMatchObject({ state: 'queued', waitingFor: 'RESOURCE:FARGATE' });
  await world.pass(150);
  expect(world.run(id).state).toBe('succeeded');
  expect(tokens).toEqual([`${id}-1`, `${id}-1`, `${id}-2`]);
  expect(world.engine.started).toHaveLength(1);
});

test('failures though the task did start are seen through: the repetition names it', async () => {
  const { world, tokens } = await refusing(1, { starts: true });
  const id = await world.request();
  await world.pass(130);
  expect(world.run(id).state).toBe('succeeded');
  expect(tokens).toEqual([`${id}-1`, `${id}-1`]);
  expect(world.engine.started).toHaveLength(1);
});

test('a failure that waiting does not mend fails the run with the reason', async () => {
  const { world } = await refusing(2, { answer: { ...noCapacity, reason: 'MISSING', retryable: false } });
  const id = await world.request();
  await world.pass(5);
  expect(world.run(id)).toMatchObject({ state: 'failed', outcome: { cause: 'RunTask was refused: MISSING' } });
});

test('one run whose launch throws does not hold up the others, and the worker fails at its end', async () => {
  const { world } = await refusing(0);
  const { runTask } = world.deps.ecs;
  world.deps.ecs.runTask = async (request) => {
    if (request.startedBy.includes(bad)) throw new Error('boom');
    return runTask(request);
  };
  const bad = await world.request('bad');
  const good = await world.request('good');
  await world.pass(20);
  expect(world.run(good).attempts[0]?.taskArn).toBeDefined();
  expect(world.run(bad).state).toBe('launching');
  expect(String(world.failures[0])).toMatch(/1 runs could not be launched: boom/);
});
