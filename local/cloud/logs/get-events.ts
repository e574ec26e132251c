import type { GetLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import { idOf, placeOf, type StoredEvent } from './store.ts';
import { type Cursor, parseToken, spellToken } from './tokens.ts';

const maxPageBytes = 1_048_576;
const maxPageEvents = 10_000;
const eventOverheadBytes = 26;

export interface PageRequest {
  nextToken?: string | undefined;
  /** Inclusive, milliseconds. */
  startTime?: number | undefined;
  /** Exclusive, milliseconds. */
  endTime?: number | undefined;
  limit?: number | undefined;
  startFromHead?: boolean | undefined;
}

export interface PageFacts {
  now: number;
  /** True asks for what AWS may do at any time: no events, a token that differs, more to come. */
  emptyPage: () => boolean;
}

type Page = Required<Pick<GetLogEventsResponse, 'nextForwardToken' | 'nextBackwardToken'>> & { events: StoredEvent[] };

/** Indexes into the stream's events, `end` exclusive. */
interface Range {
  start: number;
  end: number;
}

const neighbour = (id: string, by: bigint): string => {
  const moved = BigInt(id) + by;
  return String(moved < 0n ? 0n : moved).padStart(id.length, '0');
};

const beginning = '0'.repeat(56);

/** What of the range one page holds, from its head or from its end. */
function cut(events: readonly StoredEvent[], { start, end }: Range, forward: boolean, limit: number): StoredEvent[] {
  const most = Math.min(limit, maxPageEvents, end - start);
  let bytes = 0;
  let count = 0;
  for (; count < most; count++) {
    const { message } = events[forward ? start + count : end - 1 - count] as StoredEvent;
    bytes += Buffer.byteLength(message) + eventOverheadBytes;
    if (count > 0 && bytes > maxPageBytes) break;
  }
  return forward ? events.slice(start, start + count) : events.slice(end - count, end);
}

function tokensAround(page: StoredEvent[], cursor: Cursor, { nextToken }: PageRequest, now: number) {
  const [first, last] = [page[0], page.at(-1)];
  const after = last ? idOf(last) : cursor.direction === 'f' ? cursor.id : neighbour(cursor.id, -1n);
  const before = first ? idOf(first) : cursor.direction === 'b' ? cursor.id : neighbour(cursor.id, 1n);
  const forward = spellToken({ direction: 'f', id: after, variant: 's' }, now);
  const backward = spellToken({ direction: 'b', id: before, variant: 's' }, now);
  // At the end of a direction AWS answers the very token that was sent.
  const isEnd = page.length === 0 && nextToken !== undefined;
  return {
    nextForwardToken: isEnd && cursor.direction === 'f' ? nextToken : forward,
    nextBackwardToken: isEnd && cursor.direction === 'b' ? nextToken : backward,
  };
}

function emptyPage({ direction, id, variant }: Cursor, now: number): Page {
  const other = variant === 's' ? 't' : 's';
  const [after, before] = direction === 'f' ? [id, neighbour(id, 1n)] : [neighbour(id, -1n), id];
  return {
    events: [],
    nextForwardToken: spellToken({ direction: 'f', id: after, variant: other }, now),
    nextBackwardToken: spellToken({ direction: 'b', id: before, variant: other }, now),
  };
}

/** One page of a stream with AWS's tokens: the end is reached only when the token sent comes back. */
export function getEvents(events: readonly StoredEvent[], request: PageRequest, facts: PageFacts): Page {
  const { startTime, endTime, nextToken, limit = maxPageEvents } = request;
  const inRange: Range = {
    start: startTime === undefined ? 0 : placeOf(events, startTime, 0),
    end: endTime === undefined ? events.length : placeOf(events, endTime, 0),
  };
  const cursor = nextToken === undefined ? startOf(events, inRange, request) : parseToken(nextToken, facts.now);
  const forward = cursor.direction === 'f';
  const [timestamp, sequence] = [Number(cursor.id.slice(0, 14)), Number(cursor.id.slice(14))];
  const ahead = forward
    ? { ...inRange, start: Math.max(inRange.start, placeOf(events, timestamp, sequence + 1)) }
    : { ...inRange, end: Math.min(inRange.end, placeOf(events, timestamp, sequence)) };
  if (ahead.start < ahead.end && facts.emptyPage()) return emptyPage(cursor, facts.now);
  const page = cut(events, ahead, forward, limit);
  return { events: page, ...tokensAround(page, cursor, request, facts.now) };
}

function startOf(events: readonly StoredEvent[], { start, end }: Range, { startFromHead }: PageRequest): Cursor {
  const last = start < end ? events[end - 1] : undefined;
  if (startFromHead || !last) return { direction: 'f', id: beginning, variant: 's' };
  return { direction: 'b', id: neighbour(idOf(last), 1n), variant: 's' };
}
