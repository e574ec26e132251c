import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createLogs } from '../../../../local/cloud/logs/logs.ts';
import { testPlace } from '../../../support/place.ts';
import { clientConfig } from '../../../support/sdk.ts';

async function connect(options: { emptyPages?: () => boolean } = {}) {
  const clock = virtualClock();
  const service = createLogs({ place: testPlace(), clock, invoke: () => {}, ...options });
  const logs = new CloudWatchLogsClient(clientConfig(createDispatcher([service])));
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'g' }));
  const put = (...lines: string[]) => service.put('g', 's', lines);
  const get = async (more: Partial<GetLogEventsCommandInput> = {}) => {
    const page = await logs.send(new GetLogEventsCommand({ logGroupName: 'g', logStreamName: 's', ...more }));
    return {
      lines: page.events?.map(({ message }) => message ?? ''),
      forward: page.nextForwardToken as string,
      backward: page.nextBackwardToken as string,
    };
  };
  put();
  return { clock, put, get };
}

test('reading forward ends when the token that was sent comes back, and goes on when more arrives', async () => {
  const { put, get } = await connect();
  put('1', '2', '3');
  const first = await get({ startFromHead: true, limit: 2 });
  expect(first.lines).toEqual(['1', '2']);
  const second = await get({ nextToken: first.forward, limit: 2 });
  expect(second.lines).toEqual(['3']);
  const third = await get({ nextToken: second.forward });
  expect(third).toMatchObject({ lines: [], forward: second.forward });
  put('4');
  expect((await get({ nextToken: third.forward })).lines).toEqual(['4']);
});

test('without startFromHead the newest events come, and the backward token reads older ones', async () => {
  const { put, get } = await connect();
  put('1', '2', '3');
  const newest = await get({ limit: 2 });
  expect(newest.lines).toEqual(['2', '3']);
  const older = await get({ nextToken: newest.backward, limit: 2 });
  expect(older.lines).toEqual(['1']);
  const end = await get({ nextToken: older.backward });
  expect(end).toMatchObject({ lines: [], backward: older.backward });
  expect((await get({ nextToken: end.forward })).lines).toEqual(['1', '2', '3']);
});

test.each([true, false])('an empty stream can be followed from its start (startFromHead %s)', async (startFromHead) => {
  const { put, get } = await connect();
  const empty = await get({ startFromHead });
  expect(empty.lines).toEqual([]);
  expect((await get({ nextToken: empty.forward })).forward).toBe(empty.forward);
  put('1');
  expect((await get({ nextToken: empty.forward })).lines).toEqual(['1']);
});

test('startTime is inclusive and endTime exclusive', async () => {
  const { clock, put, get } = await connect();
  const start = clock.now();
  put('1');
  await clock.advance(5);
  put('2');
  await clock.advance(5);
  put('3');
  const { lines } = await get({ startFromHead: true, startTime: start + 5, endTime: start + 10 });
  expect(lines).toEqual(['2']);
});

test('lines of the same millisecond are neither lost nor repeated between pages', async () => {
  const { put, get } = await connect();
  const written = Array.from({ length: 25 }, (_, index) => String(index));
  put(...written);
  const seen: string[] = [];
  let token: string | undefined;
  for (;;) {
    const page = await get({ startFromHead: true, limit: 4, ...(token === undefined ? {} : { nextToken: token }) });
    if (page.forward === token) break;
    seen.push(...(page.lines ?? []));
    token = page.forward;
  }
  expect(seen).toEqual(written);
});

test('a page holds 1 MB', async () => {
  const { put, get } = await connect();
  put(...Array.from({ length: 10 }, () => 'x'.repeat(200_000)));
  expect((await get({ startFromHead: true })).lines).toHaveLength(5);
});

test('empty pages mid-stream bring a token that differs, so a reader that stops there loses lines', async () => {
  let calls = 0;
  const { put, get } = await connect({ emptyPages: () => calls++ % 2 === 0 });
  put('1', '2');
  const first = await get({ startFromHead: true, limit: 1 });
  expect(first.lines).toEqual([]);
  const second = await get({ nextToken: first.forward, limit: 1 });
  expect(second.lines).toEqual(['1']);
  const third = await get({ nextToken: second.forward });
  expect(third.lines).toEqual([]);
  expect(third.forward).not.toBe(second.forward);
  expect((await get({ nextToken: third.forward })).lines).toEqual(['2']);
});

test('a token that was never given is refused', async () => {
  const { get } = await connect();
  await expect(get({ nextToken: 'f/1' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
});
