import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createSqs } from '../../../../local/cloud/sqs/sqs.ts';
import { testPlace } from '../../../support/place.ts';
import { clientConfig } from '../../../support/sdk.ts';

const dlqArn = 'arn:aws:sqs:us-east-1:123456789012:dlq';

async function connect() {
  const clock = virtualClock();
  const service = createSqs({ place: testPlace(), clock });
  const sqs = new SQSClient({ ...clientConfig(createDispatcher([service])), useQueueUrlAsEndpoint: false });
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'dlq' }));
  const send = (MessageBody: string, more: object = {}) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const receive = async (more: object = {}) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...more }))).Messages ?? [];
  const attributes = async () =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes;
  return { clock, service, sqs, QueueUrl, send, receive, attributes };
}

test('a queue has a URL, an ARN and AWS’s defaults', async () => {
  const { sqs, QueueUrl, attributes } = await connect();
  expect(QueueUrl).toBe('http://sqs.us-east-1.amazonaws.com/123456789012/dlq');
  expect(await sqs.send(new GetQueueUrlCommand({ QueueName: 'dlq' }))).toMatchObject({ QueueUrl });
  expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'd' }))).QueueUrls).toEqual([QueueUrl]);
  expect(await attributes()).toMatchObject({
    QueueArn: dlqArn,
    VisibilityTimeout: '30',
    MaximumMessageSize: '1048576',
  });
});

test('a message is received once per visibility timeout, with attributes where asked for', async () => {
  const { clock, send, receive, attributes } = await connect();
  await send('héllo', { MessageAttributes: { ERROR_CODE: { DataType: 'String', StringValue: 'x' } } });
  const [first] = await receive({ MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] });
  expect(first).toMatchObject({
    Body: 'héllo',
    Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(clock.now()) },
    MessageAttributes: { ERROR_CODE: { StringValue: 'x' } },
  });
  expect(await receive()).toEqual([]);
  expect(await attributes()).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '1',
  });
  await clock.advance(30_000);
  const [second] = await receive({ AttributeNames: ['ApproximateReceiveCount'] });
  expect(second?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
  expect(second?.MessageAttributes).toBeUndefined();
});

test('attributes have the MD5 that the developer guide describes', async () => {
  const { send } = await connect();
  const MessageAttributes = { a: { DataType: 'String', StringValue: 'b' } };
  // md5 of 00000001 61 00000006 "String" 01 00000001 62
  expect((await send('x', { MessageAttributes })).MD5OfMessageAttributes).toBe('bef8bf215374a0a228d67533b1a488be');
});

test('a deleted message does not come back, and an old receipt deletes nothing', async () => {
  const { clock, sqs, QueueUrl, send, receive } = await connect();
  await send('x');
  const [first] = await receive();
  await clock.advance(30_000);
  const [second] = await receive();
  const remove = (ReceiptHandle: string | undefined) => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  await remove(first?.ReceiptHandle);
  await clock.advance(30_000);
  const [third] = await receive();
  expect(third?.MessageId).toBe(second?.MessageId);
  await remove(third?.ReceiptHandle);
  await clock.advance(30_000);
  expect(await receive()).toEqual([]);
  await expect(remove('nonsense')).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
});

test('long polling ends with the message that comes, or empty at its end', async () => {
  const { clock, send, receive } = await connect();
  const waiting = receive({ WaitTimeSeconds: 20 });
  await clock.advance(5000);
  await send('late');
  expect((await waiting).map(({ Body }) => Body)).toEqual(['late']);
  const empty = receive({ WaitTimeSeconds: 20 });
  await clock.advance(20_000);
  expect(await empty).toEqual([]);
});

test('long polling gets a delayed message when its time comes', async () => {
  const { clock, send, receive } = await connect();
  await send('delayed', { DelaySeconds: 3 });
  expect(await receive()).toEqual([]);
  const waiting = receive({ WaitTimeSeconds: 10 });
  await clock.advance(3000);
  expect((await waiting).map(({ Body }) => Body)).toEqual(['delayed']);
});

