import { gunzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteSubscriptionFilterCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createLogs } from '../../../../local/cloud/logs/logs.ts';
import { testPlace } from '../../../support/place.ts';
import { clientConfig } from '../../../support/sdk.ts';

const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:follow-output';
const hour = 3_600_000;

async function connect() {
  const clock = virtualClock();
  const invoked: { functionArn: string; payload: unknown }[] = [];
  const invoke = (arn: string, payload: unknown) => void invoked.push({ functionArn: arn, payload });
  const service = createLogs({ place: testPlace(), clock, invoke });
  const logs = new CloudWatchLogsClient(clientConfig(createDispatcher([service])));
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/batuta/jobs' }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: '/batuta/jobs', logStreamName: 'run/1' }));
  const put = (logEvents: { timestamp: number; message: string }[], logStreamName = 'run/1') =>
    logs.send(new PutLogEventsCommand({ logGroupName: '/batuta/jobs', logStreamName, logEvents }));
  const subscribe = (filterName: string, filterPattern: string, destinationArn = functionArn) =>
    logs.send(
      new PutSubscriptionFilterCommand({ logGroupName: '/batuta/jobs', filterName, filterPattern, destinationArn }),
    );
  return { clock, service, logs, put, subscribe, invoked };
}

const decode = (payload: unknown) =>
  JSON.parse(gunzipSync(Buffer.from((payload as { awslogs: { data: string } }).awslogs.data, 'base64')).toString());

test('a group is listed with its retention and ARN, and is gone when deleted', async () => {
  const { logs } = await connect();
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: '/batuta/jobs', retentionInDays: 30 }));
  const list = async () => (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/batuta' }))).logGroups;
  expect(await list()).toMatchObject([
    { arn: 'arn:aws:logs:us-east-1:123456789012:log-group:/batuta/jobs:*', retentionInDays: 30 },
  ]);
  await logs.send(new DeleteLogGroupCommand({ logGroupName: '/batuta/jobs' }));
  expect(await list()).toEqual([]);
});

test('what exists twice or not at all is answered as AWS does', async () => {
  const { logs, put, service } = await connect();
  await expect(logs.send(new CreateLogGroupCommand({ logGroupName: '/batuta/jobs' }))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
  await expect(put([{ timestamp: 1, message: 'x' }], 'absent')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The specified log stream does not exist.',
  });
  expect(() => service.put('/absent', 's', ['x'])).toThrow('The specified log group does not exist.');
  await expect(
    logs.send(new PutRetentionPolicyCommand({ logGroupName: '/batuta/jobs', retentionInDays: 2 })),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('streams are listed by name or by their newest event', async () => {
  const { clock, logs, service } = await connect();
  service.put('/batuta/jobs', 'run/2', ['b']);
  await clock.advance(1000);
  service.put('/batuta/jobs', 'run/1', ['a']);
  const list = async (more: object) => {
    const found = await logs.send(new DescribeLogStreamsCommand({ logGroupName: '/batuta/jobs', ...more }));
    return found.logStreams?.map(({ logStreamName }) => logStreamName);
  };
  expect(await list({})).toEqual(['run/1', 'run/2']);
  expect(await list({ orderBy: 'LastEventTime' })).toEqual(['run/2', 'run/1']);
  expect(await list({ logStreamNamePrefix: 'run/2' })).toEqual(['run/2']);
});

test('events that are too old or too new are reported and not stored', async () => {
  const { clock, logs, put } = await connect();
  const now = clock.now();
  const answer = await put([
    { timestamp: now - 15 * 24 * hour, message: 'too old' },
    { timestamp: now, message: 'kept' },
    { timestamp: now + 3 * hour, message: 'too new' },
  ]);
  expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 });
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/batuta/jobs' }));
  expect(events?.map(({ message }) => message)).toEqual(['kept']);
});

test('events before the retention are reported as expired', async () => {
  const { clock, logs, put } = await connect();
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: '/batuta/jobs', retentionInDays: 1 }));
  const answer = await put([
    { timestamp: clock.now() - 25 * hour, message: 'expired' },
    { timestamp: clock.now(), message: 'kept' },
  ]);
  expect(answer.rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
});

test.each([
  [
    'out of order',
    [
      [5, 'x'],
      [4, 'x'],
    ],
    /chronological/,
  ],
  [
    'over 24 hours',
    [
      [-25 * hour, 'x'],
      [0, 'x'],
    ],
    /24 hours/,
  ],
  ['one event over 1 MB', [[0, 'x'.repeat(1_048_576)]], /Log event too large: 1048602 bytes/],
  [
    'a batch over 1 MB',
    [
      [0, 'x'.repeat(700_000)],
      [0, 'x'.repeat(700_000)],
    ],
    /Upload too large: 1400052 bytes/,
  ],
] as const)('a batch is refused when it is: %s', async (_fact, batch, message) => {
  const { clock, put } = await connect();
  const events = batch.map(([ago, text]) => ({ timestamp: clock.now() + ago, message: text }));
  await expect(put(events)).rejects.toMatchObject({ name: 'InvalidParameterException', message });
});

