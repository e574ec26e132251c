import { CreateTopicCommand, ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { createSns } from '../../../local/cloud/sns/sns.ts';
import { createSqs } from '../../../local/cloud/sqs/sqs.ts';
import { createSts } from '../../../local/cloud/sts/sts.ts';
import { testPlace } from '../../support/place.ts';
import { clientConfig } from '../../support/sdk.ts';

function connect() {
  const ports = { place: testPlace(), clock: virtualClock() };
  const sns = createSns(ports);
  const dispatcher = createDispatcher([sns, createSts(ports), createSqs(ports)]);
  const form = async (fields: Record<string, string>) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const body = new URLSearchParams(fields).toString();
    return dispatcher.handle({ method: 'POST', path: '/', headers, body });
  };
  return { sns, dispatcher, form };
}

test('STS names the role of the access key', async () => {
  const { dispatcher } = connect();
  const sts = new STSClient(clientConfig(dispatcher, 'launch-runs'));
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '123456789012',
    Arn: 'arn:aws:sts::123456789012:assumed-role/launch-runs/local',
  });
});

test('SNS keeps what is published, with attributes of any type and any text', async () => {
  const { sns: service, dispatcher } = connect();
  const sns = new SNSClient(clientConfig(dispatcher));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'news', Tags: [{ Key: 'a', Value: 'b' }] }));
  const Message = 'Zeilen\r\n<&>"\u{1f44b} = +';
  await sns.send(
    new PublishCommand({
      TopicArn,
      Message,
      Subject: 'a subject',
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'run' },
        raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 255]) },
      },
    }),
  );
  expect(service.published()).toMatchObject([
    {
      topicArn: 'arn:aws:sns:us-east-1:123456789012:news',
      message: Message,
      subject: 'a subject',
      attributes: { kind: { StringValue: 'run' }, raw: { BinaryValue: new Uint8Array([1, 255]) } },
    },
  ]);
  expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
});

test.each(['no JSON', '"text"', '{}', '{"default":1}'])(
  'SNS refuses %s as a text for each protocol',
  async (Message) => {
    const { sns: service, dispatcher } = connect();
    const sns = new SNSClient(clientConfig(dispatcher));
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'news' }));
    const failed = sns.send(new PublishCommand({ TopicArn, Message, MessageStructure: 'json' }));
    await expect(failed).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(service.published()).toEqual([]);
  },
);

test('errors of the Query protocol reach the SDK as their classes', async () => {
  const { dispatcher } = connect();
  const sns = new SNSClient(clientConfig(dispatcher));
  const TopicArn = 'arn:aws:sns:us-east-1:123456789012:gone';
  await expect(sns.send(new PublishCommand({ TopicArn, Message: 'x' }))).rejects.toMatchObject({
    name: 'NotFoundException',
    message: 'Topic does not exist',
    $metadata: { httpStatusCode: 404 },
  });
  await sns.send(new CreateTopicCommand({ Name: 'gone' }));
  const publish = (Message: string, Subject?: string) => sns.send(new PublishCommand({ TopicArn, Message, Subject }));
  await expect(publish('')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(publish('x'.repeat(262_145))).rejects.toMatchObject({ message: 'Invalid parameter: Message too long' });
  await expect(publish('x', 'two\nlines')).rejects.toMatchObject({ message: 'Invalid parameter: Subject' });
  await expect(publish('x', 'y'.repeat(100))).rejects.toMatchObject({ message: 'Invalid parameter: Subject' });
});

const sqs = { Version: '2012-11-05' };

test('SQS by the Query protocol reads flattened lists and maps, and writes them', async () => {
  const { form } = connect();
  const create = { ...sqs, Action: 'CreateQueue', QueueName: 'dlq' };
  const created = await form({ ...create, 'Attribute.1.Name': 'VisibilityTimeout', 'Attribute.1.Value': '7' });
  const QueueUrl = /<QueueUrl>(.*)<\/QueueUrl>/.exec(created.body)?.[1] ?? '';
  expect(QueueUrl).toMatch(/\/123456789012\/dlq$/);
  const read = { ...sqs, Action: 'GetQueueAttributes', QueueUrl, 'AttributeName.1': 'VisibilityTimeout' };
  expect((await form(read)).body).toMatch(
    /<GetQueueAttributesResponse xmlns="[^"]+"><GetQueueAttributesResult><Attribute><Name>VisibilityTimeout<\/Name><Value>7<\/Value><\/Attribute><\/GetQueueAttributesResult><ResponseMetadata><RequestId>/,
  );
  const entry = 'SendMessageBatchRequestEntry';
  const batch = {
    [`${entry}.1.Id`]: 'a',
    [`${entry}.1.MessageBody`]: '<x>&',
    [`${entry}.2.Id`]: 'b',
    [`${entry}.2.MessageBody`]: 'y',
  };
  await form({ ...sqs, Action: 'SendMessageBatch', QueueUrl, ...batch });
  const received = await form({ ...sqs, Action: 'ReceiveMessage', QueueUrl, MaxNumberOfMessages: '10' });
  expect(received.body.match(/<Message>/g)).toHaveLength(2);
  expect(received.body).toContain('<Body>&lt;x&gt;&amp;</Body>');
});

test('SQS’s errors keep their old codes in the Query protocol', async () => {
  const { form } = connect();
  const answer = await form({ ...sqs, Action: 'GetQueueUrl', QueueName: 'gone' });
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>');
});

test('an unknown action or version is answered in XML', async () => {
  const { form } = connect();
  for (const fields of [
    { ...sqs, Action: 'Fly' },
    { Action: 'GetQueueUrl', Version: '1999-01-01' },
  ])
    expect(await form(fields)).toMatchObject({
      status: 400,
      body: expect.stringContaining('<Code>InvalidAction</Code>'),
    });
});
