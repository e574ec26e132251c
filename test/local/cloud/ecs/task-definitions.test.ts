import {
  CreateClusterCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

function local() {
  const clock = virtualClock();
  const { client } = localEcs({ clock, engine: createFakeEngine(clock, () => ({})) });
  const register = (input: RegisterTaskDefinitionCommandInput) => client.send(new RegisterTaskDefinitionCommand(input));
  return { client, register };
}

const ECR = '123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1';
const two = (condition: 'SUCCESS' | 'HEALTHY') =>
  fargateDefinition(
    '',
    {},
    {
      containerDefinitions: [
        { name: 'app', image: 'app:1', dependsOn: [{ containerName: 'db', condition }] },
        { name: 'db', image: 'db:1', essential: true },
      ],
    },
  );
const AWSLOGS = {
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': 'g', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'p' },
};

test('revisions count up per family and are found by family, revision and ARN', async () => {
  const { client, register } = local();
  await register(fargateDefinition('a'));
  const { taskDefinition: second } = await register({ ...fargateDefinition('b'), tags: [{ key: 'k', value: 'v' }] });
  expect(second?.taskDefinitionArn).toBe('arn:aws:ecs:us-east-1:123456789012:task-definition/app:2');
  for (const reference of ['app', 'app:2', second?.taskDefinitionArn ?? '']) {
    const answer = await client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: reference, include: ['TAGS'] }),
    );
    expect(answer).toMatchObject({ taskDefinition: { revision: 2 }, tags: [{ key: 'k', value: 'v' }] });
  }
});

test('what was registered comes back, and registering that again changes nothing', async () => {
  const { register } = local();
  const container = {
    command: ['sh', '-c', ''],
    entryPoint: [''],
    dockerLabels: { a: '' },
    environment: [{ name: 'A', value: '' }],
  };
  const first = (await register(fargateDefinition('a', container))).taskDefinition;
  expect(first?.containerDefinitions?.[0]).toMatchObject(container);
  const again = await register({ ...fargateDefinition('a'), containerDefinitions: first?.containerDefinitions });
  expect(again.taskDefinition?.containerDefinitions).toEqual(first?.containerDefinitions);
});

test('sizes are kept as units, however they are written', async () => {
  const { register } = local();
  const { taskDefinition } = await register(fargateDefinition('a', {}, { cpu: '.5 vCPU', memory: '2 GB' }));
  expect(taskDefinition).toMatchObject({ cpu: '512', memory: '2048', compatibilities: ['EC2', 'FARGATE'] });
});

test('a deregistered revision can be described but starts nothing', async () => {
  const { client, register } = local();
  await client.send(new CreateClusterCommand({}));
  await register(fargateDefinition('a'));
  await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'app:1' }));
  const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'app:1' }));
  expect(taskDefinition?.status).toBe('INACTIVE');
  await expect(client.send(new RunTaskCommand({ taskDefinition: 'app:1', ...FARGATE }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'TaskDefinition is inactive',
  });
  expect((await client.send(new ListTaskDefinitionsCommand({}))).taskDefinitionArns).toEqual([]);
});

test('only what is deregistered can be deleted', async () => {
  const { client, register } = local();
  await register(fargateDefinition('a'));
  const remove = () => client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: ['app:1'] }));
  expect((await remove()).failures).toMatchObject([{ reason: expect.stringMatching(/still in ACTIVE status/) }]);
  await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'app:1' }));
  expect((await remove()).taskDefinitions).toMatchObject([{ status: 'DELETE_IN_PROGRESS' }]);
});

test('lists come in pages and by family', async () => {
  const { client, register } = local();
  for (const family of ['b', 'a', 'a']) await register(fargateDefinition('x', {}, { family }));
  const names = async (input: object) =>
    (await client.send(new ListTaskDefinitionsCommand(input))).taskDefinitionArns?.map((arn) => arn.split('/')[1]);
  expect(await names({})).toEqual(['a:1', 'a:2', 'b:1']);
  expect(await names({ familyPrefix: 'a', sort: 'DESC' })).toEqual(['a:2', 'a:1']);
  const one = await client.send(new ListTaskDefinitionFamiliesCommand({ maxResults: 1 }));
  const two = await client.send(new ListTaskDefinitionFamiliesCommand({ maxResults: 1, nextToken: one.nextToken }));
  expect([one.families, two.families, two.nextToken]).toEqual([['a'], ['b'], undefined]);
});

