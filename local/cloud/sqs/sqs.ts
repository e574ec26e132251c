import type * as model from '@aws-sdk/client-sqs';
import * as sqsModel from '@aws-sdk/client-sqs';
import type { Clock } from '../../clock.ts';
import type { DeadLetter } from '../dead-letter.ts';
import { pageOf } from '../pages.ts';
import { type Access, AwsError, type Caller, type Operations, type Place, type Service } from '../service.ts';
import { checkAttributes, checkBatch, checkMessage, checkRange, invalidValue } from './checks.ts';
import { md5OfAttributes, md5OfBody } from './md5.ts';
import { byHandle, type Queue, receive, seconds, shownMessage, wake } from './queue.ts';
import { createQueues, queueArn, queueName } from './queues.ts';

export interface Sqs extends Service {
  /** Sends to a queue by ARN; a queue that is not there drops the message, as a wrong dead-letter ARN does on AWS. */
  send: DeadLetter;
}

interface Sending {
  MessageBody: string;
  MessageAttributes?: Record<string, model.MessageAttributeValue> | undefined;
  DelaySeconds?: number | undefined;
}

/** SQS's standard queues in memory, by the JSON protocol and the older Query protocol. */
export function createSqs({ place, clock }: { place: Place; clock: Clock }): Sqs {
  const queues = createQueues(place, clock);
  const urlOf = ({ name }: Queue, { endpoint }: Caller) => `${endpoint}/${place.account}/${name}`;

  function send(queue: Queue, { MessageBody, MessageAttributes = {}, DelaySeconds }: Sending) {
    checkRange('DelaySeconds', DelaySeconds, 0, 900);
    checkMessage(queue, MessageBody, MessageAttributes);
    const { id } = queues.send(queue, MessageBody, MessageAttributes, DelaySeconds);
    const withAttributes = Object.keys(MessageAttributes).length > 0;
    return {
      MessageId: id,
      MD5OfMessageBody: md5OfBody(MessageBody),
      ...(withAttributes ? { MD5OfMessageAttributes: md5OfAttributes(MessageAttributes) } : {}),
    };
  }

  function remove(queue: Queue, handle: string): void {
    const message = byHandle(queue, handle);
    queue.messages = queue.messages.filter((other) => other !== message);
  }

  const operations = {
    CreateQueue: (input, caller) => ({
      QueueUrl: urlOf(queues.create(input.QueueName, input.Attributes ?? {}), caller),
    }),
    GetQueueUrl: (input, caller) => ({ QueueUrl: urlOf(queues.find(input.QueueName), caller) }),
    ListQueues(input, caller) {
      const found = queues.withPrefix(input.QueueNamePrefix ?? '').map((queue) => urlOf(queue, caller));
      const page = pageOf(found, input.NextToken, input.MaxResults ?? 1000, () => invalidValue('Invalid NextToken.'));
      return { QueueUrls: page.items, ...(page.next ? { NextToken: page.next } : {}) };
    },
    DeleteQueue(input) {
      queues.remove(queues.find(input.QueueUrl));
      return {};
    },
    GetQueueAttributes(input) {
      const all = queues.attributesOf(queues.find(input.QueueUrl));
      const asked: string[] = input.AttributeNames ?? [];
      const wanted = Object.entries(all).filter(([name]) => asked.includes('All') || asked.includes(name));
      return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {};
    },
    SetQueueAttributes(input) {
      const queue = queues.find(input.QueueUrl);
      checkAttributes(input.Attributes as Record<string, string>);
      Object.assign(queue.attributes, input.Attributes);
      queue.modifiedMs = clock.now();
      return {};
    },
    SendMessage: (input) => send(queues.find(input.QueueUrl), input),
    SendMessageBatch(input) {
      const queue = queues.find(input.QueueUrl);
      checkBatch('SendMessageBatchRequestEntry', input.Entries);
      return batch(input.Entries, (entry) => send(queue, entry));
    },
    async ReceiveMessage(input) {
      const queue = queues.find(input.QueueUrl);
      checkRange('MaxNumberOfMessages', input.MaxNumberOfMessages, 1, 10);
      checkRange('WaitTimeSeconds', input.WaitTimeSeconds, 0, 20);
      checkRange('VisibilityTimeout', input.VisibilityTimeout, 0, 43_200);
      const taken = await receive(queue, clock, {
        max: input.MaxNumberOfMessages ?? 1,
        visibilityMs: (input.VisibilityTimeout ?? seconds(queue, 'VisibilityTimeout')) * 1000,
        waitMs: (input.WaitTimeSeconds ?? seconds(queue, 'ReceiveMessageWaitTimeSeconds')) * 1000,
        newHandle: () => Buffer.from(`${queue.name} ${place.newUuid()}`).toString('base64'),
        redrive: (message) => queues.redrive(queue, message),
      });
      if (taken.length === 0) return {};
      const system = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
      const attributes = input.MessageAttributeNames ?? [];
      return { Messages: taken.map((message) => shownMessage(message, system, attributes, place.account)) };
    },
    DeleteMessage(input) {
      remove(queues.find(input.QueueUrl), input.ReceiptHandle);
      return {};
    },
    DeleteMessageBatch(input) {
      const queue = queues.find(input.QueueUrl);
      checkBatch('DeleteMessageBatchRequestEntry', input.Entries);
      return batch(input.Entries, ({ ReceiptHandle }) => remove(queue, ReceiptHandle) ?? {});
    },
    ChangeMessageVisibility(input) {
      const queue = queues.find(input.QueueUrl);
      checkRange('VisibilityTimeout', input.VisibilityTimeout, 0, 43_200);
      const message = byHandle(queue, input.ReceiptHandle);
      if (!message || message.visibleAtMs <= clock.now())
        throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
      message.visibleAtMs = clock.now() + input.VisibilityTimeout * 1000;
      wake(queue);
      return {};
    },
    PurgeQueue(input) {
      queues.find(input.QueueUrl).messages = [];
      return {};
    },
  } satisfies Operations<typeof model>;

  return {
    name: 'sqs',
    model: sqsModel,
    protocol: 'json',
    target: 'AmazonSQS',
    version: '2012-11-05',
    invalidInput: 'InvalidParameterValue',
    operations,
    access: (operation, input) => accessOf(place, operation, input),
    send(arn, body, attributes) {
      try {
        const values = Object.entries(attributes).map(([name, StringValue]) => [
          name,
          { DataType: 'String', StringValue },
        ]);
        queues.send(queues.find(arn), body, Object.fromEntries(values));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
      }
    },
  };
}

/** Entry by entry: one that fails does not stop the others. */
function batch<Entry extends { Id: string }, Result extends object>(
  entries: Entry[],
  each: (entry: Entry) => Result,
): { Successful: (Result & { Id: string })[]; Failed: model.BatchResultErrorEntry[] } {
  const Successful: (Result & { Id: string })[] = [];
  const Failed: model.BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ ...each(entry), Id: entry.Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

/** IAM knows no batch actions: SendMessageBatch needs sqs:SendMessage. */
function accessOf(place: Place, operation: string, input: Readonly<Record<string, unknown>>): Access[] {
  const action = `sqs:${operation.replace(/Batch$/, '')}`;
  const queue = input.QueueUrl ?? input.QueueName;
  return [{ action, resource: queue === undefined ? '*' : queueArn(place, queueName(String(queue))) }];
}
