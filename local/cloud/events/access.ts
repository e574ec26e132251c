import type { PutEventsRequestEntry, Target } from '@aws-sdk/client-eventbridge';
import type { Access, Place } from '../service.ts';
import { busArn, busNameOf, fullBusArn, ruleArn } from './names.ts';

type Input = Readonly<Record<string, unknown>>;

/** The IAM actions of a call: on buses and rules, and PassRole for the roles it names. */
export function eventsAccess(place: Place): (operation: string, input: Input) => Access[] {
  return (operation, input) => {
    if (operation === 'PutEvents') return putEvents(place, input.Entries as PutEventsRequestEntry[]);
    const own = { action: `events:${operation}`, resource: resourceOf(place, operation, input) };
    const targets = (input.Targets ?? []) as Target[];
    const roles = [input.RoleArn as string | undefined, ...targets.map(({ RoleArn }) => RoleArn)];
    return [own, ...[...new Set(roles)].flatMap((role) => (role ? [passRole(role)] : []))];
  };
}

function passRole(resource: string): Access {
  return { action: 'iam:PassRole', resource, context: { 'iam:passedtoservice': 'events.amazonaws.com' } };
}

function putEvents(place: Place, entries: readonly PutEventsRequestEntry[]): Access[] {
  return entries.map(({ EventBusName, Source = '', DetailType = '' }) => ({
    action: 'events:PutEvents',
    resource: fullBusArn(place, EventBusName),
    context: { 'events:source': Source, 'events:detail-type': DetailType },
  }));
}

function resourceOf(place: Place, operation: string, input: Input): string {
  switch (operation) {
    case 'CreateEventBus':
    case 'DescribeEventBus':
    case 'DeleteEventBus':
      return busArn(place, busNameOf(input.Name as string | undefined));
    case 'PutRule':
    case 'DescribeRule':
    case 'DeleteRule':
    case 'EnableRule':
    case 'DisableRule':
    case 'PutTargets':
    case 'RemoveTargets':
    case 'ListTargetsByRule':
      return ruleArn(place, busNameOf(input.EventBusName as string | undefined), String(input.Name ?? input.Rule));
    default:
      return '*';
  }
}
