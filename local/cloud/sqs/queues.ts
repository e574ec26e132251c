import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { Clock } from '../../clock.ts';
import { AwsError, type Place } from '../service.ts';
import { checkAttributes, checkQueueName } from './checks.ts';
import { countMessages, defaultAttributes, type Queue, type Stored, seconds, wake } from './queue.ts';

export function queueArn(place: Place, name: string): string {
  return `arn:aws:sqs:${place.region}:${place.account}:${name}`;
}

/** The last part of a queue's URL or ARN. */
export function queueName(urlOrArn: string): string {
  return urlOrArn.split(/[/:]/).at(-1) ?? '';
}

/** The queues in memory. */
export function createQueues(place: Place, clock: Clock) {
  const queues = new Map<string, Queue>();

  const find = (urlOrArn: string): Queue => {
    const found = queues.get(queueName(urlOrArn));
    if (!found) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return found;
  };

  function create(name: string, given: Record<string, string>): Queue {
    checkQueueName(name);
    checkAttributes(given);
    const existing = queues.get(name);
    if (existing) {
      const other = Object.keys(given).find((attribute) => existing.attributes[attribute] !== given[attribute]);
      if (!other) return existing;
      throw new AwsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${other}`,
      );
    }
    const now = clock.now();
    const attributes = { ...defaultAttributes, ...given };
    const arn = queueArn(place, name);
    const queue = {
      name,
      arn,
      createdMs: now,
      modifiedMs: now,
      attributes,
      messages: [],
      waiting: new Set<() => void>(),
    };
    queues.set(name, queue);
    return queue;
  }

  function send(
    queue: Queue,
    body: string,
    attributes: Readonly<Record<string, MessageAttributeValue>>,
    delaySeconds = seconds(queue, 'DelaySeconds'),
  ): Stored {
    const sentMs = clock.now();
    const message: Stored = {
      id: place.newUuid(),
      body,
      attributes,
      sentMs,
      visibleAtMs: sentMs + delaySeconds * 1000,
      receiveCount: 0,
      firstReceivedMs: undefined,
      receiptHandle: undefined,
    };
    queue.messages.push(message);
    wake(queue);
    return message;
  }

  /** By the queue's RedrivePolicy: what was received too often goes to its dead-letter queue. */
  function redrive(queue: Queue, message: Stored): boolean {
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(queue.attributes.RedrivePolicy || '{}');
    if (!deadLetterTargetArn || message.receiveCount < Number(maxReceiveCount)) return false;
    const target = find(deadLetterTargetArn);
    target.messages.push({ ...message, receiptHandle: undefined, visibleAtMs: clock.now(), receiveCount: 0 });
    wake(target);
    return true;
  }

  return {
    find,
    create,
    send,
    redrive,
    remove: (queue: Queue): void => void queues.delete(queue.name),
    withPrefix: (prefix: string): Queue[] =>
      [...queues.values()].filter(({ name }) => name.startsWith(prefix)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    /** All attributes of a queue, counts included, as strings. */
    attributesOf(queue: Queue): Record<string, string> {
      const { visible, inFlight, delayed } = countMessages(queue, clock.now());
      return {
        QueueArn: queue.arn,
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(inFlight),
        ApproximateNumberOfMessagesDelayed: String(delayed),
        CreatedTimestamp: String(Math.floor(queue.createdMs / 1000)),
        LastModifiedTimestamp: String(Math.floor(queue.modifiedMs / 1000)),
        ...queue.attributes,
      };
    },
  };
}
