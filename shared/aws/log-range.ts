import type { Instant } from '../core/time.ts';
import type { AwsConnection } from './connection.ts';
import { type LogLine, type LogStream, logEvents } from './log-events.ts';

/** All lines of a stream from `first` to `last`, both included. */
export type LogRange = (from: LogStream, first: Instant, last: Instant) => Promise<LogLine[]>;

/** A short time has few pages, some of them empty; what is behind so many is left out. */
const mostCalls = 20;

export function logRange(aws: AwsConnection): LogRange {
  const getEvents = logEvents(aws);
  return async (from, first, last) => {
    // `endTime` is exclusive (docs).
    const asked = { startFromHead: true, startTime: first, endTime: last + 1 };
    const found: LogLine[] = [];
    let token: string | undefined;
    for (let calls = 0; calls < mostCalls; calls++) {
      const { lines, forward } = await getEvents(from, { ...asked, nextToken: token });
      found.push(...lines);
      // An empty page is not the end; the same token again is (docs).
      if (forward === undefined || forward === token) break;
      token = forward;
    }
    return found;
  };
}
