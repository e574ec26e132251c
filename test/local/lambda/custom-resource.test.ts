import { expect, test } from 'vitest';
import { createCustomResources } from '../../../local/lambda/custom-resource.ts';
import type { Invocation } from '../../../local/lambda/runtime/runtime.ts';
import { smallStack } from './small-stack.ts';

type Request = Record<string, unknown> & { ResponseURL: string };

const arn = 'arn:aws:lambda:us-east-1:123456789012:function:batuta-test-sync';
const stack = {
  ...smallStack({}).stack,
  resources: {
    Bus: { type: 'AWS::Events::EventBus', name: 'bus', arn: 'arn:bus', properties: {} },
    Schedules: {
      type: 'Custom::BatutaSchedules',
      name: 's',
      arn: 's',
      properties: { ServiceToken: arn, ServiceTimeout: 300 },
    },
  },
};

async function createWith(handler: (request: Request) => unknown): Promise<string[]> {
  const called: string[] = [];
  await createCustomResources(stack, {
    async invoke(name, payload): Promise<Invocation> {
      called.push(name);
      return { kind: 'done', payload: await handler(payload as Request) };
    },
  });
  return called;
}
const put = (url: string, answer: object) => fetch(url, { method: 'PUT', body: JSON.stringify(answer) });

test('a custom resource is asked to create with its properties as text', async () => {
  let asked: Request | undefined;
  const called = await createWith(async (request) => {
    asked = request;
    await put(request.ResponseURL, { Status: 'SUCCESS' });
  });
  expect(called).toEqual([arn]);
  expect(asked).toMatchObject({
    RequestType: 'Create',
    LogicalResourceId: 'Schedules',
    ResourceType: 'Custom::BatutaSchedules',
    ResourceProperties: { ServiceToken: arn, ServiceTimeout: '300' },
  });
});

test('FAILED becomes an error with its reason', async () => {
  const failing = createWith((request) => put(request.ResponseURL, { Status: 'FAILED', Reason: 'no role' }));
  await expect(failing).rejects.toThrow('The custom resource Schedules (Custom::BatutaSchedules) failed: no role');
});

test('a function that does not answer is told', async () => {
  await expect(createWith(() => undefined)).rejects.toThrow('the function ended without an answer');
});

test('only a PUT to the given address is an answer', async () => {
  const answering = createWith(async ({ ResponseURL }) => {
    expect((await fetch(ResponseURL)).status).toBe(403);
    expect((await put(new URL('/other', ResponseURL).href, { Status: 'SUCCESS' })).status).toBe(403);
  });
  await expect(answering).rejects.toThrow('without an answer');
});
