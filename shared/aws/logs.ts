import type { AwsConnection } from './connection.ts';
import { type LogLine, type LogStream, logEvents } from './log-events.ts';

export type { LogLine } from './log-events.ts';

/** What functions read that only look at how a log ended; the API's reading is log-reader.ts. */
export interface Logs {
  /** The last page of a stream: at most 1 MB or 10 000 lines, oldest first. */
  tail(from: LogStream): Promise<LogLine[]>;
}

/** GetLogEvents may answer empty pages in the middle of a stream: so many are passed over in one read. */
const pagesPerRead = 10;

export function logsGateway(aws: AwsConnection): Logs {
  const getEvents = logEvents(aws);
  return {
    async tail(from) {
      let token: string | undefined;
      for (let pages = 1; ; pages++) {
        const { lines, backward } = await getEvents(from, token ? { nextToken: token } : { startFromHead: false });
        if (lines.length > 0 || backward === token || pages >= pagesPerRead) return lines;
        token = backward;
      }
    },
  };
}