test('a message in flight can be given back or kept longer', async () => {
  const { clock, sqs, QueueUrl, send, receive } = await connect();
  await send('x');
  const change = async (VisibilityTimeout: number, ReceiptHandle: string | undefined) =>
    sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  const [first] = await receive();
  await change(60, first?.ReceiptHandle);
  await clock.advance(59_000);
  expect(await receive()).toEqual([]);
  await change(0, first?.ReceiptHandle);
  expect(await receive()).toHaveLength(1);
  await clock.advance(30_000);
  await expect(change(5, first?.ReceiptHandle)).rejects.toMatchObject({ name: 'MessageNotInflight' });
});

test('batches answer entry by entry, and are refused whole when they are no batch', async () => {
  const { sqs, QueueUrl, receive } = await connect();
  const send = (bodies: string[], id = (index: number) => `id${index}`) =>
    sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: bodies.map((MessageBody, index) => ({ Id: id(index), MessageBody })),
      }),
    );
  const answer = await send(['a', '\u0000', 'b']);
  expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['id0', 'id2']);
  expect(answer.Failed).toMatchObject([{ Id: 'id1', Code: 'InvalidMessageContents', SenderFault: true }]);
  await expect(send([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
  await expect(send(Array(11).fill('x'))).rejects.toMatchObject({ name: 'TooManyEntriesInBatchRequest' });
  await expect(send(['a', 'b'], () => 'same')).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
  const received = await receive({ MaxNumberOfMessages: 10 });
  const gone = await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: received.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle })),
    }),
  );
  expect(gone.Successful).toHaveLength(2);
});

test.each([
  ['eleven messages at once', { MaxNumberOfMessages: 11 }],
  ['a wait over 20 s', { WaitTimeSeconds: 21 }],
])('receiving is refused for %s', async (_fact, more) => {
  await expect((await connect()).receive(more)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test('an unknown queue has the error that both kinds of client know', async () => {
  const { sqs } = await connect();
  await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'gone' }))).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    message: 'The specified queue does not exist.',
  });
});

test('a queue is made again only with the same attributes', async () => {
  const { sqs, QueueUrl } = await connect();
  const create = (VisibilityTimeout: string) =>
    sqs.send(new CreateQueueCommand({ QueueName: 'dlq', Attributes: { VisibilityTimeout } }));
  expect((await create('30')).QueueUrl).toBe(QueueUrl);
  await expect(create('31')).rejects.toMatchObject({ name: 'QueueNameExists' });
  await expect(create('never')).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
});

test('what is received too often goes to the dead-letter queue', async () => {
  const { clock, sqs, receive } = await connect();
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dlqArn, maxReceiveCount: 1 });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));
  expect(await receive({ QueueUrl })).toHaveLength(1);
  await clock.advance(30_000);
  expect(await receive({ QueueUrl })).toEqual([]);
  expect(await receive()).toMatchObject([{ Body: 'poison' }]);
});

test('messages end after the retention, and at once by purging', async () => {
  const { clock, sqs, QueueUrl, send, receive } = await connect();
  await send('old');
  await clock.advance(4 * 24 * 3_600_000);
  expect(await receive()).toEqual([]);
  await send('new');
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  expect(await receive()).toEqual([]);
});

test('the dead-letter port sends by ARN and ignores a queue that is not there', async () => {
  const { service, receive } = await connect();
  service.send(dlqArn, '{"detail":1}', { ERROR_CODE: 'NO_PERMISSIONS' });
  service.send(`${dlqArn}-gone`, 'x', {});
  expect(await receive({ MessageAttributeNames: ['All'] })).toMatchObject([
    { Body: '{"detail":1}', MessageAttributes: { ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' } } },
  ]);
});

test('IAM knows no batch actions', async () => {
  const { service, QueueUrl } = await connect();
  expect(service.access?.('SendMessageBatch', { QueueUrl })).toEqual([{ action: 'sqs:SendMessage', resource: dlqArn }]);
});
