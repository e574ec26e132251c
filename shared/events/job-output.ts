import { gunzipSync } from 'node:zlib';
import type { LogLine } from '../aws/logs.ts';
import { toInstant } from '../core/time.ts';
import { fields, ignored, list, number, type Parsed, text } from './parse.ts';

/** Lines of one log stream, as a subscription filter brings them. */
export interface JobOutput {
  group: string;
  stream: string;
  lines: LogLine[];
}

/** A payload is at most 1 MB or so; more is no payload of CloudWatch's. */
const maxOutputLength = 32 * 1024 * 1024;

function unpack(raw: unknown): unknown {
  const data = text(fields(fields(raw).awslogs).data);
  if (data === undefined) return undefined;
  try {
    return JSON.parse(gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength }).toString('utf8'));
  } catch {
    return undefined;
  }
}

export function parseJobOutput(raw: unknown): Parsed<JobOutput> {
  const message = fields(unpack(raw));
  // CloudWatch checks a new subscription with one of these.
  if (message.messageType === 'CONTROL_MESSAGE') return ignored('a control message', 'debug');
  const [group, stream] = [text(message.logGroup), text(message.logStream)];
  if (message.messageType !== 'DATA_MESSAGE' || !group || !stream)
    return ignored("not a log subscription's data message");
  const lines = list(message.logEvents).flatMap((event) => {
    const [at, line] = [number(fields(event).timestamp), text(fields(event).message)];
    return at === undefined || line === undefined ? [] : [{ at: toInstant(at), message: line }];
  });
  return { kind: 'event', value: { group, stream, lines } };
}
