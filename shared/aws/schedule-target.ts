import { GetScheduleCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { fields, number, text } from '../events/parse.ts';
import { type AwsConnection, call } from './connection.ts';
import { keepBody, sendBody } from './raw-body.ts';
import type { Replacements, RunBy, RunnerTarget } from './task-runners.ts';

type Schedule = Extract<RunBy, { kind: 'schedule' }>;
type Raw = Readonly<Record<string, unknown>>;

/** What GetSchedule answers with and UpdateSchedule does not take, or takes from the path (Scheduler API reference). */
const notSent: ReadonlySet<string> = new Set(['Arn', 'CreationDate', 'LastModificationDate', 'Name']);

const definitionOf = (schedule: Raw) => text(fields(fields(schedule.Target).EcsParameters).TaskDefinitionArn);

/**
 * UpdateSchedule resets each field that is left out. A StartDate more than five minutes ago is refused (docs); one
 * that has passed says nothing any more, except that a `rate` counts from the update instead.
 */
function nextBody(schedule: Raw, taskDefinitionArn: string, now: number): Raw {
  const hasBegun = (number(schedule.StartDate) ?? Number.POSITIVE_INFINITY) * 1000 <= now;
  const kept = Object.entries(schedule).filter(
    ([field]) => !notSent.has(field) && !(field === 'StartDate' && hasBegun),
  );
  const target = fields(schedule.Target);
  const parameters = { ...fields(target.EcsParameters), TaskDefinitionArn: taskDefinitionArn };
  return { ...Object.fromEntries(kept), Target: { ...target, EcsParameters: parameters } };
}

/** The ECS target of Scheduler's schedules. */
export function scheduleTarget(aws: AwsConnection, now: () => number) {
  const client = new SchedulerClient(aws);

  async function read({ group, schedule }: Schedule): Promise<Raw> {
    const command = new GetScheduleCommand({ GroupName: group, Name: schedule });
    const bodyOf = keepBody(command);
    await call('GetSchedule', () => client.send(command));
    return fields(bodyOf());
  }

  return {
    async targets(schedule: Schedule): Promise<RunnerTarget[]> {
      const taskDefinitionArn = definitionOf(await read(schedule));
      return taskDefinitionArn ? [{ id: schedule.schedule, taskDefinitionArn }] : [];
    },
    async replace(schedule: Schedule, replacements: Replacements): Promise<string[]> {
      const current = await read(schedule);
      const arn = definitionOf(current) ?? '';
      const next = replacements.get(arn);
      if (!next) return [arn];
      const command = new UpdateScheduleCommand({
        Name: schedule.schedule,
        GroupName: schedule.group,
        ScheduleExpression: '',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: '', RoleArn: '' },
      });
      sendBody(command, nextBody(current, next, now()));
      await call('UpdateSchedule', () => client.send(command));
      return [next];
    },
  };
}
