import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

async function cluster() {
  const clock = virtualClock();
  const engine = createFakeEngine(clock, () => ({}));
  const local = localEcs({ clock, engine });
  await local.client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  await local.client.send(new RegisterTaskDefinitionCommand(fargateDefinition('app:1')));
  const run = (input: Partial<RunTaskCommandInput> = {}) =>
    local.client.send(new RunTaskCommand({ cluster: 'prod', taskDefinition: 'app', ...FARGATE, ...input }));
  return { ...local, clock, engine, run };
}

const arnsOf = (answer: { tasks?: { taskArn?: string | undefined }[] | undefined }) =>
  answer.tasks?.map(({ taskArn }) => taskArn);

test('the same token and parameters answer the same tasks, whatever their order', async () => {
  const { run, engine, clock } = await cluster();
  const first = await run({ clientToken: 'a', count: 2, startedBy: 'me' });
  const again = await run({ startedBy: 'me', clientToken: 'a', count: 2 });
  expect(arnsOf(again)).toEqual(arnsOf(first));
  await clock.advance(100);
  expect(engine.started.length).toBe(2);
});

test('the same token with other parameters is a conflict that names the tasks', async () => {
  const { run } = await cluster();
  const first = await run({ clientToken: 'a' });
  await expect(run({ clientToken: 'a', count: 2 })).rejects.toMatchObject({
    name: 'ConflictException',
    resourceIds: arnsOf(first),
  });
});

test('a token knows its task also when DescribeTasks no longer does', async () => {
  const { run, client, clock } = await cluster();
  const [task = ''] = arnsOf(await run({ clientToken: 'a' })) ?? [];
  await clock.advance(100);
  await client.send(new StopTaskCommand({ cluster: 'prod', task }));
  await clock.advance(2 * 3_600_000);
  await client.send(new ListTasksCommand({ cluster: 'prod' }));
  expect((await run({ clientToken: 'a' })).tasks).toMatchObject([{ taskArn: task, lastStatus: 'STOPPED' }]);
});

test.each([
  [
    [
      { capacityProvider: 'FARGATE_SPOT', weight: 3 },
      { capacityProvider: 'FARGATE', base: 1 },
    ],
    'FARGATE',
  ],
  [
    [
      { capacityProvider: 'FARGATE', weight: 0 },
      { capacityProvider: 'FARGATE_SPOT', weight: 1 },
    ],
    'FARGATE_SPOT',
  ],
])('the strategy %j launches on %s', async (capacityProviderStrategy, capacityProviderName) => {
  const { run } = await cluster();
  const { tasks } = await run({ launchType: undefined, capacityProviderStrategy });
  expect(tasks).toMatchObject([{ capacityProviderName, launchType: 'FARGATE' }]);
});

test('a token is forgotten after 24 hours', async () => {
  const { run, clock } = await cluster();
  const first = await run({ clientToken: 'a' });
  await clock.advance(24 * 3_600_000);
  expect(arnsOf(await run({ clientToken: 'a' }))).not.toEqual(arnsOf(first));
});

