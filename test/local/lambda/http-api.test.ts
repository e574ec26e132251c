import { afterEach, expect, test } from 'vitest';
import { createHttpApi, type HttpApi, type HttpApiOptions } from '../../../local/lambda/http-api/server.ts';
import type { Invocation } from '../../../local/lambda/runtime/runtime.ts';

const open: HttpApi[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((api) => api.close()))));

const stack: HttpApiOptions['stack'] = {
  account: '123456789012',
  region: 'us-east-1',
  routes: [
    { method: 'ANY', path: '/api/{proxy+}', functionName: 'serve-api' },
    { method: 'GET', path: '/api/health/{part}', functionName: 'health' },
  ],
};

async function apiOf(
  answer: (functionName: string, event: never) => Invocation | Promise<Invocation>,
  options: Partial<HttpApiOptions> = {},
): Promise<string> {
  const api = await createHttpApi({
    stack,
    port: 0,
    invoke: async (name, event) => answer(name, event as never),
    ...options,
  });
  open.push(api);
  return api.url;
}

/** The event that a request becomes, by sending it back as the body. */
async function eventOf(path: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const url = await apiOf((functionName, event) => ({ kind: 'done', payload: { functionName, event } }));
  const { event } = (await (await fetch(url + path, init)).json()) as { event: Record<string, unknown> };
  return event;
}

test('a request becomes an event of payload format 2.0', async () => {
  const event = await eventOf('/api/runs/1?a=1&a=2&b=x%20y', {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: 'one=1; two=2', 'X-Other': 'o' },
    body: '{"ä":1}',
  });
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'ANY /api/{proxy+}',
    rawPath: '/api/runs/1',
    rawQueryString: 'a=1&a=2&b=x%20y',
    cookies: ['one=1', 'two=2'],
    queryStringParameters: { a: '1,2', b: 'x y' },
    pathParameters: { proxy: 'runs/1' },
    headers: { 'content-type': 'application/json', 'x-other': 'o' },
    body: '{"ä":1}',
    isBase64Encoded: false,
    requestContext: {
      accountId: '123456789012',
      stage: '$default',
      http: { method: 'POST', path: '/api/runs/1', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    },
  });
  expect(event.headers).not.toHaveProperty('cookie');
});

test('the path arrives decoded, as from AWS', async () => {
  expect(await eventOf('/api/a%20b%2Fc')).toMatchObject({ rawPath: '/api/a b/c' });
});

test('a body that is no text arrives in base64', async () => {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array([255, 0]),
  };
  expect(await eventOf('/api/x', init)).toMatchObject({ body: '/wA=', isBase64Encoded: true });
});

test('a request without a body has none', async () => {
  expect(await eventOf('/api/x')).not.toHaveProperty('body');
});

test('the more exact route wins', async () => {
  const url = await apiOf((functionName) => ({ kind: 'done', payload: functionName }));
  expect(await (await fetch(`${url}/api/health/db`)).json()).toBe('health');
  expect(await (await fetch(`${url}/api/health/db`, { method: 'POST' })).json()).toBe('serve-api');
});

test('status, headers, cookies and a base64 body come back', async () => {
  const url = await apiOf(() => ({
    kind: 'done',
    payload: {
      statusCode: 202,
      headers: { 'X-Count': 3 },
      cookies: ['a=1', 'b=2'],
      body: '/wA=',
      isBase64Encoded: true,
    },
  }));
  const response = await fetch(`${url}/api/x`);
  expect(response.status).toBe(202);
  expect(response.headers.get('x-count')).toBe('3');
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([255, 0]);
});

const failed: Invocation = { kind: 'failed', error: { errorType: 'Error', errorMessage: 'a secret' } };
const never = new Promise<never>(() => {});
test.each<[string, string, RequestInit, () => Invocation | Promise<Invocation>, number, string]>([
  ['no route', '/other', {}, () => failed, 404, 'Not Found'],
  ['a malformed path', '/api/%E0%A4%A', {}, () => failed, 400, 'Bad Request'],
  ['a function that fails, without its message', '/api/x', {}, () => failed, 500, 'Internal Server Error'],
  ['a function that takes too long', '/api/x', {}, () => never, 503, 'Service Unavailable'],
  [
    'a body over 10 MB',
    '/api/x',
    { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) },
    () => failed,
    413,
    'Request Entity Too Large',
  ],
])('the gateway itself answers %s', async (_what, path, init, answer, status, message) => {
  const response = await fetch((await apiOf(answer, { longestMs: 50 })) + path, init);
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ message });
});

test('a port in use is an error that names --port', async () => {
  const port = Number(new URL(await apiOf(() => failed)).port);
  await expect(apiOf(() => failed, { port })).rejects.toThrow(
    `127.0.0.1:${port} is already in use: choose another port with --port, or 0 for any free one`,
  );
});
