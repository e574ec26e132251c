import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

/** As Terraform modules of the time before Fargate write it. */
const bridged: RegisterTaskDefinitionCommandInput = {
  family: 'web',
  requiresCompatibilities: ['EC2'],
  networkMode: 'bridge',
  volumes: [],
  placementConstraints: [],
  containerDefinitions: [
    {
      name: 'web',
      image: 'web:1',
      cpu: 0,
      memoryReservation: 128,
      essential: true,
      portMappings: [{ containerPort: 8080, hostPort: 80, protocol: 'tcp', name: 'web', appProtocol: 'http' }],
      environment: [],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
    },
  ],
};

async function cluster() {
  const clock = virtualClock();
  const engine = createFakeEngine(clock, () => ({}));
  const local = localEcs({ clock, engine });
  await local.client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  await local.client.send(new RegisterTaskDefinitionCommand(bridged));
  return { ...local, clock, engine };
}

test('an EC2 task definition keeps what it was registered with', async () => {
  const { client } = await cluster();
  const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
  expect(taskDefinition).toMatchObject({ ...bridged, compatibilities: ['EXTERNAL', 'EC2'] });
});

test('an EC2 service runs on bridge networks without a network configuration', async () => {
  const { client, clock, engine } = await cluster();
  await client.send(
    new CreateServiceCommand({
      cluster: 'prod',
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount: 2,
      launchType: 'EC2',
    }),
  );
  await clock.advance(5000);
  const { services } = await client.send(new DescribeServicesCommand({ cluster: 'prod', services: ['web'] }));
  expect(services?.[0]).toMatchObject({
    launchType: 'EC2',
    runningCount: 2,
    deployments: [{ rolloutState: 'COMPLETED', launchType: 'EC2' }],
  });
  expect(services?.[0]?.platformVersion).toBeUndefined();
  const { taskArns } = await client.send(new ListTasksCommand({ cluster: 'prod', launchType: 'EC2' }));
  const { tasks } = await client.send(new DescribeTasksCommand({ cluster: 'prod', tasks: taskArns }));
  expect(tasks?.[0]).toMatchObject({
    launchType: 'EC2',
    containerInstanceArn: expect.stringContaining(':container-instance/prod/'),
    attachments: [],
    containers: [
      {
        memoryReservation: '128',
        networkInterfaces: [],
        // Both tasks want port 80; each has a free one.
        networkBindings: [{ containerPort: 8080, hostPort: 40_000 }],
      },
    ],
  });
  expect(engine.started[0]?.environment).toMatchObject({ AWS_EXECUTION_ENV: 'AWS_ECS_EC2', PORT: '40000' });
});

test('a launch without launch type is one on EC2', async () => {
  const { client } = await cluster();
  const { tasks } = await client.send(new RunTaskCommand({ cluster: 'prod', taskDefinition: 'web' }));
  expect(tasks?.[0]?.launchType).toBe('EC2');
});

test.each([
  ['a bridge task on Fargate', { launchType: 'FARGATE' as const }, /does not support launch_type FARGATE/],
  [
    'a bridge task with a network of its own',
    { ...FARGATE, launchType: 'EC2' as const },
    /not valid for the given networkMode/,
  ],
  ['a task on external instances', { launchType: 'EXTERNAL' as const }, /No Container Instances/],
])('%s is refused', async (_what, input, message) => {
  const { client } = await cluster();
  const run = client.send(new RunTaskCommand({ cluster: 'prod', taskDefinition: 'web', ...input }));
  await expect(run).rejects.toThrow(message);
});

test('a task that asks for Fargate finds no container instances', async () => {
  const { client } = await cluster();
  await client.send(new RegisterTaskDefinitionCommand(fargateDefinition('app:1')));
  const run = client.send(
    new RunTaskCommand({ cluster: 'prod', taskDefinition: 'app', ...FARGATE, launchType: 'EC2' }),
  );
  await expect(run).rejects.toThrow('No Container Instances were found in your cluster.');
});
