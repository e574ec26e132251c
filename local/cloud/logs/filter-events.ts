import type { FilteredLogEvent, FilterLogEventsCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { pageOf } from '../pages.ts';
import { AwsError } from '../service.ts';
import { parsePattern } from './pattern.ts';
import type { LogGroup, LogStream } from './store.ts';

type Request = Pick<
  FilterLogEventsCommandInput,
  'logStreamNames' | 'logStreamNamePrefix' | 'startTime' | 'endTime' | 'filterPattern' | 'nextToken' | 'limit'
>;

function wanted({ logStreamNames, logStreamNamePrefix = '' }: Request, { name }: LogStream): boolean {
  return logStreamNames?.includes(name) ?? name.startsWith(logStreamNamePrefix);
}

/** The events of a group that match, over all its streams in order of time. Here `endTime` is inclusive. */
export function filterEvents(
  group: LogGroup,
  request: Request,
): { events: FilteredLogEvent[]; nextToken: string | undefined } {
  if (request.logStreamNames && request.logStreamNamePrefix !== undefined)
    throw new AwsError(
      'InvalidParameterException',
      'logStreamNames and logStreamNamePrefix cannot be specified together.',
    );
  const matches = parsePattern(request.filterPattern ?? '');
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = request;
  const found = [...group.streams.values()]
    .filter((stream) => wanted(request, stream))
    .flatMap((stream) => stream.events.map((event) => ({ logStreamName: stream.name, ...event })))
    .filter(({ timestamp, message }) => timestamp >= startTime && timestamp <= endTime && matches(message))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = pageOf(found, request.nextToken, request.limit ?? 10_000, () => {
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  });
  const events = page.items.map(({ id, ...event }) => ({ ...event, eventId: id }));
  return { events, nextToken: page.next };
}
