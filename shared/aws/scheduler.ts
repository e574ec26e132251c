import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
  type UpdateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import { type Instant, toInstant } from '../core/time.ts';
import { type AwsConnection, call } from './connection.ts';

/** A schedule that calls a function with an input: everything of it that is ours to say. */
export interface LambdaSchedule {
  name: string;
  group: string;
  /** `cron(…)`, `rate(…)` or `at(…)`. */
  expression: string;
  timezone: string;
  /** Of recurring ones; whole seconds. A rate counts from `start`. */
  start?: Instant;
  end?: Instant;
  /** Flexible time window. */
  windowMinutes?: number;
  functionArn: string;
  /** The role with which Scheduler calls it. */
  roleArn: string;
  /** A JSON document; may hold `<aws.scheduler.scheduled-time>` and its like. */
  input: string;
  deadLetterArn: string;
  state: 'ENABLED' | 'DISABLED';
  afterCompletion: 'NONE' | 'DELETE';
  /** Of the call: so often, and until it is so old. */
  retries: number;
  maxAgeSeconds: number;
}

export interface Scheduler {
  /** Names of all schedules of the group. */
  names(group: string): Promise<string[]>;
  /** Undefined where there is none. */
  find(group: string, name: string): Promise<LambdaSchedule | undefined>;
  create(schedule: LambdaSchedule): Promise<void>;
  update(schedule: LambdaSchedule): Promise<void>;
  /** One that is gone already is fine. */
  remove(group: string, name: string): Promise<void>;
}

// UpdateSchedule resets every field left out, so creating and updating say the same whole thing.
function inputOf(schedule: LambdaSchedule): UpdateScheduleCommandInput {
  const { start, end, windowMinutes } = schedule;
  return {
    Name: schedule.name,
    GroupName: schedule.group,
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timezone,
    ...(start === undefined ? {} : { StartDate: new Date(start) }),
    ...(end === undefined ? {} : { EndDate: new Date(end) }),
    FlexibleTimeWindow:
      windowMinutes === undefined ? { Mode: 'OFF' } : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: windowMinutes },
    State: schedule.state,
    ActionAfterCompletion: schedule.afterCompletion,
    Target: {
      Arn: schedule.functionArn,
      RoleArn: schedule.roleArn,
      Input: schedule.input,
      DeadLetterConfig: { Arn: schedule.deadLetterArn },
      RetryPolicy: { MaximumEventAgeInSeconds: schedule.maxAgeSeconds, MaximumRetryAttempts: schedule.retries },
    },
  };
}

function scheduleOf(group: string, name: string, found: GetScheduleCommandOutput): LambdaSchedule {
  const { Target: target, FlexibleTimeWindow: window, StartDate: start, EndDate: end } = found;
  const windowMinutes = window?.Mode === 'FLEXIBLE' ? window.MaximumWindowInMinutes : undefined;
  return {
    name,
    group,
    expression: found.ScheduleExpression ?? '',
    timezone: found.ScheduleExpressionTimezone ?? 'UTC',
    ...(start ? { start: toInstant(start) } : {}),
    ...(end ? { end: toInstant(end) } : {}),
    ...(windowMinutes === undefined ? {} : { windowMinutes }),
    functionArn: target?.Arn ?? '',
    roleArn: target?.RoleArn ?? '',
    input: target?.Input ?? '',
    deadLetterArn: target?.DeadLetterConfig?.Arn ?? '',
    state: found.State ?? 'ENABLED',
    afterCompletion: found.ActionAfterCompletion ?? 'NONE',
    // AWS's defaults (API reference, RetryPolicy).
    retries: target?.RetryPolicy?.MaximumRetryAttempts ?? 185,
    maxAgeSeconds: target?.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
  };
}

const isGone = (error: unknown) => (error as { code?: string }).code === 'ResourceNotFoundException';

async function unlessGone<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
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
    async find(group, name) {
      const input = { GroupName: group, Name: name };
      const found = await unlessGone(call('GetSchedule', () => client.send(new GetScheduleCommand(input))));
      return found && scheduleOf(group, name, found);
    },
    create: async (schedule) =>
      void (await call('CreateSchedule', () => client.send(new CreateScheduleCommand(inputOf(schedule))))),
    update: async (schedule) =>
      void (await call('UpdateSchedule', () => client.send(new UpdateScheduleCommand(inputOf(schedule))))),
    async remove(group, name) {
      const input = { GroupName: group, Name: name };
      await unlessGone(call('DeleteSchedule', () => client.send(new DeleteScheduleCommand(input))));
    },
  };
}
