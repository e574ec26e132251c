import type { AwsConnection } from './connection.ts';
import { type LogLine, type LogStream, logEvents } from './log-events.ts';

export type { LogLine } from './log-events.ts';

/** What functions read that only look at how a log ended; the API's reading is log-reader.ts. */
export interface Logs {
  /** The last page of a stream, at most 1 MB or 10 000 lines, oldest first; up to so many `pages` where they are full. */
  tail(from: LogStream, pages?: number): Promise<LogLine[]>;
}

/** GetLogEvents cuts pages at 10 000 lines or 1 MB (docs); one that is nearly as large may have more before it. */
function isFull(lines: readonly LogLine[]): boolean {
  if (lines.length >= 9_900) return true;
  return lines.reduce((bytes, { message }) => bytes + Buffer.byteLength(message) + 26, 0) > 700_000;
}

/** GetLogEvents may answer empty pages in the middle of a stream: so many are passed over in one read. */
const pagesPerRead = 10;

export function logsGateway(aws: AwsConnection): Logs {
  const getEvents = logEvents(aws);
  return {
    async tail(from, pages = 1) {
      let token: string | undefined;
      let found: LogLine[] = [];
      for (let calls = 1, read = 0; ; calls++) {
        const { lines, backward } = await getEvents(from, token ? { nextToken: token } : { startFromHead: false });
        found = [...lines, ...found];
        if (lines.length > 0) read++;
        const isEnough = lines.length > 0 && (read >= pages || !isFull(lines));
        if (isEnough || backward === token || calls >= pagesPerRead) return found;
        token = backward;
      }
    },
  };
}
