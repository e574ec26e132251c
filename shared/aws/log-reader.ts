import type { AwsConnection } from './connection.ts';
import { type GetLogEvents, isBadToken, type LogLine, type LogStream, logEvents } from './log-events.ts';
import { type LogPage, type LogPlace, pageFrom, placeAfter, withoutToken } from './log-place.ts';

/** AWS's own: the most lines that GetLogEvents answers. */
export const mostLines = 10_000;

/** GetLogEvents may answer empty pages in the middle of a stream: so many calls are made for one tail. */
const callsPerTail = 10;

interface Tail {
  lines: LogLine[];
  /** Behind the last line, also where there is none yet. */
  place: LogPlace;
}

/** Each line once and in order, whatever the pages, the milliseconds and the age of the place. */
export interface LogReader {
  /** One call, two where the place's token has expired. */
  read(from: LogStream, place: LogPlace, limit?: number): Promise<LogPage>;
  /** The last `count` lines, at most 10 000, none older than `since`. */
  tail(from: LogStream, count: number, since: number | undefined): Promise<Tail>;
}

async function read(
  getEvents: GetLogEvents,
  from: LogStream,
  place: LogPlace,
  limit: number | undefined,
): Promise<LogPage> {
  const { token, at, since } = place;
  // Beside a token too: the token of an empty page may lie before the time.
  const asked = {
    startFromHead: true,
    startTime: at ?? since,
    limit: limit && Math.min(mostLines, limit + (place.skip ?? 0)),
  };
  try {
    const { lines, forward } = await getEvents(from, { ...asked, nextToken: token });
    return pageFrom(place, lines, forward);
  } catch (error) {
    if (token === undefined || !isBadToken(error)) throw error;
    return read(getEvents, from, withoutToken(place), limit);
  }
}

/** All lines of the last one's millisecond are read: the place counts them. */
const isEnough = (lines: readonly LogLine[], count: number) =>
  lines.length >= count && lines[0]?.at !== lines.at(-1)?.at;

async function tail(getEvents: GetLogEvents, from: LogStream, count: number, since: number | undefined): Promise<Tail> {
  const start: LogPlace = since === undefined ? {} : { since };
  let lines: LogLine[] = [];
  let forward: string | undefined;
  let token: string | undefined;
  for (let calls = 1; calls <= callsPerTail; calls++) {
    const limit = lines.length < count ? Math.max(count - lines.length, 100) : mostLines;
    const page = await getEvents(from, { startFromHead: false, startTime: since, limit, nextToken: token });
    forward ??= page.forward;
    lines = [...page.lines, ...lines];
    if (page.backward === token || isEnough(lines, count)) break;
    token = page.backward;
  }
  const place = { ...placeAfter(start, lines), ...(forward ? { token: forward } : {}) };
  return { lines: count > 0 ? lines.slice(-count) : [], place };
}

export function logReader(aws: AwsConnection): LogReader {
  const getEvents = logEvents(aws);
  return {
    read: (from, place, limit) => read(getEvents, from, place, limit),
    tail: (from, count, since) => tail(getEvents, from, Math.min(count, mostLines), since),
  };
}
