import { expect, test } from 'vitest';
import { AwsCallFailed } from '../../../shared/core/errors.ts';
import { patient } from '../../../shared/deploy/patience.ts';

const throttled = () => Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
const refusal = (cause: Error) => new AwsCallFailed('UpdateService', cause.name, cause.message, true, cause);

/** An invocation of 100 s whose calls fail with what `fail` gives for this second. */
function invocation(fail: (second: number) => Error | undefined) {
  let second = 0;
  const gateway = {
    async updateService() {
      const error = fail(second);
      if (error) throw error;
      return second;
    },
  };
  const others = { ecr: {}, manifests: {}, scans: {}, secrets: {}, runners: {} };
  const sleep = async (ms: number) => {
    second += ms / 1000;
  };
  const deps = patient({ ...others, ecs: gateway, sleep } as never, () => (100 - second) * 1000);
  const { ecs } = deps as { ecs: typeof gateway };
  return { call: () => ecs.updateService(), second: () => second };
}

test('what is throttled is tried each second until AWS has room', async () => {
  const { call } = invocation((second) => (second < 30 ? refusal(throttled()) : undefined));
  await expect(call()).resolves.toBe(30);
});

test('an invocation that waits ends long before its lease does', async () => {
  const { call, second } = invocation(() => refusal(throttled()));
  await expect(call()).rejects.toThrow('Rate exceeded');
  expect(second()).toBe(80);
});

test.each([
  ['a family that others register revisions of too', new Error('Too many concurrent attempts to create'), 1],
  ['throttling under another name', new Error('InvalidParameterException: Rate exceeded'), 1],
  ['a server error, of which nobody knows whether it did something', new Error('InternalFailure'), 0],
])('%s', async (_what, error, waited) => {
  const { call, second } = invocation((now) => (now === 0 ? refusal(error) : undefined));
  await call().catch(() => {});
  expect(second()).toBe(waited);
});
