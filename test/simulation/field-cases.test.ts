import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, expect, test } from 'vitest';
import { seedLoadBalancer } from '../../local/seed-load-balancer.ts';
import type { AwsConnection } from '../../shared/aws/connection.ts';
import { FARGATE, fargateDefinition } from '../support/local-ecs.ts';
import { nameOfImage, openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

const placed = { cluster: 'prod', serviceName: 'shop-api', taskDefinition: 'shop-api', desiredCount: 2 };
const executionRoleArn = 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole';

async function describe() {
  const ecs = new ECSClient(shop.aws);
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }));
  const taskDefinition = services?.[0]?.taskDefinition ?? '';
  const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return { service: services?.[0], definition: described.taskDefinition };
}

test('an EC2-launch, bridge-network task definition goes through a deployment with only `image` changed', async () => {
  async function create(aws: AwsConnection, image: string) {
    const ecs = new ECSClient(aws);
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'shop-api',
        requiresCompatibilities: ['EC2'],
        networkMode: 'bridge',
        executionRoleArn,
        volumes: [],
        placementConstraints: [],
        containerDefinitions: [
          {
            name: 'api',
            image,
            cpu: 0,
            memoryReservation: 128,
            portMappings: [{ containerPort: 8080, hostPort: 80, protocol: 'tcp', name: 'api', appProtocol: 'http' }],
            essential: true,
            environment: [],
            mountPoints: [],
            volumesFrom: [],
            secrets: [],
            dependsOn: [],
            systemControls: [],
          },
        ],
      }),
    );
    await ecs.send(new CreateServiceCommand({ ...placed, launchType: 'EC2' }));
  }
  shop = await openShop({ create });
  const before = await describe();
  await shop.push('1.1.0');
  await shop.pass(120);
  const after = await describe();
  expect(after.service).toMatchObject({
    launchType: 'EC2',
    runningCount: 2,
    deployments: [{ rolloutState: 'COMPLETED' }],
  });
  expect(after.definition?.revision).toBe(2);
  const bare = ({ definition }: typeof before) => {
    const { taskDefinitionArn: _, revision: __, registeredAt: ___, registeredBy: ____, ...rest } = definition ?? {};
    return { ...rest, containerDefinitions: rest.containerDefinitions?.map(({ image: _image, ...others }) => others) };
  };
  expect(bare(after)).toEqual(bare(before));
  expect(after.definition?.containerDefinitions?.[0]?.image).toMatch(/shop\/api(:1\.1\.0)?@sha256:/);
});

const scalable = {
  ServiceNamespace: 'ecs' as const,
  ResourceId: 'service/prod/shop-api',
  ScalableDimension: 'ecs:service:DesiredCount' as const,
};

/** Behind a load balancer whose targets take 20 s, scaled by metric and, at 09:01:30, by schedule. */
async function balanced(aws: AwsConnection, image: string): Promise<void> {
  const ecs = new ECSClient(aws);
  const container = { name: 'api', portMappings: [{ containerPort: 8080 }] };
  const definition = fargateDefinition(image, container, { family: 'shop-api', executionRoleArn });
  await ecs.send(new RegisterTaskDefinitionCommand(definition));
  const check = { healthPath: '/health', interval: 10, timeout: 5, gracePeriod: 60 };
  const port = { containerName: 'api', containerPort: 8080 };
  const loadBalancers = await seedLoadBalancer('shop-api', check, port, aws);
  await ecs.send(
    new CreateServiceCommand({
      ...placed,
      ...FARGATE,
      loadBalancers,
      healthCheckGracePeriodSeconds: check.gracePeriod,
    }),
  );
  const scaling = new ApplicationAutoScalingClient(aws);
  await scaling.send(new RegisterScalableTargetCommand({ ...scalable, MinCapacity: 2, MaxCapacity: 8 }));
  await scaling.send(
    new PutScalingPolicyCommand({
      ...scalable,
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 60,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    }),
  );
  await scaling.send(
    new PutScheduledActionCommand({
      ...scalable,
      ScheduledActionName: 'rush',
      Schedule: 'at(2026-11-20T09:01:30)',
      ScalableTargetAction: { MinCapacity: 4 },
    }),
  );
}

const slow = (sinceMs: number) => (sinceMs < 20_000 ? 'refused' : 200);

async function surroundings() {
  const scaling = new ApplicationAutoScalingClient(shop.aws);
  const elb = new ElasticLoadBalancingV2Client(shop.aws);
  const namespace = { ServiceNamespace: 'ecs' as const };
  const { service } = await describe();
  return {
    loadBalancers: service?.loadBalancers,
    grace: service?.healthCheckGracePeriodSeconds,
    groups: (await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups,
    bounds: (await scaling.send(new DescribeScalableTargetsCommand(namespace))).ScalableTargets?.[0]?.MaxCapacity,
    policies: (await scaling.send(new DescribeScalingPoliciesCommand(namespace))).ScalingPolicies,
    actions: (await scaling.send(new DescribeScheduledActionsCommand(namespace))).ScheduledActions,
  };
}

async function targetStates() {
  const elb = new ElasticLoadBalancingV2Client(shop.aws);
  const TargetGroupArn = (await describe()).service?.loadBalancers?.[0]?.targetGroupArn;
  const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  return TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State);
}

test('a service behind a load balancer that scales by schedule mid-rollout keeps its count, scaling and target groups', async () => {
  shop = await openShop({ create: balanced, behave: () => ({ answers: slow }) });
  await shop.pass(60);
  const before = await surroundings();
  await shop.push('1.1.0');
  await shop.pass(15);
  expect((await describe()).service).toMatchObject({
    desiredCount: 2,
    deployments: [{ rolloutState: 'IN_PROGRESS' }, {}],
  });
  await shop.pass(200);
  const { service, definition } = await describe();
  expect(service).toMatchObject({ desiredCount: 4, runningCount: 4, deployments: [{ rolloutState: 'COMPLETED' }] });
  expect(definition?.revision).toBe(2);
  expect(await surroundings()).toEqual(before);
  expect(await targetStates()).toEqual(['healthy', 'healthy', 'healthy', 'healthy']);
});

test('tasks that fail their load balancer’s health checks fail the deployment, and the service goes back', async () => {
  const behave = (spec: Parameters<typeof nameOfImage>[0]) => ({
    answers: nameOfImage(spec).includes('1.1.0') ? 500 : 200,
  });
  shop = await openShop({ create: balanced, behave });
  await shop.push('1.1.0');
  await shop.pass(300);
  const { service, definition } = await describe();
  expect(definition?.revision).toBe(1);
  expect(service).toMatchObject({ deployments: [{ rolloutState: 'COMPLETED' }] });
  const told = shop.hooks.map(({ body }) => body.data.text).join('\n');
  expect(told).toMatch(/ELB health checks/);
});
