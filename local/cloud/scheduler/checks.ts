import type { FlexibleTimeWindow, Target } from '@aws-sdk/client-scheduler';
import { parseSchedule } from '../../../shared/schedule/parse.ts';
import type { Schedule } from '../../../shared/schedule/schedule.ts';
import { timeZone } from '../../../shared/schedule/zone.ts';
import { isCluster } from '../ecs-target.ts';
import { AwsError, type Place } from '../service.ts';
import type { ScheduleInput } from './record.ts';

export function invalid(message: string): never {
  throw new AwsError('ValidationException', message);
}

/** A StartDate may lie this far back. */
const startDateGraceMs = 300_000;

/**
 * What AWS checks beyond its model: the expression and its zone, the dates, the window, the target and its role.
 * @throws AwsError ValidationException
 */
export function checkSchedule(input: ScheduleInput, place: Place, nowMs: number): Schedule {
  const schedule = checkExpression(input.ScheduleExpression ?? '', input.ScheduleExpressionTimezone ?? 'UTC');
  checkDates(input.StartDate, input.EndDate, nowMs);
  if (input.FlexibleTimeWindow) checkWindow(input.FlexibleTimeWindow);
  if (input.Target) checkTarget(input.Target, place);
  return schedule;
}

function checkExpression(expression: string, zone: string): Schedule {
  if (!timeZone(zone)) invalid(`Invalid Schedule Expression Timezone ${zone}.`);
  const parsed = parseSchedule(expression, zone);
  return parsed.ok ? parsed.schedule : invalid(`Invalid Schedule Expression ${expression}.`);
}

function checkDates(start: Date | undefined, end: Date | undefined, nowMs: number): void {
  if (start && start.getTime() < nowMs - startDateGraceMs)
    invalid('The StartDate you specify cannot be earlier than 5 minutes ago.');
  if (end && end.getTime() <= nowMs) invalid('The EndDate you specify cannot be in the past.');
  if (start && end && end <= start) invalid('The EndDate you specify cannot be earlier than the StartDate.');
}

function checkWindow({ Mode: mode, MaximumWindowInMinutes: minutes }: FlexibleTimeWindow): void {
  if (mode === 'FLEXIBLE' && minutes === undefined)
    invalid('MaximumWindowInMinutes must be provided when the flexible time window mode is FLEXIBLE.');
}

/** The universal target that runs tasks; its Input is a RunTask call. */
export const universalRunTask = 'arn:aws:scheduler:::aws-sdk:ecs:runTask';

/** Only Lambda functions and ECS tasks are targets here; AWS has more, and says so of what is no ARN at all. */
function checkTarget({ Arn: arn = '', RoleArn: role = '', EcsParameters: parameters }: Target, place: Place): void {
  if (!/^arn:aws(-[a-z]+)*:[a-z0-9-]+:[a-z0-9-]*:\d*:.+$/.test(arn)) invalid('Provided Arn is not in correct format.');
  if (isCluster(arn) && parameters === undefined) invalid(`EcsParameters is required for target ${arn}.`);
  if (!isCluster(arn) && arn !== universalRunTask) checkFunction(arn);
  // The model's pattern has already made sure that the role is one.
  if (role.split(':')[4] !== place.account)
    invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
}

function checkFunction(arn: string): void {
  if (arn.includes(':scheduler:::aws-sdk:'))
    invalid(
      `Of the universal targets only ${universalRunTask} is part of the local cloud: target a Lambda function instead of ${arn}.`,
    );
  if (!/:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(arn))
    invalid(`Only Lambda functions and ECS clusters are targets in the local cloud: ${arn} is none.`);
}
