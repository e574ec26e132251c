import { afterEach, expect, test } from 'vitest';
import { realClock, virtualClock } from '../../../local/clock.ts';
import type { DeadLetter } from '../../../local/lambda/runtime/asynchronous.ts';
import { createLambdaRuntime, type LambdaRuntime } from '../../../local/lambda/runtime/runtime.ts';
import type { StackFunction } from '../../../local/lambda/stack/stack.ts';
import { smallStack } from './small-stack.ts';

const running: LambdaRuntime[] = [];
afterEach(async () => void (await Promise.all(running.splice(0).map((runtime) => runtime.close()))));

function runtimeOf(source: string, given: Partial<StackFunction> = {}, clock = virtualClock()) {
  const letters: DeadLetter[] = [];
  const lines: string[] = [];
  const runtime = createLambdaRuntime({
    ...smallStack({ one: source }, given),
    awsUrl: 'http://127.0.0.1:1',
    clock,
    deadLetter: (letter) => void letters.push(letter),
    log: (group, _stream, line) => void lines.push(`${group} ${line}`),
  });
  running.push(runtime);
  return { runtime, letters, lines, clock };
}

test('a handler gets the event and its result comes back', async () => {
  const { runtime } = runtimeOf('export const handler = async (event) => ({ got: event.a });');
  expect(await runtime.invoke('one', { a: 1 })).toEqual({ kind: 'done', payload: { got: 1 } });
});

test('a function sees its own environment and role, and nothing of this process', async () => {
  process.env.OF_THE_MACHINE = 'yes';
  const { runtime } = runtimeOf('export const handler = () => process.env;');
  const { payload } = (await runtime.invoke('one', {})) as { payload: Record<string, string> };
  expect(payload).toMatchObject({
    TABLE_NAME: 'batuta-test',
    AWS_ACCESS_KEY_ID: 'role-of-one',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'batuta-test-one',
  });
  expect(payload).not.toHaveProperty('OF_THE_MACHINE');
});

test('the context tells the request, the function and the time left', async () => {
  const { runtime } = runtimeOf(
    'export const handler = (_event, context) => ({ ...context, left: context.getRemainingTimeInMillis() });',
  );
  const { payload } = (await runtime.invoke('one', {})) as { payload: Record<string, unknown> };
  expect(payload).toMatchObject({
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:batuta-test-one',
  });
  expect(payload.left).toBeGreaterThan(2_000);
  expect(payload.left).toBeLessThanOrEqual(3_000);
});

test('an error is described as Lambda does', async () => {
  const { runtime } = runtimeOf("export const handler = async () => { throw new TypeError('no such thing'); };");
  expect(await runtime.invoke('one', {})).toEqual({
    kind: 'failed',
    error: { errorType: 'TypeError', errorMessage: 'no such thing', stackTrace: expect.any(Array) },
  });
});

test('an endless loop ends at the timeout, and the next call works', async () => {
  const { runtime } = runtimeOf('export const handler = async (event) => { while (event.hang); return 1; };', {
    timeoutSeconds: 1,
  });
  expect(await runtime.invoke('one', { hang: true })).toMatchObject({
    kind: 'failed',
    error: { errorMessage: expect.stringMatching(/Task timed out after 1\.00 seconds$/) },
  });
  expect(await runtime.invoke('one', {})).toEqual({ kind: 'done', payload: 1 });
});

test('process.exit in a handler stays inside its sandbox', async () => {
  const { runtime } = runtimeOf(
    'export const handler = async (event) => { if (event.die) process.exit(7); return 1; };',
  );
  expect(await runtime.invoke('one', { die: true })).toMatchObject({
    error: { errorMessage: expect.stringMatching(/Runtime exited with exit status 7$/) },
  });
  expect(await runtime.invoke('one', {})).toEqual({ kind: 'done', payload: 1 });
});

test('calls one after the other share a sandbox, calls at once do not, and the third waits', async () => {
  const { runtime } = runtimeOf(`
    let calls = 0;
    export const handler = async (event) => {
      await new Promise((resolve) => setTimeout(resolve, event.ms ?? 0));
      return ++calls;
    };`);
  const one = async (event: object) => ((await runtime.invoke('one', event)) as { payload: number }).payload;
  expect([await one({}), await one({})]).toEqual([1, 2]);
  const three = await Promise.all(Array.from({ length: 3 }, () => one({ ms: 150 })));
  // The first sandbox has served two calls, one is new, and one of the two serves twice.
  expect(three.filter((calls) => calls === 1)).toHaveLength(1);
});

test('what a handler prints arrives line by line in its log group', async () => {
  const { runtime, lines } = runtimeOf(
    "export const handler = async () => { console.log('one\\ntwo'); console.error('three'); };",
  );
  await runtime.invoke('one', {});
  await expect.poll(() => lines).toHaveLength(3);
  expect(lines.slice(0, 2)).toEqual(['/aws/lambda/batuta-test-one one', '/aws/lambda/batuta-test-one two']);
});

test('an asynchronous failure is tried after one and two more minutes, then goes to the dead-letter queue', async () => {
  const clock = virtualClock();
  const pauses: number[] = [];
  const setTimer: typeof clock.setTimer = (delayMs, callback) => {
    pauses.push(delayMs);
    return clock.setTimer(delayMs, callback);
  };
  const { runtime, letters, lines } = runtimeOf(
    "export const handler = async (_event, context) => { console.log(context.awsRequestId); throw new Error('still broken'); };",
    {},
    { ...clock, setTimer },
  );
  // The line is there before the failure is: only then does the pause begin.
  const paused = (...expected: number[]) =>
    expect.poll(() => pauses.filter((delayMs) => delayMs >= 60_000)).toEqual(expected);
  runtime.invokeAsync('arn:aws:lambda:us-east-1:123456789012:function:batuta-test-one', { a: 1 });
  await expect.poll(() => lines).toHaveLength(1);
  await paused(60_000);
  await clock.advance(59_000);
  expect(lines).toHaveLength(1);
  await clock.advance(1_000);
  await expect.poll(() => lines).toHaveLength(2);
  expect(letters).toEqual([]);
  await paused(60_000, 120_000);
  await clock.advance(120_000);
  await expect.poll(() => letters).toHaveLength(1);
  expect(new Set(lines).size).toBe(1);
  expect(letters[0]).toEqual({
    queueArn: 'arn:aws:sqs:us-east-1:123456789012:dead',
    body: '{"a":1}',
    attributes: {
      RequestID: lines[0]?.replace('/aws/lambda/batuta-test-one ', ''),
      ErrorCode: '200',
      ErrorMessage: 'still broken',
    },
  });
});

test('closing ends what runs, and nothing is retried afterwards', async () => {
  const { runtime, letters } = runtimeOf(
    'export const handler = () => new Promise(() => setTimeout(() => {}, 1e6));',
    {},
    {
      ...virtualClock(),
      ...realClock(),
    },
  );
  runtime.invokeAsync('one', {});
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(runtime.pending()).toBe(1);
  await runtime.close();
  await expect.poll(() => runtime.pending()).toBe(0);
  expect(letters).toEqual([]);
});

test('an unknown function is an error that names it', async () => {
  const { runtime } = runtimeOf('export const handler = () => 1;');
  await expect(runtime.invoke('two', {})).rejects.toThrow('No function two in serverless.yml');
});
