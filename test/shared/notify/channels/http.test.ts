import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { judge, refusalOf, safeHttp } from '../../../../shared/notify/channels/http.ts';
import { type Asked, type Network, nodeNetwork } from '../../../../shared/notify/channels/http-network.ts';
import {
  answers,
  breaksOff,
  type Conduct,
  drips,
  hangs,
  neverEnds,
  resets,
  startHttpServer,
} from '../../../support/channels/http-server.ts';

const quick = { local: true, timeoutMs: 1000 };

async function answerOf(conduct: Conduct) {
  await using server = await startHttpServer(conduct);
  const answer = await safeHttp(quick).post(`${server.url}/key`, '{"a":1}', { 'webhook-id': 'x' });
  return { answer, requests: server.requests };
}

describe('a server that answers', () => {
  test('gets one POST of JSON with the headers given', async () => {
    const { answer, requests } = await answerOf(answers(200, '{"ok":false}'));
    expect(answer).toEqual({ kind: 'answer', status: 200, body: '{"ok":false}' });
    expect(requests).toMatchObject([{ method: 'POST', path: '/key', body: '{"a":1}' }]);
    expect(requests[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'x' });
  });

  test('gets a PATCH where a message is changed', async () => {
    await using server = await startHttpServer(answers(204));
    await safeHttp(quick).patch(`${server.url}/m`, 'ß');
    expect(server.requests).toMatchObject([{ method: 'PATCH', path: '/m', body: 'ß' }]);
  });

  test('with a redirect to the metadata address is not followed, and refuses for good', async () => {
    const location = 'http://169.254.169.254/latest/meta-data/iam/';
    const { answer, requests } = await answerOf(answers(307, '', { location }));
    expect(answer).toEqual({ kind: 'answer', status: 307, body: '' });
    expect(judge(answer)).toEqual({
      kind: 'refused',
      scope: 'channel',
      why: 'it answered HTTP 307: redirects are not followed; write the address that it leads to',
    });
    expect(requests).toHaveLength(1);
  });

  test('without end is cut at 64 kB', async () => {
    const { answer } = await answerOf(neverEnds);
    expect(answer).toEqual({ kind: 'answer', status: 200, body: 'x'.repeat(65_536) });
  });

  test('and does not come to an end in time has answered by its status', async () => {
    const { answer } = await answerOf(drips);
    expect(answer).toMatchObject({ kind: 'answer', status: 200, body: expect.stringMatching(/^y+$/) });
  });

  test('and breaks off has answered by its status', async () => {
    const { answer } = await answerOf(breaksOff);
    expect(answer).toMatchObject({ kind: 'answer', status: 200 });
  });

  test.each([
    ['seconds', { 'retry-after': '30' }, 30_000],
    [
      'a date, by its own clock',
      { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT', date: 'Wed, 21 Oct 2026 07:27:00 GMT' },
      60_000,
    ],
    ['a date that is over', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
    ['nothing sensible', { 'retry-after': 'soon' }, undefined],
  ])('asks for patience in %s', async (_fact, headers, afterMs) => {
    const { answer } = await answerOf(answers(429, '', headers as Record<string, string>));
    expect(judge(answer)).toEqual({
      kind: 'retry',
      why: 'it answered HTTP 429',
      limited: true,
      ...(afterMs === undefined ? {} : { afterMs }),
    });
  });
});

describe('a server that does not answer is tried again later', () => {
  test.each([
    ['it hangs', hangs, 'it did not answer within 1 s'],
    ['it resets the connection', resets, 'the connection failed (ECONNRESET)'],
    [
      'it speaks no HTTP',
      (answer) => answer.socket?.end('220 smtp\r\n'),
      'the connection failed (HPE_INVALID_CONSTANT)',
    ],
    ['it changes the protocol', answers(101, '', { upgrade: 'x', connection: 'upgrade' }), 'the connection failed'],
  ] as [string, Conduct, string][])('%s', async (_fact, conduct, why) => {
    const { answer } = await answerOf(conduct);
    expect(judge(answer)).toEqual({ kind: 'retry', why });
  });

  test('nobody listens there', async () => {
    const server = await startHttpServer(hangs);
    await server.close();
    const answer = await safeHttp(quick).post(server.url, '{}');
    expect(answer).toEqual({ kind: 'failed', why: 'the connection failed (ECONNREFUSED)' });
  });
});

/** A network that is asked and connects nowhere: each look-up answers the next of `hosts`. */
function network(...hosts: string[][]) {
  const looked: string[] = [];
  const asked: Asked[] = [];
  const played: Network = {
    async lookup(host) {
      const found = hosts[Math.min(looked.length, hosts.length - 1)] ?? [];
      looked.push(host);
      return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
    async request(request) {
      asked.push(request);
      return { status: 204, headers: {}, body: [] };
    },
  };
  return { looked, asked, network: played };
}

describe('what is looked up is checked before anything connects', () => {
  const url = 'https://hooks.example.com/key';

  test('a name that leads to a private address later is called at the address that was checked', async () => {
    const { looked, asked, network: changing } = network(['18.1.2.3'], ['10.0.0.1']);
    await safeHttp({ local: false, network: changing }).post(url, '{}');
    expect(looked).toEqual(['hooks.example.com']);
    expect(asked.map(({ addresses }) => addresses)).toEqual([[{ address: '18.1.2.3', family: 4 }]]);
    expect(await safeHttp({ local: false, network: changing }).post(url, '{}')).toMatchObject({ kind: 'forbidden' });
    expect(asked).toHaveLength(1);
  });

  test('Node connects to the address that it is given, never to what the name says', async () => {
    await using server = await startHttpServer(answers(204));
    const answer = await nodeNetwork.request({
      method: 'POST',
      url: new URL(`http://no-such-host.invalid:${server.port}/`),
      headers: {},
      body: '',
      addresses: [{ address: '127.0.0.1', family: 4 }],
      signal: AbortSignal.timeout(1000),
    });
    expect(answer.status).toBe(204);
    expect(server.requests[0]?.headers.host).toBe(`no-such-host.invalid:${server.port}`);
  });

  test('a TLS server is asked for the name, at the address that was checked', async () => {
    let hello = '';
    const server = createServer((socket) => {
      socket.on('data', (data) => {
        hello += data.toString('latin1');
        socket.destroy();
      });
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const loop = {
      lookup: async () => [{ address: '18.1.2.3', family: 4 as const }],
      request: (asked: Asked) =>
        nodeNetwork.request({ ...asked, addresses: [{ address: '127.0.0.1', family: 4 as const }] }),
    };
    const answer = await safeHttp({ local: false, network: loop }).post(`https://named.example.com:${port}/`, '{}');
    server.close();
    expect(answer.kind).toBe('failed');
    expect(hello).toContain('named.example.com');
  });

  test.each([
    ['one private address among public ones forbids the host', ['18.1.2.3', '10.0.0.1']],
    ['also behind an IPv6 form', ['2600::1', '::ffff:169.254.169.254']],
    ['also the loopback interface, in the local system too', ['127.0.0.1']],
    ['also what is no address', ['fe80::1%eth0']],
  ])('%s', async (_fact, addresses) => {
    const { asked, network: found } = network(addresses);
    const answer = await safeHttp({ local: true, network: found }).post(url, '{}');
    expect(judge(answer)).toMatchObject({ kind: 'refused', scope: 'channel' });
    expect(asked).toEqual([]);
    expect(JSON.stringify(answer)).not.toMatch(/hooks|key|10\.0/);
  });

  test('a private address that the configuration lists is called', async () => {
    const { asked, network: found } = network(['10.1.2.3']);
    const { post } = safeHttp({ local: false, network: found });
    expect(await post(url, '{}', {}, ['10.1.0.0/16'])).toMatchObject({ kind: 'answer', status: 204 });
    expect(await post(url, '{}', {}, ['10.2.0.0/16'])).toMatchObject({ kind: 'forbidden' });
    expect(asked).toHaveLength(1);
  });

  test('localhost may be called locally where it leads to the loopback interface only', async () => {
    const post = (...addresses: string[]) =>
      safeHttp({ local: true, network: network(addresses).network }).post('http://localhost:1/x', '{}');
    expect(await post('127.0.0.1', '::1')).toMatchObject({ kind: 'answer' });
    expect(await post('127.0.0.1', '10.0.0.1')).toMatchObject({ kind: 'forbidden' });
  });

  test('a resolver that hangs is given up, one that knows no such name is asked again later', async () => {
    const hanging = { ...network().network, lookup: () => new Promise<never>(() => {}) };
    expect(await safeHttp({ local: false, network: hanging, timeoutMs: 20 }).post(url, '{}')).toEqual({
      kind: 'failed',
      why: 'it did not answer within 0.02 s',
    });
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND hooks.example.com'), { code: 'ENOTFOUND' });
    const knowing = { ...network().network, lookup: () => Promise.reject(unknown) };
    expect(await safeHttp({ local: false, network: knowing }).post(url, '{}')).toEqual({
      kind: 'failed',
      why: 'its host is not known (ENOTFOUND); look whether its address is written right',
    });
  });

  test("Node's own resolver answers with every address of a name", async () => {
    expect(await nodeNetwork.lookup('localhost')).toContainEqual({ address: '127.0.0.1', family: 4 });
  });
});

describe('a URL', () => {
  test.each([
    ['https anywhere is called', 'https://hooks.example.com/x', false, undefined],
    ['plain http is refused', 'http://hooks.example.com/x', true, /does not begin with https:/],
    ['other protocols are refused', 'file:///etc/passwd', true, /does not begin with https:/],
    ['loopback is refused in AWS', 'http://127.0.0.1:9001/x', false, /loopback/],
    ['https loopback is refused in AWS', 'https://127.8.8.8/x', false, /loopback/],
    ['loopback is called on one machine', 'http://127.0.0.1:9001/x', true, undefined],
    ['a user name or password in it is refused', 'https://me:word@hooks.example.com/x', false, /password; remove/],
    ['also on one machine', 'http://me@127.0.0.1/x', true, /password; remove/],
    ['no URL at all is refused', 'team', true, /is no URL; copy it again/],
  ])('%s', (_fact, url, local, refusal) => {
    if (refusal) expect(refusalOf(url, local)).toMatch(refusal);
    else expect(refusalOf(url, local)).toBeUndefined();
  });

  test.each([
    ...['https://2130706433/', 'https://0x7f000001/', 'https://0177.0.0.1/', 'https://127.1/', 'https://[::1]/'],
    ...['https://169.254.169.254/', 'https://0xa9fea9fe/', 'https://2852039166/', 'https://0251.0376.0251.0376/'],
    ...['https://[::ffff:169.254.169.254]/', 'https://[::ffff:7f00:1]/', 'https://[fd00:ec2::254]/', 'https://0/'],
    ...['https://169.254.170.2/v2/credentials', 'https://10.1/', 'https://127.0.0.1./', 'https://１２７.０.０.１/'],
    ...['https://[64:ff9b::a9fe:a9fe]/', 'https://[::127.0.0.1]/', 'https://[2002:a9fe:a9fe::]/', 'https://localhost/'],
  ])('that writes a forbidden address in its own way, %s, is refused without a look-up', async (url) => {
    const { looked, asked, network: found } = network(['18.1.2.3']);
    const answer = await safeHttp({ local: false, network: found }).post(url, '{}');
    expect(answer.kind).toBe('forbidden');
    expect([looked, asked]).toEqual([[], []]);
  });
});

describe('a name of the machine itself', () => {
  test.each(['https://localhost./', 'https://LOCALHOST./', 'https://x.localhost/', 'https://metadata.internal./'])(
    '%s is refused by where it leads to, also in the local system',
    async (url) => {
      for (const local of [true, false]) {
        const { asked, network: found } = network([url.includes('local') ? '127.0.0.1' : '169.254.169.254']);
        const answer = await safeHttp({ local, network: found }).post(url, '{}');
        expect(answer.kind).toBe('forbidden');
        expect(asked).toEqual([]);
      }
    },
  );

  test.each([
    'https://hooks.example.com@169.254.169.254/',
    'https://127.0.0.1%2f@hooks.example.com/',
    'https://:x@0x7f.1/',
  ])('%s, where a user name hides the host, is refused without a look-up', async (url) => {
    const { looked, network: found } = network(['18.1.2.3']);
    expect(await safeHttp({ local: false, network: found }).post(url, '{}')).toMatchObject({ kind: 'forbidden' });
    expect(looked).toEqual([]);
  });
});

test('only what may pass is tried again, not before the time that the channel asks for', () => {
  const answer = (status: number, retryAfter?: string) =>
    judge({ kind: 'answer', status, body: '', ...(retryAfter ? { retryAfter } : {}) });
  expect(answer(204)).toEqual({ kind: 'sent' });
  expect(answer(301)).toEqual({
    kind: 'refused',
    scope: 'channel',
    why: 'it answered HTTP 301: redirects are not followed; write the address that it leads to',
  });
  for (const status of [404, 410])
    expect(answer(status)).toMatchObject({ kind: 'refused', scope: 'channel', gone: true });
  for (const status of [401, 403]) expect(answer(status)).toMatchObject({ scope: 'channel' });
  for (const status of [301, 400, 401, 403]) expect(answer(status)).not.toHaveProperty('gone');
  expect(answer(400)).toMatchObject({ kind: 'refused', scope: 'message' });
  expect(answer(429, '30')).toMatchObject({ kind: 'retry', afterMs: 30_000 });
  expect(answer(503, 'Wed, 21 Oct 2026 07:28:00 GMT')).toEqual({ kind: 'retry', why: 'it answered HTTP 503' });
});
