import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { AwsCallFailed } from '../core/errors.ts';
import { type Instant, toInstant } from '../core/time.ts';
import { type AwsConnection, call } from './connection.ts';

/** How a schedule stands in Scheduler. */
export interface ScheduleState {
  /** When it was created or last updated. */
  changedAt: Instant;
  enabled: boolean;
  expression: string;
  timezone: string;
}

export interface ScheduleStates {
  /** Undefined where Scheduler knows no such schedule. */
  get(group: string, name: string): Promise<ScheduleState | undefined>;
}

export function scheduleStates(aws: AwsConnection): ScheduleStates {
  // Made when it is first needed: most sweeps ask nothing of Scheduler.
  let client: SchedulerClient | undefined;
  const connected = () => {
    client ??= new SchedulerClient(aws);
    return client;
  };
  return {
    async get(group, name) {
      try {
        const input = { GroupName: group, Name: name };
        const found = await call('GetSchedule', () => connected().send(new GetScheduleCommand(input)));
        return {
          changedAt: toInstant(found.LastModificationDate ?? found.CreationDate ?? 0),
          enabled: found.State !== 'DISABLED',
          expression: found.ScheduleExpression ?? '',
          timezone: found.ScheduleExpressionTimezone ?? 'UTC',
        };
      } catch (error) {
        if ((error as AwsCallFailed).code === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },
  };
}
