import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { CreateScheduleCommand, SchedulerClient, type Target as ScheduleTarget } from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { createCloud } from '../../../local/cloud/cloud.ts';
import type { Around } from '../../../local/cloud/dispatcher.ts';
import { AwsError } from '../../../local/cloud/service.ts';
import { createFakeEngine } from '../../support/fake-engine.ts';
import { countingPlace, fargateDefinition } from '../../support/local-ecs.ts';
import { clientConfig } from '../../support/sdk.ts';

const clusterArn = 'arn:aws:ecs:us-east-1:123456789012:cluster/prod';
const roleArn = 'arn:aws:iam::123456789012:role/runs-tasks';
const family = 'arn:aws:ecs:us-east-1:123456789012:task-definition/app';
const queueArn = 'arn:aws:sqs:us-east-1:123456789012:failed';

const ecsParameters = {
  TaskDefinitionArn: family,
  TaskCount: 2,
  LaunchType: 'FARGATE',
  NetworkConfiguration: {
    awsvpcConfiguration: { Subnets: ['subnet-1'], SecurityGroups: ['sg-1'], AssignPublicIp: 'ENABLED' },
  },
  PropagateTags: 'TASK_DEFINITION',
  Tags: [{ Key: 'team', Value: 'shop' }],
} as const;
const target = {
  Id: 'nightly',
  Arn: clusterArn,
  RoleArn: roleArn,
  EcsParameters: ecsParameters as unknown as NonNullable<Target['EcsParameters']>,
  DeadLetterConfig: { Arn: queueArn },
};
const overrides = JSON.stringify({ containerOverrides: [{ name: 'app', command: ['migrate'] }] });

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const cloud of open.splice(0)) await cloud.close();
});

/** A cloud with the cluster prod, an image and the task definition `app:1`; 2026-11-20T09:00:00Z at the start. */
async function setUp(around: Around = {}) {
  const clock = virtualClock();
  const engine = createFakeEngine(clock, () => ({}));
  const folder = await mkdtemp(join(tmpdir(), 'batuta-target-'));
  const cloud = createCloud({
    place: countingPlace(),
    clock,
    engine,
    imageStore: join(folder, 'store'),
    invoke: () => {},
    around,
  });
  open.push(cloud);
  const aws = clientConfig(cloud.dispatcher);
  const ecs = new ECSClient(aws);
  await mkdir(join(folder, 'image'));
  await writeFile(join(folder, 'image', 'image.json'), '{}');
  await new ECRClient(aws).send(new CreateRepositoryCommand({ repositoryName: 'shop/job' }));
  const { imageUri } = await cloud.ecr.readAndPush('shop/job', '1', join(folder, 'image'));
  await ecs.send(new CreateClusterCommand({ clusterName: 'prod' }));
  await ecs.send(new RegisterTaskDefinitionCommand(fargateDefinition(imageUri)));
  const sqs = new SQSClient({ ...aws, useQueueUrlAsEndpoint: false });
  await sqs.send(new CreateQueueCommand({ QueueName: 'failed' }));
  return {
    clock,
    engine,
    aws,
    cloud,
    events: new EventBridgeClient(aws),
    scheduler: new SchedulerClient(aws),
    async tasks() {
      const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: 'prod' }));
      if (taskArns.length === 0) return [];
      return (
        (await ecs.send(new DescribeTasksCommand({ cluster: 'prod', tasks: taskArns, include: ['TAGS'] }))).tasks ?? []
      );
    },
    async dead() {
      const QueueUrl = 'http://localhost/123456789012/failed';
      const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
      return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
    },
  };
}

async function ruleOn(events: EventBridgeClient, more: Partial<Target> = {}, when: object = {}) {
  await events.send(new PutRuleCommand({ Name: 'nightly', EventPattern: '{"source":["shop"]}', ...when }));
  await events.send(new PutTargetsCommand({ Rule: 'nightly', Targets: [{ ...target, ...more }] }));
}

const happen = (events: EventBridgeClient) =>
  events.send(new PutEventsCommand({ Entries: [{ Source: 'shop', DetailType: 'Order', Detail: '{"cpu":"9"}' }] }));

test('an event that matches runs the rule’s ECS target: so many tasks, named after the rule, tagged', async () => {
  const { clock, events, engine, tasks } = await setUp();
  await ruleOn(events, { Input: overrides });
  await happen(events);
  await clock.advance(1000);
  expect(await tasks()).toMatchObject(
    Array.from({ length: 2 }, () => ({
      startedBy: 'events-rule/nightly',
      launchType: 'FARGATE',
      lastStatus: 'RUNNING',
      taskDefinitionArn: `${family}:1`,
      tags: [{ key: 'team', value: 'shop' }],
    })),
  );
  expect(engine.started.map(({ command }) => command)).toEqual([['migrate'], ['migrate']]);
});

