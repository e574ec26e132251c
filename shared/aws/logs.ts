import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  InvalidParameterException,
  type OutputLogEvent,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { type Instant, toInstant } from '../core/time.ts';
import { type AwsConnection, call } from './connection.ts';
import { advance, decodeCursor, encodeCursor, type LogCursor, skipSeen } from './log-cursor.ts';

export interface LogLine {
  at: Instant;
  message: string;
}

interface LogPage {
  lines: LogLine[];
  /** Where to read on, also later when more lines may have come. */
  cursor: string;
  /** Nothing was behind the cursor when this was read. An empty page alone does not mean that. */
  atEnd: boolean;
}

interface LogStream {
  group: string;
  stream: string;
}

export interface Logs {
  /**
   * Reads forward from the start or from a cursor. A stream that is not there yet is empty.
   * @throws BadRequest for a cursor that is not ours
   */
  read(from: LogStream & { cursor?: string; limit?: number }): Promise<LogPage>;
  /** The last page of a stream: at most 1 MB or 10 000 lines, oldest first. */
  tail(from: LogStream): Promise<LogLine[]>;
}

/** GetLogEvents may answer empty pages in the middle of a stream: so many are passed over in one read. */
const pagesPerRead = 10;

const toLine = ({ timestamp = 0, message = '' }: OutputLogEvent): LogLine => ({ at: toInstant(timestamp), message });
const causeOf = (error: unknown) => (error as Error).cause;

export function logsGateway(aws: AwsConnection): Logs {
  const client = new CloudWatchLogsClient(aws);

  async function getEvents({ group, stream }: LogStream, position: Partial<GetLogEventsCommandInput>) {
    const input = { logGroupName: group, logStreamName: stream, ...position };
    try {
      const page = await call('GetLogEvents', () => client.send(new GetLogEventsCommand(input)));
      return { ...page, lines: (page.events ?? []).map(toLine) };
    } catch (error) {
      if (causeOf(error) instanceof ResourceNotFoundException) return { lines: [] };
      throw error;
    }
  }

  /** From the token on, or, where it has expired, from the cursor's time. */
  async function pageBehind(from: LogStream, { token, at, seen }: LogCursor, limit: { limit?: number }) {
    const forward = { startFromHead: true, ...limit };
    try {
      if (token || at === undefined)
        return await getEvents(from, { ...forward, ...(token ? { nextToken: token } : {}) });
    } catch (error) {
      if (!(causeOf(error) instanceof InvalidParameterException)) throw error;
      // Nothing was read before this cursor.
      if (at === undefined) return await getEvents(from, forward);
    }
    const page = await getEvents(from, { ...forward, startTime: at });
    return { ...page, lines: skipSeen({ at, seen: seen ?? 0 }, page.lines) };
  }

  return {
    async read({ cursor: given, limit, ...from }) {
      let cursor = decodeCursor(given);
      for (let pages = 1; ; pages++) {
        const { lines, ...page } = await pageBehind(from, cursor, limit ? { limit } : {});
        const next = 'nextForwardToken' in page ? page.nextForwardToken : undefined;
        const atEnd = next === cursor.token;
        cursor = advance(cursor, lines, next);
        if (lines.length > 0 || atEnd || pages >= pagesPerRead) return { lines, cursor: encodeCursor(cursor), atEnd };
      }
    },
    async tail(from) {
      let token: string | undefined;
      for (let pages = 1; ; pages++) {
        const { lines, ...page } = await getEvents(from, token ? { nextToken: token } : { startFromHead: false });
        const next = 'nextBackwardToken' in page ? page.nextBackwardToken : undefined;
        if (lines.length > 0 || next === token || pages >= pagesPerRead) return lines;
        token = next;
      }
    },
  };
}
