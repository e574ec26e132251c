import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsConnection } from '../../shared/aws/connection.ts';
import type { Stack, StackResource, StackRule, StackSubscription } from './stack/stack.ts';

type Create = (resource: StackResource) => Promise<unknown>;

function clientsOf(aws: AwsConnection) {
  return {
    dynamodb: new DynamoDBClient(aws),
    ecr: new ECRClient(aws),
    ecs: new ECSClient(aws),
    events: new EventBridgeClient(aws),
    logs: new CloudWatchLogsClient(aws),
    scheduler: new SchedulerClient(aws),
    sqs: new SQSClient(aws),
  };
}
type Clients = ReturnType<typeof clientsOf>;

/** What the local DynamoDB knows of a table: no TTL (expiry is also checked in code), backups or protection. */
function tableInput({ name, properties }: StackResource): CreateTableCommandInput {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = properties as Omit<
    CreateTableCommandInput,
    'TableName'
  >;
  return { TableName: name, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions, KeySchema, GlobalSecondaryIndexes };
}

/** Enforced by local/cloud/iam, run by local/lambda/runtime, created by custom-resource.ts, or not enforced locally. */
const elsewhere = /^(AWS::IAM::\w+|AWS::Lambda::Function|Custom::\w+|AWS::SQS::QueuePolicy)$/;

/** How each type is created. */
function creators({ dynamodb, ecr, ecs, events, logs, scheduler, sqs }: Clients): Readonly<Record<string, Create>> {
  return {
    'AWS::DynamoDB::Table': (table) => dynamodb.send(new CreateTableCommand(tableInput(table))),
    'AWS::Events::EventBus': ({ name }) => events.send(new CreateEventBusCommand({ Name: name })),
    'AWS::Scheduler::ScheduleGroup': ({ name }) => scheduler.send(new CreateScheduleGroupCommand({ Name: name })),
    'AWS::ECS::Cluster': ({ name }) => ecs.send(new CreateClusterCommand({ clusterName: name })),
    'AWS::ECR::Repository': ({ name }) => ecr.send(new CreateRepositoryCommand({ repositoryName: name })),
    'AWS::SQS::Queue': ({ name, properties }) =>
      sqs.send(
        new CreateQueueCommand({
          QueueName: name,
          Attributes: { MessageRetentionPeriod: String(properties.MessageRetentionPeriod) },
        }),
      ),
    'AWS::Logs::LogGroup': async ({ name, properties }) => {
      await logs.send(new CreateLogGroupCommand({ logGroupName: name }));
      const retentionInDays = Number(properties.RetentionInDays);
      await logs.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays }));
    },
  };
}

async function createRule(rule: StackRule, { events }: Clients): Promise<void> {
  const at = { EventBusName: rule.bus };
  await events.send(
    new PutRuleCommand({
      ...at,
      Name: rule.name,
      ...(rule.pattern && { EventPattern: JSON.stringify(rule.pattern) }),
      ...(rule.schedule && { ScheduleExpression: rule.schedule }),
    }),
  );
  const target = {
    Id: rule.name,
    Arn: rule.functionArn,
    ...(rule.deadLetterArn && { DeadLetterConfig: { Arn: rule.deadLetterArn } }),
  };
  const { FailedEntries = [] } = await events.send(
    new PutTargetsCommand({ ...at, Rule: rule.name, Targets: [target] }),
  );
  if (FailedEntries[0])
    throw new Error(`${rule.name}: ${FailedEntries[0].ErrorCode}: ${FailedEntries[0].ErrorMessage}`);
}

function createSubscription({ name, logGroup, filterPattern, functionArn }: StackSubscription, { logs }: Clients) {
  const input = { filterName: name, logGroupName: logGroup, filterPattern, destinationArn: functionArn };
  return logs.send(new PutSubscriptionFilterCommand(input));
}

/** Creates the stack's resources, then its rules and subscriptions, by the public AWS API of an empty local cloud. */
export async function provision(stack: Stack, aws: AwsConnection): Promise<void> {
  const clients = clientsOf(aws);
  const create = creators(clients);
  const own = Object.values(stack.resources).filter(({ type }) => !elsewhere.test(type));
  const unknown = own.find(({ type }) => !create[type]);
  if (unknown) throw new Error(`serverless.yml has a ${unknown.type}, which local/lambda/provision.ts cannot create`);
  await Promise.all(own.map((resource) => create[resource.type]?.(resource)));
  const functionLogs = Object.values(stack.functions).map(({ functionName }) => `/aws/lambda/${functionName}`);
  await Promise.all(functionLogs.map((logGroupName) => clients.logs.send(new CreateLogGroupCommand({ logGroupName }))));
  await Promise.all(stack.subscriptions.map((subscription) => createSubscription(subscription, clients)));
  await Promise.all(stack.rules.map((rule) => createRule(rule, clients)));
}
