import {
  CreateClusterCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

const { networkConfiguration } = FARGATE;
const SPOT = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

async function cluster(definition: object = {}, given: object = {}) {
  const clock = virtualClock();
  const engine = createFakeEngine(clock, () => ({}));
  const local = localEcs({ clock, engine });
  await local.client.send(new CreateClusterCommand({ clusterName: 'prod', ...given }));
  await local.client.send(new RegisterTaskDefinitionCommand(fargateDefinition('app:1', {}, definition)));
  const run = (input: Partial<RunTaskCommandInput> = {}) =>
    local.client.send(
      new RunTaskCommand({
        cluster: 'prod',
        taskDefinition: 'app',
        networkConfiguration,
        ...(!input.capacityProviderStrategy && { launchType: 'FARGATE' as const }),
        ...input,
      }),
    );
  return { ...local, clock, engine, run };
}

test.each<[string, RunTaskCommandInput['capacityProviderStrategy'], RegExp]>([
  ['a launch type as well', SPOT, /^Specifying both a launch type and capacity provider strategy/],
  ['an unknown provider', [{ capacityProvider: 'gpu' }], /not associated with the cluster \(gpu\)/],
  [
    'Fargate beside instances of one’s own',
    [...SPOT, { capacityProvider: 'machines', weight: 1 }],
    /^A capacity provider strategy cannot contain a mix of capacity providers/,
  ],
  ['a weight of 1001', [{ capacityProvider: 'FARGATE', weight: 1001 }], /weight.*less than or equal to 1000$/],
  ['a base of 100 001', [{ capacityProvider: 'FARGATE', base: 100_001 }], /base.*less than or equal to 100000$/],
  ['21 providers', Array.from({ length: 21 }, () => ({ capacityProvider: 'FARGATE', weight: 1 })), /maximum of 20/],
])('a strategy with %s is refused', async (what, capacityProviderStrategy, message) => {
  const { run } = await cluster({}, { capacityProviders: ['FARGATE', 'FARGATE_SPOT', 'machines'] });
  const launchType = what === 'a launch type as well' ? { launchType: 'FARGATE' as const } : {};
  await expect(run({ capacityProviderStrategy, ...launchType })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringMatching(message),
  });
});

test('a run that says nothing of capacity gets the default strategy of its cluster', async () => {
  const { run } = await cluster({}, { defaultCapacityProviderStrategy: SPOT });
  expect((await run({ launchType: undefined })).tasks).toMatchObject([
    { capacityProviderName: 'FARGATE_SPOT', launchType: 'FARGATE' },
  ]);
  const byType = (await run()).tasks?.[0];
  expect(byType).toMatchObject({ launchType: 'FARGATE' });
  expect(byType).not.toHaveProperty('capacityProviderName');
});

test('a task shows the sizes and roles it was given', async () => {
  const { run, engine, clock } = await cluster({ runtimePlatform: { cpuArchitecture: 'ARM64' } });
  const { tasks } = await run({
    platformVersion: 'LATEST',
    overrides: {
      cpu: '1 vCPU',
      memory: '3 GB',
      ephemeralStorage: { sizeInGiB: 50 },
      taskRoleArn: role('task'),
      executionRoleArn: role('execution'),
      containerOverrides: [{ name: 'app', memory: 2048 }],
    },
  });
  expect(tasks).toMatchObject([
    {
      cpu: '1024',
      memory: '3072',
      ephemeralStorage: { sizeInGiB: 50 },
      platformVersion: '1.4.0',
      platformFamily: 'Linux',
      attributes: [{ name: 'ecs.cpu-architecture', value: 'arm64' }],
      overrides: { taskRoleArn: role('task'), executionRoleArn: role('execution') },
      containers: [{ memory: '2048' }],
    },
  ]);
  await clock.advance(100);
  expect(engine.started[0]?.memoryMiB).toBe(2048);
});

