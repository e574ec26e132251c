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

export interface LogLine {
  at: Instant;
  message: string;
}

export interface LogStream {
  group: string;
  stream: string;
}

/** A page as GetLogEvents answers it: at most 1 MB or 10 000 lines. The tokens are absent where there is no stream. */
interface EventPage {
  lines: LogLine[];
  forward?: string | undefined;
  backward?: string | undefined;
}

type PlaceInStream = Pick<GetLogEventsCommandInput, 'nextToken' | 'startFromHead' | 'startTime' | 'endTime' | 'limit'>;

export type GetLogEvents = (from: LogStream, place: PlaceInStream) => Promise<EventPage>;

const toLine = ({ timestamp = 0, message = '' }: OutputLogEvent): LogLine => ({ at: toInstant(timestamp), message });
const causeOf = (error: unknown) => (error as Error).cause;

/** Tokens expire after 24 hours (docs); what is said then is no more than that the token is invalid. */
export const isBadToken = (error: unknown): boolean => causeOf(error) instanceof InvalidParameterException;

/** One page per call; a stream, or a group, that is not there yet is empty. */
export function logEvents(aws: AwsConnection): GetLogEvents {
  const client = new CloudWatchLogsClient(aws);
  return async ({ group, stream }, place) => {
    const input = { logGroupName: group, logStreamName: stream, ...place };
    try {
      const page = await call('GetLogEvents', () => client.send(new GetLogEventsCommand(input)));
      return {
        lines: (page.events ?? []).map(toLine),
        forward: page.nextForwardToken,
        backward: page.nextBackwardToken,
      };
    } catch (error) {
      if (causeOf(error) instanceof ResourceNotFoundException) return { lines: [] };
      throw error;
    }
  };
}
