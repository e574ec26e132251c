import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { createEvents } from '../../../local/cloud/events/events.ts';
import { createSns } from '../../../local/cloud/sns/sns.ts';
import { channelPorts } from '../../../shared/aws/channel-ports.ts';
import type { AwsConnection } from '../../../shared/aws/connection.ts';
import type { Runtime } from '../../../shared/lambda/runtime.ts';
import { testPlace } from '../../support/place.ts';
import { clientConfig } from '../../support/sdk.ts';

function connect() {
  const put: unknown[] = [];
  const ports = { place: testPlace(), clock: virtualClock() };
  const sns = createSns(ports);
  const events = createEvents({
    ...ports,
    invoke: () => {},
    deadLetter: () => {},
    onPut: (bus, event) => put.push({ bus, event }),
  });
  const aws = clientConfig(createDispatcher([sns, events])) as unknown as AwsConnection;
  const runtime = { aws, env: () => 'local', now: () => 0 } as unknown as Runtime;
  return { aws, put, sns, ports: channelPorts(runtime) };
}

const texts = JSON.stringify({ default: 'a', email: 'a', sms: 'a' });
const event = { detailType: 'Batuta Notification', detail: '{"title":"a"}', at: Date.parse('2026-11-20T10:00:00Z') };

test.each(['us-east-1:123456789012', 'eu-west-1:123456789012', 'eu-west-1:210987654321'])(
  'a topic in %s is published to in its region',
  async (home) => {
    const { aws, sns, ports } = connect();
    await new SNSClient(aws as object).send(new CreateTopicCommand({ Name: 'news' }));
    await ports.publish({ topic: `arn:aws:sns:${home}:news`, subject: 'A', message: texts });
    expect(sns.published()).toMatchObject([{ topicArn: `arn:aws:sns:${home}:news`, subject: 'A', message: texts }]);
  },
);

test.each([
  ['a topic that is not there', 'arn:aws:sns:us-east-1:123456789012:gone', 'A', 'NotFoundException'],
  ['a subject with a line break', 'arn:aws:sns:us-east-1:210987654321:news', 'A\nB', 'InvalidParameterException'],
])("%s is refused by SNS's own code", async (_fact, topic, subject, code) => {
  const failed = connect().ports.publish({ topic, subject, message: texts });
  await expect(failed).rejects.toMatchObject({ name: 'AwsCallFailed', code, retryable: false });
});

test.each(['us-east-1:210987654321', 'eu-west-1:210987654321'])(
  'a bus in %s gets the event in its region, with the time of the news',
  async (home) => {
    const { put, ports } = connect();
    const bus = `arn:aws:events:${home}:event-bus/operations`;
    await ports.putEvent({ bus, ...event });
    expect(put).toMatchObject([
      { bus, event: { source: 'batuta', 'detail-type': 'Batuta Notification', time: '2026-11-20T10:00:00Z' } },
    ]);
  },
);

test('an entry that fails inside a successful answer is a failure with the code of the entry', async () => {
  const bus = 'arn:aws:events:us-east-1:210987654321:event-bus/operations';
  const failed = connect().ports.putEvent({ bus, ...event, detail: 'no object' });
  await expect(failed).rejects.toMatchObject({ name: 'AwsCallFailed', code: 'MalformedDetail', retryable: false });
});
