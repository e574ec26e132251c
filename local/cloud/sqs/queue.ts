import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../service.ts';
import { md5OfAttributes, md5OfBody } from './md5.ts';

export interface Stored {
  id: string;
  body: string;
  attributes: Readonly<Record<string, MessageAttributeValue>>;
  sentMs: number;
  visibleAtMs: number;
  receiveCount: number;
  firstReceivedMs: number | undefined;
  /** Of the newest receive only; older ones delete nothing. */
  receiptHandle: string | undefined;
}

/** Attributes that a queue keeps, as strings, with AWS's defaults. */
export const defaultAttributes: Readonly<Record<string, string>> = {
  VisibilityTimeout: '30',
  // 1 MiB since August 2025.
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
};

export interface Queue {
  name: string;
  arn: string;
  createdMs: number;
  modifiedMs: number;
  attributes: Record<string, string>;
  messages: Stored[];
  /** Called when a message may have become visible. */
  waiting: Set<() => void>;
}

export const seconds = (queue: Queue, attribute: string): number => Number(queue.attributes[attribute] ?? 0);

function dropExpired(queue: Queue, now: number): void {
  const kept = now - seconds(queue, 'MessageRetentionPeriod') * 1000;
  queue.messages = queue.messages.filter(({ sentMs }) => sentMs > kept);
}

/** Visible, in flight and delayed messages, as the queue's attributes count them. */
export function countMessages(queue: Queue, now: number): { visible: number; inFlight: number; delayed: number } {
  dropExpired(queue, now);
  const hidden = queue.messages.filter(({ visibleAtMs }) => visibleAtMs > now);
  const inFlight = hidden.filter(({ receiptHandle }) => receiptHandle !== undefined).length;
  return { visible: queue.messages.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
}

export interface ReceiveRequest {
  max: number;
  visibilityMs: number;
  waitMs: number;
  newHandle(): string;
  /** Where a message goes that was received too often; true if it went. */
  redrive(message: Stored): boolean;
}

function take(queue: Queue, now: number, request: ReceiveRequest): Stored[] {
  dropExpired(queue, now);
  const due = queue.messages.filter(({ visibleAtMs }) => visibleAtMs <= now);
  const taken: Stored[] = [];
  for (const message of due) {
    if (taken.length === request.max) break;
    if (request.redrive(message)) {
      queue.messages = queue.messages.filter((other) => other !== message);
      continue;
    }
    message.receiveCount++;
    message.firstReceivedMs ??= now;
    message.visibleAtMs = now + request.visibilityMs;
    message.receiptHandle = request.newHandle();
    taken.push(message);
  }
  return taken;
}

/** Until something may have become visible, at the latest until `untilMs`. */
function change(queue: Queue, clock: Clock, untilMs: number): Promise<void> {
  const next = Math.min(untilMs, ...queue.messages.map(({ visibleAtMs }) => visibleAtMs));
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      queue.waiting.delete(done);
      resolve();
    };
    const cancel = clock.setTimer(next - clock.now(), done);
    queue.waiting.add(done);
  });
}

/** Long polling: the first messages that are visible within `waitMs`, or none. */
export async function receive(queue: Queue, clock: Clock, request: ReceiveRequest): Promise<Stored[]> {
  const deadline = clock.now() + request.waitMs;
  for (;;) {
    const taken = take(queue, clock.now(), request);
    if (taken.length > 0 || clock.now() >= deadline) return taken;
    await change(queue, clock, deadline);
  }
}

export function wake(queue: Queue): void {
  for (const done of [...queue.waiting]) done();
}

/** @throws AwsError ReceiptHandleIsInvalid for a handle that is none of this queue's */
export function byHandle(queue: Queue, handle: string): Stored | undefined {
  const owner = Buffer.from(handle, 'base64').toString().split(' ')[0];
  if (owner !== queue.name)
    throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
  return queue.messages.find(({ receiptHandle }) => receiptHandle === handle);
}

/** A message as ReceiveMessage shows it, with the attributes asked for. */
export function shownMessage(
  message: Stored,
  system: readonly string[],
  attributes: readonly string[],
  account: string,
): Message {
  const all: Record<string, string> = {
    SenderId: account,
    SentTimestamp: String(message.sentMs),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs),
  };
  const wantedSystem = pick(all, (name) => system.includes('All') || system.includes(name));
  const wanted = pick(message.attributes, (name) =>
    attributes.some(
      (asked) => asked === name || asked === 'All' || (asked.endsWith('.*') && name.startsWith(asked.slice(0, -2))),
    ),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5OfBody(message.body),
    Body: message.body,
    ...(Object.keys(wantedSystem).length > 0 ? { Attributes: wantedSystem } : {}),
    ...(Object.keys(wanted).length > 0
      ? { MessageAttributes: wanted, MD5OfMessageAttributes: md5OfAttributes(wanted) }
      : {}),
  };
}

function pick<T>(from: Readonly<Record<string, T>>, wanted: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => wanted(name)));
}
