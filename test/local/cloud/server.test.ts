import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, expect, test } from 'vitest';
import { realClock } from '../../../local/clock.ts';
import { createDispatcher, type Dispatcher } from '../../../local/cloud/dispatcher.ts';
import { type CloudServer, startCloudServer } from '../../../local/cloud/server.ts';
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
