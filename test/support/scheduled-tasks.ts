import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import {
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  GetScheduleCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import type { AwsConnection } from '../../shared/aws/connection.ts';
import { fargateDefinition } from './local-ecs.ts';

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const cluster = 'arn:aws:ecs:us-east-1:123456789012:cluster/prod';
const role = 'arn:aws:iam::123456789012:role/runsTasks';
const taskRole = 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole';
const network = { awsvpcConfiguration: { Subnets: ['subnet-1'], AssignPublicIp: 'ENABLED' as const } };

/** What somebody else made: task definitions of shop/batch, and a rule and a schedule that run them. */
export function scheduledTasks(aws: AwsConnection) {
  const ecs = new ECSClient(aws);
  const events = new EventBridgeClient(aws);
  const scheduler = new SchedulerClient(aws);
  return {
    ecs,
    events,
    scheduler,
    /** Resolves with the revision's ARN. */
    async define(family: string, parts: Partial<RegisterTaskDefinitionCommandInput> = {}): Promise<string> {
      const roles = { executionRoleArn: taskRole, taskRoleArn: taskRole };
      const input = { ...fargateDefinition(`${registry}/shop/batch:1.0.0`), ...roles, family, ...parts };
      const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(input));
      return taskDefinition?.taskDefinitionArn ?? '';
    },
    async rule(targets: Record<string, string>, name = 'nightly-batch'): Promise<void> {
      await events.send(new PutRuleCommand({ Name: name, ScheduleExpression: 'rate(1 day)' }));
      const Targets: Target[] = Object.entries(targets).map(([Id, TaskDefinitionArn]) => ({
        Id,
        Arn: cluster,
        RoleArn: role,
        Input: JSON.stringify({ containerOverrides: [{ name: 'app', command: [Id] }] }),
        RetryPolicy: { MaximumRetryAttempts: 3 },
        EcsParameters: { TaskDefinitionArn, TaskCount: 2, LaunchType: 'FARGATE', NetworkConfiguration: { ...network } },
      }));
      await events.send(new PutTargetsCommand({ Rule: name, Targets }));
    },
    async targets(name = 'nightly-batch'): Promise<Target[]> {
      return (await events.send(new ListTargetsByRuleCommand({ Rule: name }))).Targets ?? [];
    },
    async schedule(taskDefinitionArn: string, more: object = {}): Promise<void> {
      await scheduler.send(new CreateScheduleGroupCommand({ Name: 'batch' }));
      await scheduler.send(
        new CreateScheduleCommand({
          Name: 'weekly-batch',
          GroupName: 'batch',
          Description: 'the weekly report',
          ScheduleExpression: 'cron(0 3 ? * MON *)',
          ScheduleExpressionTimezone: 'Europe/Lisbon',
          FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
          State: 'ENABLED',
          Target: {
            Arn: cluster,
            RoleArn: role,
            Input: '{}',
            RetryPolicy: { MaximumRetryAttempts: 7, MaximumEventAgeInSeconds: 3600 },
            EcsParameters: {
              TaskDefinitionArn: taskDefinitionArn,
              TaskCount: 1,
              LaunchType: 'FARGATE',
              NetworkConfiguration: { awsvpcConfiguration: { ...network.awsvpcConfiguration } },
            },
          },
          ...more,
        }),
      );
    },
    async readSchedule() {
      const {
        $metadata: _,
        LastModificationDate: __,
        ...schedule
      } = await scheduler.send(new GetScheduleCommand({ Name: 'weekly-batch', GroupName: 'batch' }));
      return schedule;
    },
    /** The images of a revision's containers. */
    async imagesOf(taskDefinition: string | undefined): Promise<string[]> {
      const found = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
      return (found.taskDefinition?.containerDefinitions ?? []).map(({ image }) => image ?? '');
    },
  };
}
