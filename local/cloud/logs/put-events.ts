import type { InputLogEvent, RejectedLogEventsInfo } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../service.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const maxBatchBytes = 1_048_576;
/** 1 MB since 2025, 256 KB before: docs.aws.amazon.com/goto/WebAPI/logs/PutLogEvents */
const maxEventBytes = 1_048_576;
const eventOverheadBytes = 26;

type Event = { timestamp: number; message: string };

function invalid(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

function checkSizes(events: Event[]): void {
  const sizes = events.map(({ message }) => Buffer.byteLength(message) + eventOverheadBytes);
  const large = sizes.find((size) => size > maxEventBytes);
  if (large) invalid(`Log event too large: ${large} bytes exceeds limit of ${maxEventBytes}`);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > maxBatchBytes) invalid(`Upload too large: ${total} bytes exceeds limit of ${maxBatchBytes}`);
}

function checkOrder(events: Event[]): void {
  if (events.some((event, index) => index > 0 && event.timestamp < (events[index - 1]?.timestamp ?? 0)))
    invalid('Log events in a single PutLogEvents request must be in chronological order.');
}

/** The events that a PutLogEvents call stores, and which it reports as rejected. */
export interface Accepted {
  events: Event[];
  rejected: RejectedLogEventsInfo | undefined;
}

/**
 * Sorts out a batch as PutLogEvents does: what is too old, expired or too new is left out and reported.
 * @throws AwsError InvalidParameterException for a batch that is too large, unordered or spans more than 24 hours.
 */
export function acceptEvents(input: InputLogEvent[], retentionInDays: number | undefined, now: number): Accepted {
  const events = input.map(({ timestamp = 0, message = '' }) => ({ timestamp, message }));
  checkSizes(events);
  checkOrder(events);
  // The batch is in order, so what is refused stands at its two ends.
  const before = (limit: number) => events.filter(({ timestamp }) => timestamp < limit).length;
  const tooOld = before(now - 14 * dayMs);
  const expired = retentionInDays === undefined ? 0 : before(now - retentionInDays * dayMs);
  const tooNew = before(now + 2 * hourMs + 1);
  const kept = events.slice(Math.max(tooOld, expired), tooNew);
  if ((kept.at(-1)?.timestamp ?? 0) - (kept[0]?.timestamp ?? 0) > dayMs)
    invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  return { events: kept, rejected: rejectedInfo(tooOld, expired, tooNew, events.length) };
}

function rejectedInfo(
  tooOld: number,
  expired: number,
  tooNew: number,
  count: number,
): RejectedLogEventsInfo | undefined {
  const info = {
    ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
    ...(expired > 0 ? { expiredLogEventEndIndex: expired } : {}),
    ...(tooNew < count ? { tooNewLogEventStartIndex: tooNew } : {}),
  };
  return Object.keys(info).length > 0 ? info : undefined;
}
