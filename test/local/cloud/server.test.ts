import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, expect, test } from 'vitest';
import { realClock } from '../../../local/clock.ts';
import { createDispatcher, type Dispatcher } from '../../../local/cloud/dispatcher.ts';
import { type CloudServer, startCloudServer } from '../../../local/cloud/server.ts';
import { createSqs } from '../../../local/cloud/sqs/sqs.ts';
import { createSsm } from '../../../local/cloud/ssm/ssm.ts';
import { testPlace } from '../../support/place.ts';

const open: CloudServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(dispatcher: Dispatcher, port = 0): Promise<CloudServer> {
  const server = await startCloudServer({ dispatcher, port });
  open.push(server);
  return server;
}

const echo: Dispatcher = {
  handle: async (request) => ({ status: 200, headers: {}, body: JSON.stringify(request) }),
};

test('an SDK client with an endpoint talks to the services', async () => {
  const server = await start(createDispatcher([createSsm({ place: testPlace(), clock: realClock() })]));
  const ssm = new SSMClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'role', secretAccessKey: 'x' },
  });
  await expect(ssm.send(new GetParameterCommand({ Name: '/gone' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
    $metadata: { httpStatusCode: 400 },
  });
  ssm.destroy();
});

test('a queue’s URL leads to the server that made it', async () => {
  const server = await start(createDispatcher([createSqs({ place: testPlace(), clock: realClock() })]));
  const { url } = server;
  const sqs = new SQSClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'dlq' }));
  expect(QueueUrl).toBe(`${url}/123456789012/dlq`);
  expect((await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))).MessageId).toBeDefined();
  sqs.destroy();
});

test('a request arrives with method, path, lower-case headers and body', async () => {
  const { url } = await start(echo);
  const answer = await fetch(`${url}/a?b=c`, { method: 'POST', headers: { 'X-Amz-Target': 'T' }, body: 'é' });
  expect(await answer.json()).toMatchObject({
    method: 'POST',
    path: '/a?b=c',
    headers: { 'x-amz-target': 'T' },
    body: 'é',
  });
});

test('a body over 10 MB is refused', async () => {
  const { url } = await start(echo);
  const answer = await fetch(url, { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) });
  expect(answer.status).toBe(413);
});

test('a lost answer is a dropped connection', async () => {
  const { url } = await start({ handle: () => Promise.reject(new Error('lost')) });
  await expect(fetch(url)).rejects.toThrow();
});

test('a port in use is told in one line with the option that helps', async () => {
  const { port } = await start(echo);
  await expect(start(echo, port)).rejects.toThrow(
    new RegExp(`^127\\.0\\.0\\.1:${port} is already in use .*--aws-port.*$`),
  );
});