test.each<[string, RunTaskCommandInput['overrides'], RegExp]>([
  ['a memory that its cpu cannot have', { memory: '4096' }, /^No Fargate configuration exists .* 256 CPU, 4096 memory/],
  ['20 GiB of storage', { ephemeralStorage: { sizeInGiB: 20 } }, /between 21 and 200 GiB/],
  ['a role that is none', { taskRoleArn: 'arn:aws:iam::12:user/me' }, /^Role is not valid$/],
  [
    'a container that is larger than its task',
    { containerOverrides: [{ name: 'app', memory: 1024 }] },
    /container 'app'.*greater than the task's/,
  ],
])('an override of %s is refused', async (_what, overrides, message) => {
  const { run } = await cluster();
  await expect(run({ overrides })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringMatching(message),
  });
});

test.each<[string, object, Partial<RunTaskCommandInput>, string]>([
  ['is unknown', {}, { platformVersion: '2.0.0' }, 'PlatformUnknownException'],
  [
    'has no storage to configure',
    { ephemeralStorage: { sizeInGiB: 30 } },
    { platformVersion: '1.3.0' },
    'PlatformTaskDefinitionIncompatibilityException',
  ],
])('a platform version that %s is refused', async (_what, definition, input, name) => {
  const { run } = await cluster(definition);
  await expect(run(input)).rejects.toMatchObject({ name });
});

test('without capacity RunTask succeeds with failures that name no resource', async () => {
  const { run, ecs } = await cluster();
  const give = ecs.disruptions.withhold('FARGATE_SPOT');
  const answer = await run({ capacityProviderStrategy: SPOT, clientToken: 'a' });
  expect(answer.tasks).toEqual([]);
  expect(answer.failures).toEqual([
    {
      reason: 'Capacity is unavailable at this time. Please try again later or in a different availability zone',
    },
  ]);
  expect((await run()).failures).toEqual([]);
  give();
  expect((await run({ capacityProviderStrategy: SPOT, clientToken: 'a' })).tasks?.length).toBe(1);
});

test('where one of two providers has no capacity, the tasks of the other start: ECS does not fall back', async () => {
  const { run, ecs } = await cluster();
  ecs.disruptions.withhold('FARGATE_SPOT');
  const strategy = [{ capacityProvider: 'FARGATE', weight: 1 }, ...SPOT];
  const input = { count: 4, capacityProviderStrategy: strategy, clientToken: 'a' };
  const { tasks, failures } = await run(input);
  expect(tasks?.map(({ capacityProviderName }) => capacityProviderName)).toEqual(['FARGATE', 'FARGATE']);
  expect(failures?.length).toBe(2);
  expect((await run(input)).tasks?.map(({ taskArn }) => taskArn)).toEqual(tasks?.map(({ taskArn }) => taskArn));
});

test('on instances without room a failure names the instance and what it lacks', async () => {
  const bridged = { requiresCompatibilities: ['EC2' as const], networkMode: 'bridge' as const };
  const { run, ecs } = await cluster(bridged);
  ecs.disruptions.withhold('EC2', 'RESOURCE:MEMORY');
  const answer = await run({ launchType: 'EC2', networkConfiguration: undefined });
  expect(answer).toMatchObject({
    tasks: [],
    failures: [{ arn: expect.stringContaining(':container-instance/prod/'), reason: 'RESOURCE:MEMORY' }],
  });
});

test('a call that reports failures may have started its task: the token tells', async () => {
  const { run, ecs, clock, engine } = await cluster();
  ecs.disruptions.misreport();
  const first = await run({ clientToken: 'a' });
  expect(first).toMatchObject({ tasks: [], failures: [{ reason: expect.stringMatching(/^Capacity is unavail/) }] });
  expect((await run({ clientToken: 'a' })).tasks?.length).toBe(1);
  await clock.advance(100);
  expect(engine.started.length).toBe(1);
});

test('a task may be missing for minutes after its launch', async () => {
  const { run, ecs, clock, client } = await cluster();
  ecs.disruptions.unknownFor(120_000);
  const [task = ''] = (await run()).tasks?.map(({ taskArn = '' }) => taskArn) ?? [];
  const describe = () => client.send(new DescribeTasksCommand({ cluster: 'prod', tasks: [task] }));
  await clock.advance(119_000);
  expect(await describe()).toMatchObject({ tasks: [], failures: [{ arn: task, reason: 'MISSING' }] });
  await clock.advance(1000);
  expect(await describe()).toMatchObject({ tasks: [{ lastStatus: 'RUNNING' }], failures: [] });
});
