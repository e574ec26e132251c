import type {
  LogGroup as DescribedGroup,
  LogStream as DescribedStream,
  DescribeLogStreamsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../service.ts';
import type { LogGroup, LogStream } from './store.ts';

export function describeGroup(group: LogGroup): DescribedGroup {
  return {
    logGroupName: group.name,
    // The group's ARN carries `:*` here; without it is the newer logGroupArn.
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    creationTime: group.creationTime,
    ...(group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays }),
    metricFilterCount: 0,
    storedBytes: 0,
    logGroupClass: 'STANDARD',
  };
}

function describeStream(stream: LogStream): DescribedStream {
  const first = stream.events[0];
  const last = stream.events.at(-1);
  return {
    logStreamName: stream.name,
    arn: stream.arn,
    creationTime: stream.creationTime,
    ...(first && last ? { firstEventTimestamp: first.timestamp, lastEventTimestamp: last.timestamp } : {}),
    ...(stream.lastIngestionTime === undefined ? {} : { lastIngestionTime: stream.lastIngestionTime }),
    storedBytes: 0,
  };
}

/** The group's streams in the order asked for, by name unless `orderBy` says LastEventTime. */
export function describeStreams(group: LogGroup, input: DescribeLogStreamsCommandInput): DescribedStream[] {
  const byTime = input.orderBy === 'LastEventTime';
  if (byTime && input.logStreamNamePrefix !== undefined)
    throw new AwsError('InvalidParameterException', 'Cannot order by LastEventTime with a logStreamNamePrefix.');
  const streams = [...group.streams.values()]
    .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
    .map(describeStream)
    .sort((a, b) => ((a.logStreamName ?? '') < (b.logStreamName ?? '') ? -1 : 1));
  if (byTime) streams.sort((a, b) => (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0));
  return input.descending ? streams.reverse() : streams;
}
