import type { SubscriptionFilter } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, type Place } from '../service.ts';

/** One log event; streams with a million of them have to fit into memory, so the id is only written when it is told. */
export interface StoredEvent {
  timestamp: number;
  /** In the order of arrival, unique in the place. */
  sequence: number;
  message: string;
  ingestionTime: number;
}

export interface LogStream {
  name: string;
  arn: string;
  creationTime: number;
  /** By time, then by arrival: in the order of their ids. */
  events: StoredEvent[];
  lastIngestionTime: number | undefined;
}

export interface LogGroup {
  name: string;
  arn: string;
  creationTime: number;
  retentionInDays: number | undefined;
  streams: Map<string, LogStream>;
  filters: Map<string, SubscriptionFilter>;
}

/** Digits of an event id, as many as AWS's have: 14 of the timestamp, the rest of the arrival. */
const idDigits = 56;

export function idOf({ timestamp, sequence }: Pick<StoredEvent, 'timestamp' | 'sequence'>): string {
  return String(timestamp).padStart(14, '0') + String(sequence).padStart(idDigits - 14, '0');
}

/** The index of the first event that is not before this time and arrival. */
export function placeOf(events: readonly StoredEvent[], timestamp: number, sequence: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = events[middle] as StoredEvent;
    if (event.timestamp < timestamp || (event.timestamp === timestamp && event.sequence < sequence)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds in id order; an event usually belongs at the end. */
export function addEvent(stream: LogStream, event: StoredEvent): void {
  const last = stream.events.at(-1);
  if (last === undefined || last.timestamp <= event.timestamp) stream.events.push(event);
  else stream.events.splice(placeOf(stream.events, event.timestamp, event.sequence), 0, event);
  stream.lastIngestionTime = event.ingestionTime;
}

function missing(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `The specified ${what} does not exist.`);
}

function duplicate(what: string): AwsError {
  return new AwsError('ResourceAlreadyExistsException', `The specified ${what} already exists`);
}

/** The log groups in memory; every look-up throws AWS's ResourceNotFoundException. */
export function createLogStore(place: Place, now: () => number) {
  const groups = new Map<string, LogGroup>();

  const group = (name: string): LogGroup => {
    const found = groups.get(name);
    if (!found) throw missing('log group');
    return found;
  };

  const createStream = (of: LogGroup, name: string): LogStream => {
    if (of.streams.has(name)) throw duplicate('log stream');
    const arn = `${of.arn}:log-stream:${name}`;
    const stream: LogStream = { name, arn, creationTime: now(), events: [], lastIngestionTime: undefined };
    of.streams.set(name, stream);
    return stream;
  };

  return {
    group,
    createStream,
    createGroup(name: string): void {
      if (groups.has(name)) throw duplicate('log group');
      const arn = `arn:aws:logs:${place.region}:${place.account}:log-group:${name}`;
      const creationTime = now();
      groups.set(name, { name, arn, creationTime, retentionInDays: undefined, streams: new Map(), filters: new Map() });
    },
    deleteGroup(name: string): void {
      groups.delete(group(name).name);
    },
    stream(of: LogGroup, name: string): LogStream {
      const found = of.streams.get(name);
      if (!found) throw missing('log stream');
      return found;
    },
    deleteFilter(of: LogGroup, name: string): void {
      if (!of.filters.delete(name)) throw missing('subscription filter');
    },
    groups: (): LogGroup[] => [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