test('however calls with tokens are repeated, each token starts its tasks once', async () => {
  const call = fc.record({ token: fc.constantFrom('a', 'b', 'c'), count: fc.integer({ min: 1, max: 3 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
      const { run, client } = await cluster();
      const first = new Map<string, { count: number; arns: unknown }>();
      for (const { token, count } of calls) {
        const before = first.get(token);
        const answer = await run({ clientToken: token, count }).catch((error: { name: string }) => error.name);
        if (typeof answer === 'string') expect(before?.count).not.toBe(count);
        else if (before) expect(arnsOf(answer)).toEqual(before.arns);
        else first.set(token, { count, arns: arnsOf(answer) });
      }
      const { taskArns } = await client.send(new ListTasksCommand({ cluster: 'prod' }));
      expect(taskArns?.length).toBe([...first.values()].reduce((sum, { count }) => sum + count, 0));
    }),
    { numRuns: 30 },
  );
});

test.each<[string, Partial<RunTaskCommandInput>, string, RegExp]>([
  ['eleven tasks', { count: 11 }, 'InvalidParameterException', /count/],
  ['an absent cluster', { cluster: 'none' }, 'ClusterNotFoundException', /^Cluster not found\.$/],
  ['an absent revision', { taskDefinition: 'app:9' }, 'ClientException', /^TaskDefinition not found\.$/],
  [
    'no launch type',
    { launchType: undefined },
    'InvalidParameterException',
    /^No Container Instances were found in your cluster\.$/,
  ],
  [
    'no network',
    { networkConfiguration: undefined },
    'InvalidParameterException',
    /^Network Configuration must be provided when networkMode 'awsvpc' is specified\.$/,
  ],
  [
    'an override of an unknown container',
    { overrides: { containerOverrides: [{ name: 'web' }] } },
    'InvalidParameterException',
    /^Override for container named web is not a container in the TaskDefinition\.$/,
  ],
  [
    'overrides of more than 8192 characters',
    { overrides: { containerOverrides: [{ name: 'app', command: ['x'.repeat(8192)] }] } },
    'InvalidParameterException',
    /at most 8192/,
  ],
  ['a startedBy with a space', { startedBy: 'a b' }, 'InvalidParameterException', /startedBy/],
  ['a token of 65 characters', { clientToken: 'x'.repeat(65) }, 'InvalidParameterException', /clientToken/],
])('RunTask refuses %s', async (_what, input, name, message) => {
  const { run } = await cluster();
  await expect(run(input)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
});

test('a stopped task is described for an hour and then missing', async () => {
  const { run, client, clock } = await cluster();
  const [task = ''] = arnsOf(await run()) ?? [];
  await clock.advance(100);
  await client.send(new StopTaskCommand({ cluster: 'prod', task }));
  await clock.advance(3_599_000);
  const describe = () => client.send(new DescribeTasksCommand({ cluster: 'prod', tasks: [task] }));
  expect((await describe()).tasks).toMatchObject([{ lastStatus: 'STOPPED' }]);
  await clock.advance(2000);
  expect(await describe()).toMatchObject({ tasks: [], failures: [{ arn: task, reason: 'MISSING' }] });
});

test('ListTasks shows what should run, and stopped ones only on request', async () => {
  const { run, client, clock } = await cluster();
  const [task = ''] = arnsOf(await run({ startedBy: 'me' })) ?? [];
  await clock.advance(100);
  const list = async (filter: object) =>
    (await client.send(new ListTasksCommand({ cluster: 'prod', ...filter }))).taskArns;
  expect(await list({ startedBy: 'me' })).toEqual([task]);
  expect(await list({ startedBy: 'other' })).toEqual([]);
  await client.send(new StopTaskCommand({ cluster: 'prod', task }));
  expect(await list({})).toEqual([]);
  expect(await list({ desiredStatus: 'STOPPED' })).toEqual([task]);
  await expect(list({ startedBy: 'me', family: 'app' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('tags come with include TAGS, those of the definition when they are propagated', async () => {
  const { run, client } = await cluster();
  await client.send(
    new RegisterTaskDefinitionCommand({ ...fargateDefinition('app:1'), tags: [{ key: 'team', value: 'shop' }] }),
  );
  const answer = await run({ propagateTags: 'TASK_DEFINITION', tags: [{ key: 'run', value: '1' }] });
  const [task = ''] = arnsOf(answer) ?? [];
  const described = await client.send(new DescribeTasksCommand({ cluster: 'prod', tasks: [task], include: ['TAGS'] }));
  expect(described.tasks?.[0]?.tags).toEqual([
    { key: 'team', value: 'shop' },
    { key: 'run', value: '1' },
  ]);
});

test('the ARN of a task in another cluster is refused', async () => {
  const { client } = await cluster();
  const task = 'arn:aws:ecs:us-east-1:123456789012:task/dev/0123';
  await expect(client.send(new DescribeTasksCommand({ cluster: 'prod', tasks: [task] }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Identifier is for cluster dev. Your cluster is prod',
  });
});
