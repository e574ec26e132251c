import type { GetLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../service.ts';
import { eventId, type StoredEvent } from './store.ts';

const maxPageBytes = 1_048_576;
const maxPageEvents = 10_000;

export interface PageRequest {
  nextToken?: string | undefined;
  /** Inclusive, milliseconds. */
  startTime?: number | undefined;
  /** Exclusive, milliseconds. */
  endTime?: number | undefined;
  limit?: number | undefined;
  startFromHead?: boolean | undefined;
}

/** A place between two events: `f` reads what comes after `id`, `b` what comes before it. */
interface Cursor {
  direction: 'f' | 'b';
  id: string;
  /** Two spellings of one place, so that an empty page mid-stream can bring a token that differs. */
  variant: string;
}

function parseToken(token: string): Cursor {
  const [, direction, id, variant] = /^([fb])\/(\d{56})\/([st])$/.exec(token) ?? [];
  if (!direction || !id || !variant)
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  return { direction: direction as 'f' | 'b', id, variant };
}

const neighbour = (id: string, by: bigint): string => {
  const moved = BigInt(id) + by;
  return String(moved < 0n ? 0n : moved).padStart(id.length, '0');
};

const spell = (direction: 'f' | 'b', id: string, variant = 's') => `${direction}/${id}/${variant}`;

function cut(events: StoredEvent[], fromHead: boolean, limit: number): StoredEvent[] {
  const ordered = fromHead ? events : events.toReversed();
  let bytes = 0;
  const end = ordered.findIndex(({ message }, index) => {
    bytes += Buffer.byteLength(message) + 26;
    return index > 0 && bytes > maxPageBytes;
  });
  const page = ordered.slice(0, Math.min(limit, maxPageEvents, end < 0 ? ordered.length : end));
  return fromHead ? page : page.reverse();
}

function tokensAround(
  page: StoredEvent[],
  cursor: Cursor,
): Pick<GetLogEventsResponse, 'nextForwardToken' | 'nextBackwardToken'> {
  const first = page[0]?.id ?? (cursor.direction === 'b' ? cursor.id : neighbour(cursor.id, 1n));
  const last = page.at(-1)?.id ?? (cursor.direction === 'f' ? cursor.id : neighbour(cursor.id, -1n));
  // At the end of a direction AWS answers the very token that was sent.
  const keep = page.length === 0 ? cursor.variant : 's';
  return {
    nextForwardToken: spell('f', last, cursor.direction === 'f' ? keep : 's'),
    nextBackwardToken: spell('b', first, cursor.direction === 'b' ? keep : 's'),
  };
}

/**
 * One page of a stream with AWS's tokens: the end is reached only when the token sent comes back.
 * `emptyPage` asks for what AWS may do at any time: no events, a token that differs, more to come.
 */
export function getEvents(
  events: StoredEvent[],
  request: PageRequest,
  emptyPage: () => boolean,
): Required<Pick<GetLogEventsResponse, 'nextForwardToken' | 'nextBackwardToken'>> & { events: StoredEvent[] } {
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = request;
  const inRange = events.filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime);
  const cursor = request.nextToken === undefined ? startOf(inRange, request) : parseToken(request.nextToken);
  const forward = cursor.direction === 'f';
  const ahead = inRange.filter(({ id }) => (forward ? id > cursor.id : id < cursor.id));
  if (ahead.length > 0 && emptyPage()) {
    const other = { ...cursor, variant: cursor.variant === 's' ? 't' : 's' };
    return { events: [], ...tokensAround([], other) } as ReturnType<typeof getEvents>;
  }
  const page = cut(ahead, forward, request.limit ?? maxPageEvents);
  return { events: page, ...tokensAround(page, cursor) } as ReturnType<typeof getEvents>;
}

function startOf(events: StoredEvent[], { startFromHead }: PageRequest): Cursor {
  const last = events.at(-1);
  if (startFromHead || !last) return { direction: 'f', id: eventId(0, 0), variant: 's' };
  return { direction: 'b', id: neighbour(last.id, 1n), variant: 's' };
}
