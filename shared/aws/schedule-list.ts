import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { type Instant, toInstant } from '../core/time.ts';
import { type AwsConnection, call } from './connection.ts';

export interface ListedSchedule {
  name: string;
  /** When it was created or last updated. */
  changedAt: Instant;
}

export interface ScheduleList {
  /** All schedules of the group. @throws AwsCallFailed */
  list(group: string): Promise<ListedSchedule[]>;
}

export function scheduleList(aws: AwsConnection): ScheduleList {
  const client = new SchedulerClient(aws);
  return {
    async list(group) {
      const found: ListedSchedule[] = [];
      let token: string | undefined;
      do {
        const input = { GroupName: group, MaxResults: 100, ...(token ? { NextToken: token } : {}) };
        const page = await call('ListSchedules', () => client.send(new ListSchedulesCommand(input)));
        for (const { Name = '', LastModificationDate, CreationDate } of page.Schedules ?? [])
          found.push({ name: Name, changedAt: toInstant(LastModificationDate ?? CreationDate ?? 0) });
        token = page.NextToken;
      } while (token);
      return found;
    },
  };
}
