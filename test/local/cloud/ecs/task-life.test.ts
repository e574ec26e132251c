import {
  CreateClusterCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import type { EcsPorts } from '../../../../local/cloud/ecs/ports.ts';
import type { ContainerSpec } from '../../../../local/cloud/service.ts';
import { type Behaviour, createFakeEngine, fakeImage } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

async function started(
  behaviour: Behaviour | ((spec: ContainerSpec) => Behaviour),
  container: object = {},
  rest: object = {},
  ports: Partial<EcsPorts> = {},
) {
  const clock = virtualClock();
  const engine = createFakeEngine(clock, typeof behaviour === 'function' ? behaviour : () => behaviour);
  const local = localEcs({ clock, engine, ports });
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

const sidecar = (dependency: object = {}) => ({
  containerDefinitions: [
    { name: 'app', image: 'app:1', essential: true, ...dependency },
    { name: 'init', image: 'init:1', essential: false },
  ],
});
const on = (condition: string) => sidecar({ dependsOn: [{ containerName: 'init', condition }] });
const byName = (behaviours: Record<string, Behaviour>) => (spec: ContainerSpec) => behaviours[spec.name] ?? {};

test('a container that is not essential may end without the task', async () => {
  const { clock, describe } = await started(byName({ init: { runMs: 10, exitCode: 4 } }), {}, sidecar());
  await clock.advance(1000);
  expect(await describe()).toMatchObject({
    lastStatus: 'RUNNING',
    containers: [
      { name: 'app', lastStatus: 'RUNNING' },
      { name: 'init', lastStatus: 'STOPPED', exitCode: 4 },
    ],
  });
});

test('a container waits for the success of the one it depends on', async () => {
  const { clock, describe, engine } = await started(byName({ init: { runMs: 1000 } }), {}, on('SUCCESS'));
  await clock.advance(500);
  expect(engine.started.map(({ name }) => name)).toEqual(['init']);
  expect((await describe())?.lastStatus).toBe('PENDING');
  await clock.advance(1000);
  expect((await describe())?.lastStatus).toBe('RUNNING');
});

test('a dependency that fails stops the task', async () => {
  const { clock, describe, engine } = await started(byName({ init: { runMs: 10, exitCode: 1 } }), {}, on('SUCCESS'));
  await clock.advance(1000);
  expect(await describe()).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
  expect(engine.started.length).toBe(1);
});

test('a task that waits for a dependency can be stopped', async () => {
  const { clock, client, describe, taskArn } = await started(byName({}), {}, on('COMPLETE'));
  await clock.advance(500);
  await client.send(new StopTaskCommand({ cluster: 'prod', task: taskArn }));
  await clock.advance(500);
  expect((await describe())?.lastStatus).toBe('STOPPED');
});

test('variables come from the image, the definition, its secrets and the overrides, in that order', async () => {
  const { engine, clock, client } = await started(
    { runMs: 1 },
    {
      environment: [
        { name: 'B', value: 'definition' },
        { name: 'C', value: 'definition' },
      ],
      secrets: [{ name: 'S', valueFrom: '/s' }],
    },
    {},
    {
      images: { resolve: () => fakeImage('app', { port: 8080, environment: { A: 'image', B: 'image' } }) },
      taskEnvironment: (role) => ({ ROLE: String(role) }),
    },
  );
  await client.send(
    new RunTaskCommand({
      cluster: 'prod',
      taskDefinition: 'app',
      overrides: {
        taskRoleArn: 'arn:role',
        containerOverrides: [{ name: 'app', environment: [{ name: 'C', value: 'override' }] }],
      },
      ...FARGATE,
    }),
  );
  await clock.advance(100);
  expect(engine.started[1]?.environment).toEqual({
    A: 'image',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_REGION: 'us-east-1',
    B: 'definition',
    C: 'override',
    PORT: '40001',
    ROLE: 'arn:role',
    S: 'value of /s',
  });
});

test('a served port is bound to a free one', async () => {
  const { clock, describe } = await started({}, { portMappings: [{ containerPort: 80 }] });
  await clock.advance(100);
  expect((await describe())?.containers?.[0]?.networkBindings).toEqual([
    { bindIP: '127.0.0.1', containerPort: 80, hostPort: 40_000, protocol: 'tcp' },
  ]);
});

test.each<[string, object, { entryPoint?: string[]; command?: string[] }]>([
  ['the image’s own', {}, { entryPoint: ['e'], command: ['c'] }],
  ['a command of the definition', { command: ['x'] }, { entryPoint: ['e'], command: ['x'] }],
  ['an entry point, which takes the image’s command away', { entryPoint: ['x'] }, { entryPoint: ['x'] }],
  ['an empty entry point, which is none', { entryPoint: [''], command: ['x'] }, { command: ['x'] }],
])('the container runs %s', async (_what, container, expected) => {
  const images = { resolve: () => fakeImage('app', { entryPoint: ['e'], command: ['c'] }) };
  const { clock, engine } = await started({}, container, {}, { images });
  await clock.advance(100);
  const { entryPoint, command } = engine.started[0] ?? {};
  expect({ entryPoint, command }).toEqual({ entryPoint: undefined, command: undefined, ...expected });
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
