import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
  type UpdateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import { type AwsConnection, call } from './connection.ts';

/** A schedule that calls a function with an input: everything of it that is ours to say. */
export interface LambdaSchedule {
  name: string;
  group: string;
  /** `cron(…)`, `rate(…)` or `at(…)`. */
  expression: string;
  timezone: string;
  functionArn: string;
  /** The role with which Scheduler calls it. */
  roleArn: string;
  /** A JSON document; may hold `<aws.scheduler.scheduled-time>` and its like. */
  input: string;
  deadLetterArn: string;
}

export interface Scheduler {
  /** Names of all schedules of the group. */
  names(group: string): Promise<string[]>;
  get(group: string, name: string): Promise<LambdaSchedule>;
  create(schedule: LambdaSchedule): Promise<void>;
  update(schedule: LambdaSchedule): Promise<void>;
  /** One that is gone already is fine. */
  remove(group: string, name: string): Promise<void>;
}

// UpdateSchedule resets every field left out, so creating and updating say the same whole thing.
function inputOf(schedule: LambdaSchedule): UpdateScheduleCommandInput {
  return {
    Name: schedule.name,
    GroupName: schedule.group,
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timezone,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: schedule.functionArn,
      RoleArn: schedule.roleArn,
      Input: schedule.input,
      DeadLetterConfig: { Arn: schedule.deadLetterArn },
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    },
  };
}

export function schedulerGateway(aws: AwsConnection): Scheduler {
  const client = new SchedulerClient(aws);
  return {
    async names(group) {
      const names: string[] = [];
      for (let token: string | undefined, first = true; first || token; first = false) {
        const input = { GroupName: group, MaxResults: 100, ...(token ? { NextToken: token } : {}) };
        const page = await call('ListSchedules', () => client.send(new ListSchedulesCommand(input)));
        names.push(...(page.Schedules ?? []).map(({ Name }) => Name ?? ''));
        token = page.NextToken;
      }
      return names;
    },
    async get(group, name) {
      const found = await call('GetSchedule', () =>
        client.send(new GetScheduleCommand({ GroupName: group, Name: name })),
      );
      return {
        name,
        group,
        expression: found.ScheduleExpression ?? '',
        timezone: found.ScheduleExpressionTimezone ?? 'UTC',
        functionArn: found.Target?.Arn ?? '',
        roleArn: found.Target?.RoleArn ?? '',
        input: found.Target?.Input ?? '',
        deadLetterArn: found.Target?.DeadLetterConfig?.Arn ?? '',
      };
    },
    create: async (schedule) =>
      void (await call('CreateSchedule', () => client.send(new CreateScheduleCommand(inputOf(schedule))))),
    update: async (schedule) =>
      void (await call('UpdateSchedule', () => client.send(new UpdateScheduleCommand(inputOf(schedule))))),
    async remove(group, name) {
      try {
        await call('DeleteSchedule', () => client.send(new DeleteScheduleCommand({ GroupName: group, Name: name })));
      } catch (error) {
        if ((error as { code?: string }).code !== 'ResourceNotFoundException') throw error;
      }
    },
  };
}
