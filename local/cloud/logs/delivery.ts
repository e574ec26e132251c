import { gzipSync } from 'node:zlib';
import type { Clock } from '../../clock.ts';
import type { InvokeAsync, Place } from '../service.ts';
import type { Matcher } from './matcher.ts';
import { parsePattern } from './pattern.ts';
import { idOf, type LogGroup, type LogStream, type StoredEvent } from './store.ts';

const batchDelayMs = 5;
/** Below the 1 MB that an asynchronous invocation carries. */
const maxBatchBytes = 700_000;

interface Batch {
  destinationArn: string;
  payload: Omit<Decoded, 'logEvents'>;
  events: StoredEvent[];
}

/** What a function finds after base64 and gunzip: docs "Subscription filters with AWS Lambda". */
interface Decoded {
  messageType: 'DATA_MESSAGE';
  owner: string;
  logGroup: string;
  logStream: string;
  subscriptionFilters: string[];
  logEvents: { id: string; timestamp: number; message: string }[];
}

function chunks(events: StoredEvent[]): StoredEvent[][] {
  const result: StoredEvent[][] = [];
  let bytes = maxBatchBytes;
  for (const event of events) {
    const size = Buffer.byteLength(event.message) + 100;
    if (bytes + size > maxBatchBytes) {
      result.push([]);
      bytes = 0;
    }
    result.at(-1)?.push(event);
    bytes += size;
  }
  return result;
}

/** Hands new events to the functions of matching subscription filters, batched per filter and stream. */
export function createDelivery({ place, clock, invoke }: { place: Place; clock: Clock; invoke: InvokeAsync }) {
  const waiting = new Map<string, Batch>();
  const compiled = new Map<string, Matcher>();

  const matcher = (pattern: string): Matcher => {
    const known = compiled.get(pattern) ?? parsePattern(pattern);
    compiled.set(pattern, known);
    return known;
  };

  function flush(key: string): void {
    const batch = waiting.get(key);
    waiting.delete(key);
    for (const events of chunks(batch?.events ?? [])) {
      const logEvents = events.map((event) => ({
        id: idOf(event),
        timestamp: event.timestamp,
        message: event.message,
      }));
      const data = gzipSync(JSON.stringify({ ...batch?.payload, logEvents })).toString('base64');
      invoke(batch?.destinationArn ?? '', { awslogs: { data } });
    }
  }

  return function deliver(group: LogGroup, stream: LogStream, events: StoredEvent[]): void {
    for (const filter of group.filters.values()) {
      const matching = events.filter(({ message }) => matcher(filter.filterPattern ?? '')(message));
      if (matching.length === 0) continue;
      const key = JSON.stringify([filter.filterName, stream.arn]);
      const open = waiting.get(key);
      if (open) {
        open.events.push(...matching);
        continue;
      }
      const payload = {
        messageType: 'DATA_MESSAGE' as const,
        owner: place.account,
        logGroup: group.name,
        logStream: stream.name,
        subscriptionFilters: [filter.filterName ?? ''],
      };
      waiting.set(key, { destinationArn: filter.destinationArn ?? '', payload, events: matching });
      clock.setTimer(batchDelayMs, () => flush(key));
    }
  };
}
