import { RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import type { ContainerSpec } from '../../../../local/cloud/service.ts';
import { type Behaviour, fakeImage } from '../../../support/fake-engine.ts';
import { FARGATE } from '../../../support/local-ecs.ts';
import { started } from '../../../support/started-task.ts';

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
        taskRoleArn: 'arn:aws:iam::123456789012:role/other',
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
    ROLE: 'arn:aws:iam::123456789012:role/other',
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

test('each further port has a variable of its own', async () => {
  const { clock, engine, describe } = await started(
    {},
    { portMappings: [{ containerPort: 80 }, { containerPort: 9090 }, { containerPort: 80 }] },
  );
  await clock.advance(100);
  expect(engine.started[0]?.environment).toMatchObject({ PORT: '40000', PORT_9090: '40001' });
  expect((await describe())?.containers?.[0]?.networkBindings).toMatchObject([
    { containerPort: 80, hostPort: 40_000 },
    { containerPort: 9090, hostPort: 40_001 },
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

test('the health check of the definition counts, that of the image does not', async () => {
  const command = ['CMD', 'true'];
  const images = { resolve: () => fakeImage('app', { healthCheck: { command } }) };
  const ofImage = await started({}, {}, {}, { images });
  await ofImage.clock.advance(100);
  expect(ofImage.engine.started[0]?.healthCheck).toBeUndefined();
  const ofDefinition = await started({ healthyAfterMs: 10 }, { healthCheck: { command, retries: 2 } }, {}, { images });
  await ofDefinition.clock.advance(100);
  expect(ofDefinition.engine.started[0]?.healthCheck).toEqual({ command, retries: 2 });
  expect(await ofDefinition.describe()).toMatchObject({
    healthStatus: 'HEALTHY',
    containers: [{ healthStatus: 'HEALTHY' }],
  });
});
