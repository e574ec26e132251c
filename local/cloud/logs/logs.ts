import type * as model from '@aws-sdk/client-cloudwatch-logs';
import * as logsModel from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type InvokeAsync, type Operations, type Place, type Service } from '../service.ts';
import { groupNameOf, logsAccess } from './access.ts';
import { createDelivery } from './delivery.ts';
import { describeGroup, describeStreams } from './describe.ts';
import { filterEvents } from './filter-events.ts';
import { getEvents } from './get-events.ts';
import { driverEvents, type LogLine } from './lines.ts';
import { acceptEvents } from './put-events.ts';
import { addEvent, createLogStore, type LogGroup, type LogStream } from './store.ts';
import { putSubscriptionFilter } from './subscriptions.ts';

export interface Logs extends Service {
  /**
   * Adds lines as the awslogs driver does, strings at the present time; makes the stream if need be, also for no lines.
   * @throws AwsError ResourceNotFoundException when the group is absent.
   */
  put(group: string, stream: string, lines: readonly (string | LogLine)[]): void;
  /** As the driver's `awslogs-create-group`: an existing group is fine. */
  createGroup(group: string): void;
}

export interface LogsPorts {
  place: Place;
  clock: Clock;
  invoke: InvokeAsync;
  /** True answers a GetLogEvents call with an empty page although more is there, as AWS may. */
  emptyPages?: () => boolean;
}

const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function invalid(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

const invalidToken = () => invalid('The specified nextToken is invalid.');
const nextToken = (next: string | undefined) => (next === undefined ? {} : { nextToken: next });

/** CloudWatch Logs in memory, with subscription filters that invoke functions. */
export function createLogs({ place, clock, invoke, emptyPages = () => false }: LogsPorts): Logs {
  const store = createLogStore(place, clock.now);
  const deliver = createDelivery({ place, clock, invoke });
  let arrivals = 0;

  const groupOf = (input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined }): LogGroup => {
    if ((input.logGroupName === undefined) === (input.logGroupIdentifier === undefined))
      invalid('Exactly one of logGroupName and logGroupIdentifier must be specified.');
    return store.group(groupNameOf(input.logGroupName ?? input.logGroupIdentifier ?? ''));
  };

  const add = (group: LogGroup, stream: LogStream, events: { timestamp: number; message: string }[]): void => {
    const ingestionTime = clock.now();
    const added = events.map((event) => ({ ...event, sequence: arrivals++, ingestionTime }));
    for (const event of added) addEvent(stream, event);
    deliver(group, stream, added);
  };

  const operations = {
    CreateLogGroup(input) {
      store.createGroup(input.logGroupName);
      return {};
    },
    DeleteLogGroup(input) {
      store.deleteGroup(input.logGroupName);
      return {};
    },
    DescribeLogGroups(input) {
      const { logGroupNamePrefix = '', logGroupNamePattern = '' } = input;
      const groups = store
        .groups()
        .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern));
      const page = pageOf(groups, input.nextToken, input.limit ?? 50, invalidToken);
      return { logGroups: page.items.map(describeGroup), ...nextToken(page.next) };
    },
    PutRetentionPolicy(input) {
      if (!retentionDays.includes(input.retentionInDays))
        invalid(`retentionInDays ${input.retentionInDays} is not one of ${retentionDays.join(', ')}`);
      store.group(input.logGroupName).retentionInDays = input.retentionInDays;
      return {};
    },
    CreateLogStream(input) {
      store.createStream(store.group(input.logGroupName), input.logStreamName);
      return {};
    },
    DescribeLogStreams(input) {
      const page = pageOf(describeStreams(groupOf(input), input), input.nextToken, input.limit ?? 50, invalidToken);
      return { logStreams: page.items, ...nextToken(page.next) };
    },
    PutLogEvents(input) {
      const group = store.group(input.logGroupName);
      const stream = store.stream(group, input.logStreamName);
      const { events, rejected } = acceptEvents(input.logEvents, group.retentionInDays, clock.now());
      add(group, stream, events);
      return rejected ? { rejectedLogEventsInfo: rejected } : {};
    },
    GetLogEvents(input) {
      const stream = store.stream(groupOf(input), input.logStreamName);
      const page = getEvents(stream.events, input, { now: clock.now(), emptyPage: emptyPages });
      return { ...page, events: page.events.map(({ sequence: _, ...event }) => event) };
    },
    FilterLogEvents(input) {
      const page = filterEvents(groupOf(input), input, clock.now());
      return { events: page.events, searchedLogStreams: [], ...nextToken(page.nextToken) };
    },
    PutSubscriptionFilter(input) {
      putSubscriptionFilter(store.group(input.logGroupName), input, clock.now());
      return {};
    },
    DescribeSubscriptionFilters(input) {
      const { filterNamePrefix = '' } = input;
      const filters = [...store.group(input.logGroupName).filters.values()].filter(({ filterName = '' }) =>
        filterName.startsWith(filterNamePrefix),
      );
      const page = pageOf(filters, input.nextToken, input.limit ?? 50, invalidToken);
      return { subscriptionFilters: page.items, ...nextToken(page.next) };
    },
    DeleteSubscriptionFilter(input) {
      store.deleteFilter(store.group(input.logGroupName), input.filterName);
      return {};
    },
  } satisfies Operations<typeof model>;

  return {
    name: 'logs',
    model: logsModel,
    protocol: 'json',
    target: 'Logs_20140328',
    invalidInput: 'InvalidParameterException',
    operations,
    access: (operation, input) => logsAccess(place, operation, input),
    put(groupName, streamName, lines) {
      const group = store.group(groupName);
      const stream = group.streams.get(streamName) ?? store.createStream(group, streamName);
      add(group, stream, driverEvents(lines, clock.now()));
    },
    createGroup(name) {
      if (!store.groups().some((group) => group.name === name)) store.createGroup(name);
    },
  };
}
