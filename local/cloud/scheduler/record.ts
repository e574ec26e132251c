import type { CreateScheduleCommandInput, UpdateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import type { Schedule } from '../../../shared/schedule/schedule.ts';
import type { Place } from '../service.ts';

/** A schedule's input as it reaches the service; both operations replace the whole schedule. */
export type ScheduleInput = CreateScheduleCommandInput | UpdateScheduleCommandInput;

/** A schedule with AWS's defaults filled in. */
export interface ScheduleRecord {
  arn: string;
  name: string;
  group: string;
  input: ScheduleInput;
  createdMs: number;
  modifiedMs: number;
  /** The parsed expression, anchored. */
  schedule: Schedule;
  /** Cancels the timer of the next firing. */
  cancel: () => void;
}

export const defaultGroup = 'default';

export function scheduleArn(place: Place, group: string, name: string): string {
  return `arn:aws:scheduler:${place.region}:${place.account}:schedule/${group}/${name}`;
}

export function groupArn(place: Place, name: string): string {
  return `arn:aws:scheduler:${place.region}:${place.account}:schedule-group/${name}`;
}

/** What GetSchedule shows of what was left out. */
export function withDefaults(input: ScheduleInput): ScheduleInput {
  const { Target: target, ...rest } = input;
  return {
    ActionAfterCompletion: 'NONE',
    GroupName: defaultGroup,
    ScheduleExpressionTimezone: 'UTC',
    State: 'ENABLED',
    ...rest,
    Target: target && { RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 }, ...target },
  };
}
