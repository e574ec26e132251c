import { expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { createLogs } from '../../../local/cloud/logs/logs.ts';
import { AwsError } from '../../../local/cloud/service.ts';
import { logsGateway } from '../../../shared/aws/logs.ts';
import { countingPlace } from '../../support/local-ecs.ts';
import { clientConfig } from '../../support/sdk.ts';

const at = { group: '/jobs', stream: 'report/job/1' };

function world({
  emptyPages = () => false,
  refuse = () => false,
}: {
  emptyPages?: () => boolean;
  refuse?: () => boolean;
} = {}) {
  const clock = virtualClock();
  const service = createLogs({ place: countingPlace(), clock, invoke: () => {}, emptyPages });
  service.createGroup(at.group);
  const dispatcher = createDispatcher([service], {
    before(_service, _operation, input) {
      if (refuse() && (input as { nextToken?: string }).nextToken)
        throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
    },
  });
  return {
    clock,
    put: (...lines: string[]) => service.put(at.group, at.stream, lines),
    logs: logsGateway(clientConfig(dispatcher)),
  };
}
const messages = ({ lines }: { lines: { message: string }[] }) => lines.map(({ message }) => message);

test('empty pages in the middle of a stream are not its end', async () => {
  let asked = 0;
  const { put, logs } = world({ emptyPages: () => ++asked % 2 === 1 });
  put('one', 'two');
  const page = await logs.read(at);
  expect(messages(page)).toEqual(['one', 'two']);
});

test('the end is where the token answered is the token sent, and the cursor goes on from there', async () => {
  const { put, logs } = world();
  put('one');
  const first = await logs.read(at);
  expect(first.atEnd).toBe(false);
  const second = await logs.read({ ...at, cursor: first.cursor });
  expect(second).toMatchObject({ lines: [], atEnd: true });
  put('two', 'three');
  expect(messages(await logs.read({ ...at, cursor: second.cursor }))).toEqual(['two', 'three']);
});

test('lines of one millisecond are neither lost nor doubled between pages', async () => {
  const { put, logs } = world();
  put('one', 'two', 'three');
  const first = await logs.read({ ...at, limit: 2 });
  expect(messages(first)).toEqual(['one', 'two']);
  expect(messages(await logs.read({ ...at, cursor: first.cursor }))).toEqual(['three']);
});

test('with an expired token reading goes on by time, without the lines seen', async () => {
  let expired = false;
  const { put, logs } = world({ refuse: () => expired });
  put('one', 'two', 'three');
  const first = await logs.read({ ...at, limit: 2 });
  expired = true;
  expect(messages(await logs.read({ ...at, cursor: first.cursor }))).toEqual(['three']);
});

test('with an expired token and nothing read yet reading begins at the start', async () => {
  let expired = false;
  const { put, logs } = world({ refuse: () => expired });
  put('one');
  const cursor = Buffer.from(JSON.stringify({ token: 'of the day before yesterday' })).toString('base64url');
  expired = true;
  expect(messages(await logs.read({ ...at, cursor }))).toEqual(['one']);
});

test('a stream that is not there yet is empty and at its end', async () => {
  const { logs } = world();
  expect(await logs.read(at)).toMatchObject({ lines: [], atEnd: true });
  expect(await logs.tail(at)).toEqual([]);
});

test('the tail is the last lines, oldest first', async () => {
  const { put, logs, clock } = world();
  put('one');
  await clock.advance(1000);
  put('two');
  expect(messages({ lines: await logs.tail(at) })).toEqual(['one', 'two']);
});

test("a cursor that is not ours is the caller's mistake", async () => {
  const impossible = [{ at: -5 }, { at: 1.5 }, { at: 1, seen: 1e300 }].map((cursor) =>
    Buffer.from(JSON.stringify(cursor)).toString('base64url'),
  );
  for (const cursor of ['%%%', ...impossible])
    await expect(world().logs.read({ ...at, cursor })).rejects.toMatchObject({ name: 'BadRequest', status: 422 });
});
