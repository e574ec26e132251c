import type { Access, Place } from '../service.ts';
import { defaultGroup, groupArn, scheduleArn } from './record.ts';

type Input = Readonly<Record<string, unknown>>;

/** The IAM actions of a call: on the schedule or group, and PassRole for the role that a schedule names. */
export function schedulerAccess(place: Place): (operation: string, input: Input) => Access[] {
  return (operation, input) => {
    const target = input.Target as { RoleArn?: string } | undefined;
    const own = { action: `scheduler:${operation}`, resource: resourceOf(place, operation, input) };
    if (!target?.RoleArn) return [own];
    const passRole: Access = {
      action: 'iam:PassRole',
      resource: target.RoleArn,
      context: { 'iam:passedtoservice': 'scheduler.amazonaws.com' },
    };
    return [own, passRole];
  };
}

function resourceOf(place: Place, operation: string, input: Input): string {
  const name = String(input.Name);
  switch (operation) {
    case 'CreateSchedule':
    case 'UpdateSchedule':
    case 'GetSchedule':
    case 'DeleteSchedule':
      return scheduleArn(place, String(input.GroupName ?? defaultGroup), name);
    case 'CreateScheduleGroup':
    case 'GetScheduleGroup':
    case 'DeleteScheduleGroup':
      return groupArn(place, name);
    case 'TagResource':
    case 'ListTagsForResource':
      return String(input.ResourceArn);
    default:
      return '*';
  }
}