test('an event that is no override changes nothing of the task', async () => {
  const { clock, events, engine } = await setUp();
  await ruleOn(events);
  await happen(events);
  await clock.advance(1000);
  expect(engine.started.map(({ command }) => command)).toEqual([undefined, undefined]);
});

test('a rule on a schedule runs its task each time', async () => {
  const { clock, events, tasks } = await setUp();
  await ruleOn(events, {}, { EventPattern: undefined, ScheduleExpression: 'rate(1 hour)' });
  await clock.advance(2 * 3_600_000 + 1000);
  expect(await tasks()).toHaveLength(4);
});

test('the newest revision runs where the target names the family alone', async () => {
  const { clock, events, aws, tasks } = await setUp();
  await ruleOn(events);
  const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/job:1';
  await new ECSClient(aws).send(new RegisterTaskDefinitionCommand(fargateDefinition(image)));
  await happen(events);
  await clock.advance(1000);
  expect((await tasks())[0]?.taskDefinitionArn).toBe(`${family}:2`);
});

test('a schedule runs its ECS target, named after the schedule', async () => {
  const { clock, scheduler, engine, tasks } = await setUp();
  const { Id: _id, ...Target } = target;
  await scheduler.send(
    new CreateScheduleCommand({
      Name: 'backup',
      ScheduleExpression: 'cron(0 10 * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { ...(Target as ScheduleTarget), Input: overrides },
    }),
  );
  await clock.advance(3_600_000 + 1000);
  expect(await tasks()).toMatchObject([{ startedBy: 'chronos-schedule/backup' }, {}]);
  expect(engine.started[0]?.command).toEqual(['migrate']);
});

test('a schedule’s universal target calls RunTask with its Input', async () => {
  const { clock, scheduler, tasks } = await setUp();
  const Input = JSON.stringify({
    Cluster: 'prod',
    TaskDefinition: 'app',
    LaunchType: 'FARGATE',
    NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-1'] } },
  });
  await scheduler.send(
    new CreateScheduleCommand({
      Name: 'backup',
      ScheduleExpression: 'at(2026-11-20T10:00:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask', RoleArn: roleArn, Input },
    }),
  );
  await clock.advance(3_600_000 + 1000);
  expect(await tasks()).toMatchObject([{ taskDefinitionArn: `${family}:1` }]);
});

test('the task is run with the target’s role; what it may not do goes to the dead-letter queue', async () => {
  const asked: string[] = [];
  const { clock, events, scheduler, tasks, dead } = await setUp({
    authorize({ accessKeyId }, [access]) {
      if (access?.action !== 'ecs:RunTask') return;
      asked.push(accessKeyId);
      throw new AwsError('AccessDeniedException', 'no');
    },
  });
  await ruleOn(events);
  await happen(events);
  const { Id: _id, ...Target } = target;
  await scheduler.send(
    new CreateScheduleCommand({
      Name: 'backup',
      ScheduleExpression: 'at(2026-11-20T10:00:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: Target as ScheduleTarget,
    }),
  );
  await clock.advance(3_600_000 + 1000);
  expect(asked).toEqual(['runs-tasks', 'runs-tasks']);
  expect(await tasks()).toEqual([]);
  expect((await dead()).map(({ MessageAttributes }) => MessageAttributes?.ERROR_CODE?.StringValue)).toEqual([
    'AccessDeniedException',
    'AccessDeniedException',
  ]);
});

test('an ECS target without a role or parameters is refused', async () => {
  const { events } = await setUp();
  await expect(ruleOn(events, { RoleArn: undefined } as object)).rejects.toThrow('RoleArn is required');
  await expect(ruleOn(events, { EcsParameters: undefined } as object)).rejects.toThrow('EcsParameters is required');
});

test('every field of a target reads back, also one that this SDK does not know', async () => {
  const { events, cloud } = await setUp();
  await ruleOn(events, { Input: overrides, RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 } });
  const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'nightly' }));
  expect(Targets).toEqual([
    { ...target, Input: overrides, RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 } },
  ]);
  const future = { ...target, Future: { a: 1 }, EcsParameters: { ...ecsParameters, VolumeConfigurations: [{ b: 2 }] } };
  const call = async (operation: string, body: object) => {
    const headers = { 'x-amz-target': `AWSEvents.${operation}`, authorization: 'Credential=root/20261120/us-east-1/' };
    const answer = await cloud.dispatcher.handle({ method: 'POST', path: '/', headers, body: JSON.stringify(body) });
    return JSON.parse(answer.body);
  };
  await call('PutTargets', { Rule: 'nightly', Targets: [future] });
  expect(await call('ListTargetsByRule', { Rule: 'nightly' })).toEqual({ Targets: [future] });
});
