import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import type { OutgoingEvent } from '../../../../local/cloud/service.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

async function eventsOfAService(): Promise<OutgoingEvent[]> {
  const clock = virtualClock();
  const { client, events } = localEcs({ clock, engine: createFakeEngine(clock, () => ({ lines: ['x'] })) });
  await client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  await client.send(new RegisterTaskDefinitionCommand(fargateDefinition('app:1')));
  await client.send(
    new CreateServiceCommand({
      cluster: 'prod',
      serviceName: 'api',
      taskDefinition: 'app',
      desiredCount: 1,
      ...FARGATE,
    }),
  );
  await clock.advance(5000);
  return events;
}

const ECS = 'arn:aws:ecs:us-east-1:123456789012';
const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const id = (pattern: string) => expect.stringMatching(new RegExp(`^${pattern}$`));

test('a task that runs is announced in the shape of AWS', async () => {
  const running = (await eventsOfAService()).find(
    ({ detail }) => (detail as { lastStatus?: string }).lastStatus === 'RUNNING',
  );
  expect(running).toEqual({
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    resources: [id(`${ECS}:task/prod/[0-9a-f]{32}`)],
    timeMs: expect.any(Number),
    detail: {
      attachments: [{ id: expect.any(String), type: 'eni', status: 'ATTACHED', details: expect.any(Array) }],
      attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
      availabilityZone: 'us-east-1a',
      clusterArn: `${ECS}:cluster/prod`,
      connectivity: 'CONNECTED',
      connectivityAt: ISO,
      containers: [
        {
          containerArn: id(`${ECS}:container/prod/[0-9a-f]{32}/[0-9a-f-]{36}`),
          taskArn: running?.resources[0],
          name: 'app',
          image: 'app:1',
          imageDigest: id('sha256:[0-9a-f]{64}'),
          runtimeId: id('[0-9a-f]{32}-[0-9a-f]{10}'),
          lastStatus: 'RUNNING',
          networkInterfaces: [{ attachmentId: expect.any(String), privateIpv4Address: '127.0.0.1' }],
          cpu: '0',
        },
      ],
      cpu: '256',
      createdAt: ISO,
      desiredStatus: 'RUNNING',
      enableExecuteCommand: false,
      ephemeralStorage: { sizeInGiB: 20 },
      group: 'service:api',
      lastStatus: 'RUNNING',
      launchType: 'FARGATE',
      memory: '512',
      overrides: { containerOverrides: [{ name: 'app' }], inferenceAcceleratorOverrides: [] },
      platformVersion: '1.4.0',
      pullStartedAt: ISO,
      pullStoppedAt: ISO,
      startedAt: ISO,
      startedBy: id('ecs-svc/\\d{19}'),
      taskArn: running?.resources[0],
      taskDefinitionArn: `${ECS}:task-definition/app:1`,
      updatedAt: ISO,
      version: 3,
    },
  });
});

test('deployments and service actions are announced in the shape of AWS', async () => {
  const others = (await eventsOfAService()).filter((event) => event['detail-type'] !== 'ECS Task State Change');
  const deploymentId = id('ecs-svc/\\d{19}');
  const common = { source: 'aws.ecs', resources: [`${ECS}:service/prod/api`], timeMs: expect.any(Number) };
  const change = (eventName: string, word: string) => ({
    ...common,
    'detail-type': 'ECS Deployment State Change',
    detail: {
      eventType: 'INFO',
      eventName,
      deploymentId,
      updatedAt: ISO,
      reason: id(`ECS deployment ecs-svc/\\d{19} ${word}\\.`),
    },
  });
  expect(others).toEqual([
    change('SERVICE_DEPLOYMENT_IN_PROGRESS', 'in progress'),
    change('SERVICE_DEPLOYMENT_COMPLETED', 'completed'),
    {
      ...common,
      'detail-type': 'ECS Service Action',
      detail: {
        eventType: 'INFO',
        eventName: 'SERVICE_STEADY_STATE',
        clusterArn: `${ECS}:cluster/prod`,
        createdAt: ISO,
      },
    },
  ]);
});
