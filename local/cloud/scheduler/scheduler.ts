import type * as model from '@aws-sdk/client-scheduler';
import * as schedulerModel from '@aws-sdk/client-scheduler';
import type { Clock } from '../../clock.ts';
import type { DeadLetter } from '../dead-letter.ts';
import type { RunTask } from '../ecs-target.ts';
import { pageOf } from '../pages.ts';
import type { InvokeAsync, Operations, Place, Service } from '../service.ts';
import { schedulerAccess } from './access.ts';
import { invalid } from './checks.ts';
import { createClientTokens } from './client-tokens.ts';
import { createGroups } from './groups.ts';
import { defaultGroup, type ScheduleRecord } from './record.ts';
import { createSchedules } from './schedules.ts';

export interface Scheduler extends Service {
  /** Cancels every timer. */
  close(): void;
}

/** EventBridge Scheduler in memory. Unlike AWS, which is precise to a minute, it fires to the second. */
export function createScheduler(ports: {
  place: Place;
  clock: Clock;
  invoke: InvokeAsync;
  deadLetter: DeadLetter;
  /** For clusters as targets; without it there is no ECS. */
  runTask?: RunTask;
}): Scheduler {
  const groups = createGroups(ports);
  const { runTask = async () => invalid('There is no ECS here.') } = ports;
  const schedules = createSchedules({ ...ports, runTask });
  const once = createClientTokens();
  const badToken = (): never => invalid('Invalid NextToken.');

  const operations = {
    CreateScheduleGroup: (input) => once(input, () => ({ ScheduleGroupArn: groups.create(input.Name, input.Tags) })),
    GetScheduleGroup: (input) => groups.get(input.Name),
    ListScheduleGroups(input) {
      const page = pageOf(groups.list(input.NamePrefix), input.NextToken, input.MaxResults ?? 100, badToken);
      return { ScheduleGroups: page.items, NextToken: page.next };
    },
    DeleteScheduleGroup: (input) =>
      once(input, () => {
        groups.delete(input.Name);
        for (const record of schedules.all()) if (record.group === input.Name) schedules.remove(record);
        return {};
      }),
    CreateSchedule: (input) =>
      once(input, () => {
        const group = input.GroupName ?? defaultGroup;
        groups.check(group);
        return { ScheduleArn: schedules.create(group, input).arn };
      }),
    UpdateSchedule: (input) =>
      once(input, () => {
        const record = schedules.find(input.GroupName ?? defaultGroup, input.Name);
        schedules.update(record, input);
        return { ScheduleArn: record.arn };
      }),
    GetSchedule: (input) => described(schedules.find(input.GroupName ?? defaultGroup, input.Name)),
    ListSchedules(input) {
      if (input.GroupName) groups.check(input.GroupName);
      const matching = schedules.all().filter((record) => listed(record, input));
      const page = pageOf(matching, input.NextToken, input.MaxResults ?? 100, badToken);
      return { Schedules: page.items.map(summary), NextToken: page.next };
    },
    DeleteSchedule: (input) =>
      once(input, () => {
        schedules.remove(schedules.find(input.GroupName ?? defaultGroup, input.Name));
        return {};
      }),
    TagResource(input) {
      groups.tag(input.ResourceArn, input.Tags);
      return {};
    },
    ListTagsForResource: (input) => ({ Tags: groups.tagsOf(input.ResourceArn) }),
  } satisfies Operations<typeof model>;

  return {
    name: 'scheduler',
    model: schedulerModel,
    protocol: 'rest-json',
    invalidInput: 'ValidationException',
    operations,
    open: scheduleStructures,
    access: schedulerAccess(ports.place),
    close: () => schedules.close(),
  };
}

/** What a schedule consists of. */
const scheduleStructures: ReadonlySet<string> = new Set([
  ...['CreateScheduleInput', 'UpdateScheduleInput', 'GetScheduleOutput', 'FlexibleTimeWindow'],
  ...['Target', 'EcsParameters', 'NetworkConfiguration', 'AwsVpcConfiguration', 'CapacityProviderStrategyItem'],
  ...['PlacementConstraint', 'PlacementStrategy', 'RetryPolicy', 'DeadLetterConfig'],
]);

function described({ arn, createdMs, modifiedMs, input }: ScheduleRecord): model.GetScheduleOutput {
  const { ClientToken: _token, ...shown } = input;
  return { Arn: arn, CreationDate: new Date(createdMs), LastModificationDate: new Date(modifiedMs), ...shown };
}

function listed({ name, group, input }: ScheduleRecord, filter: model.ListSchedulesInput): boolean {
  return (
    name.startsWith(filter.NamePrefix ?? '') &&
    (!filter.GroupName || filter.GroupName === group) &&
    (!filter.State || filter.State === input.State)
  );
}

function summary({ arn, name, group, createdMs, modifiedMs, input }: ScheduleRecord): model.ScheduleSummary {
  return {
    Arn: arn,
    Name: name,
    GroupName: group,
    State: input.State,
    CreationDate: new Date(createdMs),
    LastModificationDate: new Date(modifiedMs),
    Target: { Arn: input.Target?.Arn },
  };
}
