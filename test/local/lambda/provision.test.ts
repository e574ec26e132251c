import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { type Cloud, createCloud } from '../../../local/cloud/cloud.ts';
import { provision } from '../../../local/lambda/provision.ts';
import { stackOf } from '../../../local/lambda/stack/resolve-stack.ts';
import { createFakeEngine } from '../../support/fake-engine.ts';
import { testPlace } from '../../support/place.ts';
import { clientConfig } from '../../support/sdk.ts';
import printed from './small-printed-stack.json' with { type: 'json' };

const stack = stackOf(printed, { account: '123456789012', region: 'us-east-1' });
let cloud: Cloud;
let aws: ReturnType<typeof clientConfig>;
beforeAll(async () => {
  const clock = virtualClock();
  cloud = createCloud({
    place: testPlace(),
    clock,
    engine: createFakeEngine(clock, () => ({ cannotStart: 'nothing runs here' })),
    invoke: () => undefined,
    imageStore: mkdtempSync(join(tmpdir(), 'batuta-images-')),
  });
  aws = clientConfig(cloud.dispatcher);
  await provision(stack, aws);
});
afterAll(() => cloud.close());

test('the table has its keys and indexes', async () => {
  const { Table } = await new DynamoDBClient(aws).send(new DescribeTableCommand({ TableName: 'small-local' }));
  expect(Table?.KeySchema?.map(({ AttributeName }) => AttributeName)).toEqual(['pk', 'sk']);
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['GSI1']);
});

test('the cluster, the repository, the group and the queue exist', async () => {
  const { clusters } = await new ECSClient(aws).send(new DescribeClustersCommand({ clusters: ['small-local'] }));
  const { repositories } = await new ECRClient(aws).send(new DescribeRepositoriesCommand({}));
  const group = await new SchedulerClient(aws).send(new GetScheduleGroupCommand({ Name: 'small-local' }));
  const queue = await new SQSClient(aws).send(new GetQueueUrlCommand({ QueueName: 'small-local-dead' }));
  expect(clusters?.[0]?.status).toBe('ACTIVE');
  expect(repositories?.[0]?.repositoryName).toBe('small-local/toolbox');
  expect([group.Name, queue.QueueUrl]).toEqual(['small-local', expect.stringContaining('small-local-dead')]);
});

test('rules lie on their bus, with the function and its dead-letter queue as target', async () => {
  const events = new EventBridgeClient(aws);
  const { Rules } = await events.send(new ListRulesCommand({ EventBusName: 'small-local' }));
  expect(Rules).toMatchObject([{ Name: 'small-local-one-1', EventPattern: '{"source":["batuta"]}' }]);
  const { Targets } = await events.send(
    new ListTargetsByRuleCommand({ EventBusName: 'small-local', Rule: 'small-local-one-1' }),
  );
  expect(Targets).toMatchObject([
    { Arn: stack.functions.one?.arn, DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:123456789012:small-local-dead' } },
  ]);
  const scheduled = await events.send(new ListRulesCommand({}));
  expect(scheduled.Rules).toMatchObject([{ Name: 'small-local-one-2', ScheduleExpression: 'rate(1 minute)' }]);
});

test("the jobs' log group has its retention and the subscription filter, each function its log group", async () => {
  const logs = new CloudWatchLogsClient(aws);
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
  expect(logGroups?.map(({ logGroupName, retentionInDays }) => [logGroupName, retentionInDays])).toEqual([
    ['/aws/lambda/small-local-one', undefined],
    ['/small/jobs', 30],
  ]);
  const { subscriptionFilters } = await logs.send(
    new DescribeSubscriptionFiltersCommand({ logGroupName: '/small/jobs' }),
  );
  expect(subscriptionFilters).toMatchObject([
    { filterPattern: '?"::progress"', destinationArn: stack.functions.one?.arn },
  ]);
});

test('a type nobody wrote a creator for is an error that names it', async () => {
  const resources = { Topic: { type: 'AWS::SNS::Topic', name: 't', arn: 't', properties: {} } };
  await expect(provision({ ...stack, resources }, aws)).rejects.toThrow('serverless.yml has a AWS::SNS::Topic');
});