test.each<[string, RegisterTaskDefinitionCommandInput, RegExp]>([
  ['a family with a dot', fargateDefinition('a', {}, { family: 'a.b' }), /^Family contains invalid characters\.$/],
  ['no container', fargateDefinition('a', {}, { containerDefinitions: [] }), /^Container list cannot be empty\.$/],
  ['no image', fargateDefinition('', {}), /^Container\.image should not be null or empty\.$/],
  ['nothing essential', fargateDefinition('a', { essential: false }), /essential/],
  [
    'another network mode',
    fargateDefinition('a', {}, { networkMode: 'bridge' }),
    /^Fargate only supports network mode 'awsvpc'\.$/,
  ],
  [
    'no cpu',
    fargateDefinition('a', {}, { cpu: undefined }),
    /^Fargate requires that 'cpu' be defined at the task level\.$/,
  ],
  [
    'an impossible size',
    fargateDefinition('a', {}, { memory: '4096' }),
    /^No Fargate configuration exists for given values: 256 CPU, 4096 memory/,
  ],
  [
    'awslogs without an execution role',
    fargateDefinition('a', { logConfiguration: AWSLOGS }, { executionRoleArn: undefined }),
    /^Fargate requires task definition to have execution role ARN to support log driver awslogs\.$/,
  ],
  [
    'an ECR image without an execution role',
    fargateDefinition(ECR, {}, { executionRoleArn: undefined }),
    /^Fargate requires task definition to have execution role ARN to support ECR images\.$/,
  ],
  [
    'a secret without an execution role',
    fargateDefinition('a', { secrets: [{ name: 'A', valueFrom: '/a' }] }, { executionRoleArn: undefined }),
    /^When you are specifying container secrets, you must also specify a value for 'executionRoleArn'\.$/,
  ],
  [
    'a secret with the name of a variable',
    fargateDefinition('a', { secrets: [{ name: 'A', valueFrom: '/a' }], environment: [{ name: 'A', value: '1' }] }),
    /^The secret name must be unique and not shared with any new or existing environment variables set on the container, such as 'A'\.$/,
  ],
  [
    'awslogs without a stream prefix',
    fargateDefinition('a', {
      logConfiguration: { ...AWSLOGS, options: { ...AWSLOGS.options, 'awslogs-stream-prefix': '' } },
    }),
    /^Log driver awslogs requires options: awslogs-stream-prefix$/,
  ],
  [
    'another host port',
    fargateDefinition('a', { portMappings: [{ containerPort: 80, hostPort: 8080 }] }),
    /^When networkMode=awsvpc, the host ports and container ports in port mappings must match\.$/,
  ],
  ['a start timeout of 121 s', fargateDefinition('a', { startTimeout: 121 }), /startTimeout/],
  [
    'a restart after less than a minute',
    fargateDefinition('a', { restartPolicy: { enabled: true, restartAttemptPeriod: 59 } }),
    /restartAttemptPeriod must be between 60 and 1800/,
  ],
  ['a stop timeout of 121 s', fargateDefinition('a', { stopTimeout: 121 }), /stopTimeout/],
  ['a health check without CMD', fargateDefinition('a', { healthCheck: { command: ['true'] } }), /must begin with CMD/],
  [
    'a dependency on nothing',
    fargateDefinition('a', { dependsOn: [{ containerName: 'b', condition: 'START' }] }),
    /depends on container 'b'/,
  ],
  [
    'a dependency on the end of an essential container',
    two('SUCCESS'),
    /depends on the end of container 'db', which is essential/,
  ],
  ['a dependency on health that nothing checks', two('HEALTHY'), /depends on the health of container 'db'/],
  ['a cycle', fargateDefinition('a', { dependsOn: [{ containerName: 'app', condition: 'START' }] }), /cycle/],
  [
    'a name twice',
    fargateDefinition(
      'a',
      {},
      {
        containerDefinitions: [
          { name: 'x', image: 'a' },
          { name: 'x', image: 'b' },
        ],
      },
    ),
    /'x' appears more than once/,
  ],
])('RegisterTaskDefinition refuses %s', async (_what, input, message) => {
  const { register } = local();
  await expect(register(input)).rejects.toMatchObject({
    name: 'ClientException',
    message: expect.stringMatching(message),
  });
});
