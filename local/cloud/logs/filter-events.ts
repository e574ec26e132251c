import type { FilteredLogEvent, FilterLogEventsCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../service.ts';
import { parsePattern } from './pattern.ts';
import { idOf, type LogGroup, type LogStream, type StoredEvent } from './store.ts';
import { parseToken, spellToken } from './tokens.ts';

const maxPageBytes = 1_048_576;
const maxPageEvents = 10_000;

type Request = Pick<
  FilterLogEventsCommandInput,
  'logStreamNames' | 'logStreamNamePrefix' | 'startTime' | 'endTime' | 'filterPattern' | 'nextToken' | 'limit'
>;

interface Found extends StoredEvent {
  logStreamName: string;
}

function wanted({ logStreamNames, logStreamNamePrefix = '' }: Request, { name }: LogStream): boolean {
  return logStreamNames?.includes(name) ?? name.startsWith(logStreamNamePrefix);
}

const inOrder = (a: StoredEvent, b: StoredEvent) => a.timestamp - b.timestamp || a.sequence - b.sequence;

/** As many as a page holds: at most 1 MB. */
function pageSize(found: readonly Found[], limit: number): number {
  let bytes = 0;
  const over = found.findIndex(({ message }, index) => {
    bytes += Buffer.byteLength(message);
    return index >= limit || (index > 0 && bytes > maxPageBytes);
  });
  return over < 0 ? found.length : over;
}

/** The events of a group that match, over all its streams in order of time. Here `endTime` is inclusive. */
export function filterEvents(
  group: LogGroup,
  request: Request,
  now: number,
): { events: FilteredLogEvent[]; nextToken: string | undefined } {
  if (request.logStreamNames && request.logStreamNamePrefix !== undefined)
    throw new AwsError(
      'InvalidParameterException',
      'logStreamNames and logStreamNamePrefix cannot be specified together.',
    );
  const matches = parsePattern(request.filterPattern ?? '');
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY, nextToken, limit = maxPageEvents } = request;
  const after = nextToken === undefined ? '' : parseToken(nextToken, now).id;
  const found = [...group.streams.values()]
    .filter((stream) => wanted(request, stream))
    .flatMap((stream) => stream.events.map((event) => ({ logStreamName: stream.name, ...event })))
    .filter((event) => event.timestamp >= startTime && event.timestamp <= endTime && matches(event.message))
    .filter((event) => after === '' || idOf(event) > after)
    .sort(inOrder);
  const page = found.slice(0, pageSize(found, limit));
  const last = page.at(-1);
  const more = last && page.length < found.length;
  return {
    events: page.map(({ sequence, ...event }) => ({ ...event, eventId: idOf({ ...event, sequence }) })),
    nextToken: more ? spellToken({ direction: 'f', id: idOf(last), variant: 's' }, now) : undefined,
  };
}
