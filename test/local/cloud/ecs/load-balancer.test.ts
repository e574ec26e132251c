import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { CreateTargetGroupCommandInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { type Behaviour, createFakeEngine } from '../../../support/fake-engine.ts';
import { loadBalancer } from '../../../support/load-balancer.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

const PORT = { portMappings: [{ containerPort: 8080 }, { containerPort: 9090 }] };

/** The service `api` of two tasks behind a load balancer, `app:2` being the second image's revision. */
async function behind(
  behaviours: Record<string, Behaviour>,
  service: Partial<CreateServiceCommandInput> = {},
  group: Partial<CreateTargetGroupCommandInput> = {},
) {
  const clock = virtualClock();
  const engine = createFakeEngine(clock, ({ image }) => behaviours[image.directory.replace('/images/', '')] ?? {});
  const balanced = await loadBalancer({ clock, probe: engine.probe }, group);
  const local = localEcs({ clock, engine, ports: { loadBalancing: balanced.elb } });
  const { client } = local;
  await client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  for (const image of Object.keys(behaviours))
    await client.send(new RegisterTaskDefinitionCommand(fargateDefinition(image, PORT)));
  const loadBalancers = [
    {
      targetGroupArn: balanced.targetGroupArn,
      containerName: 'app',
      containerPort: 8080,
      ...service.loadBalancers?.[0],
    },
  ];
  await client.send(
    new CreateServiceCommand({
      cluster: 'prod',
      serviceName: 'api',
      taskDefinition: 'app:1',
      desiredCount: 2,
      ...FARGATE,
      ...service,
      loadBalancers,
    }),
  );
  const describe = async () => {
    const { services } = await client.send(new DescribeServicesCommand({ cluster: 'prod', services: ['api'] }));
    return services?.[0];
  };
  const tasks = async (desiredStatus: 'RUNNING' | 'STOPPED') => {
    const { taskArns } = await client.send(
      new ListTasksCommand({ cluster: 'prod', serviceName: 'api', desiredStatus }),
    );
    if (!taskArns?.length) return [];
    return (await client.send(new DescribeTasksCommand({ cluster: 'prod', tasks: taskArns }))).tasks ?? [];
  };
  const update = (taskDefinition: string) =>
    client.send(new UpdateServiceCommand({ cluster: 'prod', service: 'api', taskDefinition }));
  return { ...balanced, ...local, elbClient: balanced.client, client, clock, engine, describe, tasks, update };
}

const rollouts = (service: Service | undefined) =>
  service?.deployments?.map(({ taskDefinition, rolloutState }) => `${taskDefinition?.split('/')[1]} ${rolloutState}`);

test('each task is a target, on the port that its process has', async () => {
  const { clock, health, describe, taskEvents } = await behind({ 'api:1': {} });
  await clock.advance(3000);
  expect(await health()).toEqual([{ State: 'healthy' }, { State: 'healthy' }]);
  expect(rollouts(await describe())).toEqual(['app:1 COMPLETED']);
  expect(taskEvents().map(({ lastStatus }) => lastStatus)).toContain('ACTIVATING');
});

test.each([
  ['a mapped one', '9090', 'healthy'],
  ['one that nothing maps', '9999', 'initial'],
])('a health check port of its own is looked for where the process has it: %s', async (_what, port, state) => {
  const { clock, health } = await behind({ 'api:1': {} }, { desiredCount: 1 }, { HealthCheckPort: port });
  await clock.advance(1000);
  expect(await health()).toMatchObject([{ State: state }]);
});

test('a rollout counts a task as healthy only when its target is', async () => {
  const slow = (sinceMs: number) => (sinceMs < 60_000 ? 'refused' : 200);
  const group = { UnhealthyThresholdCount: 10 };
  const { clock, describe, update, tasks } = await behind({ 'api:1': {}, 'api:2': { answers: slow } }, {}, group);
  await clock.advance(5000);
  await update('app:2');
  await clock.advance(50_000);
  expect(rollouts(await describe())).toEqual(['app:2 IN_PROGRESS', 'app:1 COMPLETED']);
  expect((await tasks('RUNNING')).length).toBe(4);
  await clock.advance(20_000);
  expect(rollouts(await describe())).toEqual(['app:2 COMPLETED']);
  expect((await tasks('RUNNING')).length).toBe(2);
});

test('a task whose target is unhealthy is stopped and replaced, as ECS says it', async () => {
  const broken = (sinceMs: number) => (sinceMs < 20_000 ? 200 : 500);
  const { clock, describe, tasks, targetGroupArn } = await behind(
    { 'api:1': { answers: broken } },
    { desiredCount: 1 },
  );
  await clock.advance(45_000);
  expect(await tasks('STOPPED')).toMatchObject([
    {
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: `Task failed ELB health checks in (target-group ${targetGroupArn})`,
    },
  ]);
  const messages = (await describe())?.events?.map(({ message }) => message);
  expect(messages?.find((message) => message?.includes('unhealthy'))).toMatch(
    /^\(service api\) \(task \w+\) \(port 4000\d\) is unhealthy in \(target-group arn:.*\) due to \(reason Health checks failed with these codes: \[500\]\)\.$/,
  );
  expect((await tasks('RUNNING')).length).toBe(1);
});

test('within healthCheckGracePeriodSeconds an unhealthy task is left alone, after it no longer', async () => {
  const { clock, health, tasks } = await behind(
    { 'api:1': { answers: 'refused' } },
    { healthCheckGracePeriodSeconds: 100, desiredCount: 1 },
  );
  await clock.advance(99_000);
  expect(await health()).toMatchObject([{ State: 'unhealthy', Description: 'Health checks failed' }]);
  expect(await tasks('STOPPED')).toEqual([]);
  await clock.advance(3000);
  expect(await tasks('STOPPED')).toMatchObject([{ stopCode: 'ServiceSchedulerInitiated' }]);
});

test('targets that never become healthy break the circuit, and the service goes back', async () => {
  const { clock, describe, update } = await behind(
    { 'api:1': {}, 'api:2': { answers: 503 } },
    { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
  );
  await clock.advance(5000);
  await update('app:2');
  await clock.advance(120_000);
  expect(rollouts(await describe())).toEqual(['app:1 COMPLETED']);
});

test('a task is drained before it gets SIGTERM', async () => {
  const { clock, client, tasks, health } = await behind({ 'api:1': {} }, { desiredCount: 1 });
  await clock.advance(5000);
  const [task] = await tasks('RUNNING');
  await client.send(new StopTaskCommand({ cluster: 'prod', task: task?.taskArn }));
  await clock.advance(400);
  expect(await tasks('STOPPED')).toMatchObject([
    { lastStatus: 'DEACTIVATING', containers: [{ lastStatus: 'RUNNING' }] },
  ]);
  expect((await health())?.[0]).toMatchObject({ State: 'draining' });
  await clock.advance(200);
  expect(await tasks('STOPPED')).toMatchObject([{ lastStatus: 'STOPPED', containers: [{ exitCode: 143 }] }]);
});

test.each([
  [
    'an unknown target group',
    { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/x/1' },
    {},
    /does not exist/,
  ],
  ['an unknown container', { containerName: 'web' }, {}, /The container web does not exist in the task definition/],
  ['an unmapped port', { containerPort: 81 }, {}, /The container app did not have a container port 81 defined/],
  [
    'instances as targets of awsvpc tasks',
    {},
    { TargetType: 'instance' as const },
    /target type instance, which is incompatible with the awsvpc/,
  ],
])('a service with %s is refused', async (_what, entry, group, message) => {
  await expect(behind({ 'api:1': {} }, { loadBalancers: [entry] }, group)).rejects.toThrow(message);
});