test('FilterLogEvents takes a pattern, streams and an inclusive end, in pages', async () => {
  const { clock, logs, service } = await connect();
  const start = clock.now();
  service.put('/batuta/jobs', 'run/1', ['ERROR one']);
  await clock.advance(10);
  service.put('/batuta/jobs', 'run/2', ['ERROR two', 'fine']);
  const find = async (more: object) =>
    logs.send(new FilterLogEventsCommand({ logGroupName: '/batuta/jobs', filterPattern: 'ERROR', ...more }));
  const messages = async (more: object) => (await find(more)).events?.map(({ message }) => message);
  expect(await messages({})).toEqual(['ERROR one', 'ERROR two']);
  expect(await messages({ logStreamNames: ['run/2'] })).toEqual(['ERROR two']);
  expect(await messages({ endTime: start })).toEqual(['ERROR one']);
  expect(await messages({ endTime: start + 10 })).toHaveLength(2);
  const first = await find({ limit: 1 });
  expect(await messages({ limit: 1, nextToken: first.nextToken })).toEqual(['ERROR two']);
});

test('a subscription filter hands matching lines to its function, per stream, gzipped', async () => {
  const { clock, service, subscribe, invoked } = await connect();
  await subscribe('output', '?"::progress" ?"::output"');
  service.put('/batuta/jobs', 'run/1', ['::progress 10 reading', 'noise']);
  service.put('/batuta/jobs', 'run/1', ['::output rows=2']);
  service.put('/batuta/jobs', 'run/2', ['::output rows=3']);
  expect(invoked).toEqual([]);
  await clock.advance(20);
  expect(invoked.map((call) => call.functionArn)).toEqual([functionArn, functionArn]);
  expect(decode(invoked[0]?.payload)).toEqual({
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/batuta/jobs',
    logStream: 'run/1',
    subscriptionFilters: ['output'],
    logEvents: [
      { id: expect.stringMatching(/^\d{56}$/), timestamp: expect.any(Number), message: '::progress 10 reading' },
      { id: expect.any(String), timestamp: expect.any(Number), message: '::output rows=2' },
    ],
  });
  expect(decode(invoked[1]?.payload)).toMatchObject({ logStream: 'run/2' });
});

test('a large burst is delivered in several invocations, in order', async () => {
  const { clock, service, subscribe, invoked } = await connect();
  await subscribe('all', '');
  service.put(
    '/batuta/jobs',
    'run/1',
    Array.from({ length: 20 }, (_, index) => `${index} ${'x'.repeat(100_000)}`),
  );
  await clock.advance(20);
  const delivered = invoked.flatMap(({ payload }) => decode(payload).logEvents as { message: string }[]);
  expect(invoked.length).toBeGreaterThan(2);
  expect(delivered.map(({ message }) => Number.parseInt(message, 10))).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('a group takes two subscription filters, to functions only', async () => {
  const { logs, subscribe } = await connect();
  await subscribe('a', '');
  await subscribe('b', 'x');
  await subscribe('b', 'y');
  await expect(subscribe('c', '')).rejects.toMatchObject({ name: 'LimitExceededException' });
  await logs.send(new DeleteSubscriptionFilterCommand({ logGroupName: '/batuta/jobs', filterName: 'a' }));
  const { subscriptionFilters } = await logs.send(
    new DescribeSubscriptionFiltersCommand({ logGroupName: '/batuta/jobs' }),
  );
  expect(subscriptionFilters).toMatchObject([{ filterName: 'b', filterPattern: 'y', destinationArn: functionArn }]);
  await expect(subscribe('c', '', 'arn:aws:kinesis:us-east-1:123456789012:stream/x')).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(subscribe('c', '[a, b')).rejects.toMatchObject({ message: /Invalid filter pattern/ });
});

test('a task’s lines arrive as the awslogs driver sends them: no empty ones, long ones in pieces', async () => {
  const { logs, service } = await connect();
  service.put('/batuta/jobs', 'run/1', ['a', '', 'é'.repeat(200_000)]);
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/batuta/jobs' }));
  const [first, ...pieces] = events.map(({ message = '' }) => message);
  expect(first).toBe('a');
  expect(pieces).toHaveLength(2);
  expect(pieces.join('')).toBe('é'.repeat(200_000));
});

test('IAM resources are named as in AWS’s own refusals', async () => {
  const { service } = await connect();
  const resource = (operation: string, input: object) =>
    service.access?.(operation, input as Record<string, unknown>)[0]?.resource;
  const group = 'arn:aws:logs:us-east-1:123456789012:log-group:/batuta/jobs';
  expect(resource('GetLogEvents', { logGroupName: '/batuta/jobs', logStreamName: 's' })).toBe(`${group}:log-stream:s`);
  expect(resource('FilterLogEvents', { logGroupIdentifier: `${group}:*` })).toBe(`${group}:log-stream:`);
});

test('lines may bring their own time, and a group may be made twice by its port', async () => {
  const { logs, service } = await connect();
  service.createGroup('/new');
  service.createGroup('/new');
  service.put('/new', 's', [{ timestamp: 2000, message: 'second' }]);
  service.put('/new', 's', [{ timestamp: 1000, message: 'first' }]);
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/new' }));
  expect(events).toMatchObject([
    { timestamp: 1000, message: 'first' },
    { timestamp: 2000, message: 'second' },
  ]);
});
