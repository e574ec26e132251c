import type { PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { OutgoingEvent } from '../service.ts';
import { invalid } from './names.ts';

/** Of all entries of a call together, by AWS's own way of counting. */
const largestRequestBytes = 1_048_576;

/** @throws AwsError ValidationException where the entries are too large together */
export function checkSize(entries: readonly PutEventsRequestEntry[]): void {
  const total = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (total > largestRequestBytes) invalid('Total size of the entries in the request is over the limit.');
}

/** See "Calculating Amazon EventBridge PutEvents event entry size" in the user guide. */
function entryBytes({
  Time,
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
}: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return (Time ? 14 : 0) + texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

type Checked = { event: OutgoingEvent } | { failure: PutEventsResultEntry };

/** An entry as an event, or what PutEvents answers for it instead of an EventId. */
export function checkEntry(entry: PutEventsRequestEntry): Checked {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name])
      return failed('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  }
  const { Source = '', DetailType = '', Resources: resources = [], Time: time } = entry;
  if (Source.startsWith('aws.')) return failed('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const detail = jsonObject(entry.Detail ?? '');
  if (!detail) return failed('MalformedDetail', 'Detail is malformed.');
  const event: OutgoingEvent = { source: Source, 'detail-type': DetailType, resources, detail };
  return { event: time ? { ...event, timeMs: time.getTime() } : event };
}

function failed(code: string, message: string): Checked {
  return { failure: { ErrorCode: code, ErrorMessage: message } };
}

function jsonObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
