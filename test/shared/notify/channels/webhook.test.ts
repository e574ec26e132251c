import { createHmac, timingSafeEqual } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChannelPorts } from '../../../../shared/notify/channels/channel.ts';
import { safeHttp } from '../../../../shared/notify/channels/http.ts';
import { renderWebhook } from '../../../../shared/notify/channels/webhook.ts';
import { channelSender } from '../../../../shared/notify/deliver/send.ts';
import type { Message } from '../../../../shared/notify/message.ts';
import { hostileMessage } from '../../../support/channels/hostile.ts';
import { answers, type Conduct, type Request, resets, startHttpServer } from '../../../support/channels/http-server.ts';

const message: Message = {
  kind: 'run-failed',
  severity: 'error',
  title: 'db-backup failed after 3.0 s',
  subject: 'db-backup',
  news: 'failed',
  facts: [{ label: 'Run', value: 'r-abc' }],
  cause: 'exit code 1 of container job',
  hint: 'read the log',
  at: Date.parse('2026-11-20T10:00:00Z'),
};
const sentAt = Date.parse('2026-11-20T10:00:07.999Z');
const unused = async () => {
  throw new Error('not used here');
};

/** Sends the message to a server that does so; `secrets` by the names of their parameters. */
async function send(conduct: Conduct, secrets: Readonly<Record<string, string>> = {}, id = 'dlv-1:failed') {
  await using server = await startHttpServer(conduct);
  const values: Readonly<Record<string, string>> = { 'ssm:/hook': `${server.url}/secret-path`, ...secrets };
  const sent = await channelSender(ports({ secretOf: async (reference) => values[reference] ?? reference })).send({
    channel: { name: 'team', type: 'webhook', url: 'ssm:/hook', secrets: Object.keys(secrets) },
    message,
    id,
    mentions: [],
  });
  return { sent, request: server.requests[0] as Request };
}

const ports = (more: Partial<ChannelPorts>): ChannelPorts => ({
  http: safeHttp({ local: true, timeoutMs: 500 }),
  secretOf: async (reference) => reference,
  publish: unused,
  putEvent: unused,
  now: () => sentAt,
  ...more,
});

test('a list that is empty is left out, also where every link of it is refused', () => {
  const links = [{ label: 'Log', url: 'javascript:alert(1)' }];
  expect(Object.keys(renderWebhook({ ...message, links, actions: [], logTails: [] }).data)).toEqual(
    Object.keys(renderWebhook(message).data),
  );
});

/** As a receiver checks it by the convention: any of the signatures, a time of at most 5 minutes ago or ahead. */
function verified({ headers, body }: Request, secret: string, nowMs: number): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > 300) return false;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return `${signatures}`.split(' ').some((versioned) => {
    const [version, signature = ''] = versioned.split(',');
    const given = Buffer.from(signature, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

describe('a receiver that checks signatures', () => {
  const [old, fresh, other] = ['old key', 'new key', 'other key'].map(
    (key) => `whsec_${Buffer.from(`${key} of 24 bytes or more`).toString('base64')}`,
  ) as [string, string, string];

  test('takes the message while secrets change, whichever of them it knows', async () => {
    const { sent, request } = await send(answers(204), { 'ssm:/new': fresh, 'ssm:/old': old });
    expect(sent).toEqual({ kind: 'sent' });
    expect([fresh, old, other].map((secret) => verified(request, secret, sentAt))).toEqual([true, true, false]);
  });

  test('takes it with the only secret there is, also where the parameter ends in a line break', async () => {
    const { request } = await send(answers(204), { 'ssm:/old': `${old}\n` });
    expect([fresh, old].map((secret) => verified(request, secret, sentAt))).toEqual([false, true]);
  });

  test('refuses what was changed on the way, and what is played again later', async () => {
    const { request } = await send(answers(204), { 'ssm:/new': fresh });
    expect(verified({ ...request, body: request.body.replace('failed', 'failen') }, fresh, sentAt)).toBe(false);
    const headers = { ...request.headers, 'webhook-timestamp': '1795170000' };
    expect(verified({ ...request, headers }, fresh, 1_795_170_000_000)).toBe(false);
    expect(verified(request, fresh, sentAt + 299_000)).toBe(true);
    expect(verified(request, fresh, sentAt + 301_000)).toBe(false);
  });

  test('gets an id without a full stop, which would let it pass as another id with another time', async () => {
    const { request } = await send(answers(204), { 'ssm:/new': fresh }, 'a.1795170000:é\n');
    expect(request.headers['webhook-id']).toBe('a~2e1795170000:~e9~a');
    expect(verified(request, fresh, sentAt)).toBe(true);
  });
});

test('without a secret nothing is signed', async () => {
  const { request } = await send(answers(204));
  expect(request.headers).toMatchObject({ 'webhook-id': 'dlv-1:failed', 'webhook-timestamp': '1795168807' });
  expect(request.headers).not.toHaveProperty('webhook-signature');
});

test('the body is the payload of the convention', async () => {
  const { request } = await send(answers(204));
  expect(JSON.parse(request.body)).toMatchObject({
    type: 'batuta.notification',
    timestamp: '2026-11-20T10:00:00.000Z',
    data: { kind: 'run-failed', severity: 'error', subject: 'db-backup', news: 'failed' },
  });
});

test('the text says what, why and what to do, in this order', () => {
  expect(renderWebhook(message).data.text).toBe(
    'Error: db-backup failed after 3.0 s\nWhy: exit code 1 of container job\nWhat to do: read the log\nRun: r-abc',
  );
});

test('no input makes the payload larger than 200 kB, or puts a control character or a dangerous link into it', () => {
  const check = (hostile: Message) => {
    const json = JSON.stringify(renderWebhook(hostile));
    expect(Buffer.byteLength(json)).toBeLessThan(200_000);
    const { data } = JSON.parse(json) as ReturnType<typeof renderWebhook>;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(json).not.toMatch(/\\u00[01]|[\x00-\x1f\x7f\u202a-\u202e]/);
    expect(data.facts.length).toBeLessThanOrEqual(31);
    for (const { url } of data.links ?? []) expect(url).toMatch(/^https:/);
  };
  fc.assert(fc.property(hostileMessage, check), { numRuns: 60 });
});

test('what does not fit is counted, the most important stays', () => {
  const facts = Array.from({ length: 60 }, (_, index) => ({ label: `Task ${index}`, value: 'x'.repeat(100) }));
  const { data } = renderWebhook({ ...message, facts, title: 'a'.repeat(400), cause: 'b'.repeat(3000) });
  expect(data.facts).toEqual([...facts.slice(0, 30), { label: 'More', value: '… 30 more' }]);
  expect([data.title, data.cause].map((text) => text?.length)).toEqual([300, 2000]);
  expect(data.text).toContain('More: … 30 more');
});

test.each([
  [
    '410 stops the channel',
    answers(410),
    { kind: 'refused', scope: 'channel', why: 'it answered HTTP 410 (its address is in /hook)' },
  ],
  ['200 with an error in its body is an answer all the same', answers(200, '{"error":"no"}'), { kind: 'sent' }],
  [
    'a redirect stops the channel',
    answers(302, '', { location: 'http://169.254.169.254/' }),
    {
      kind: 'refused',
      scope: 'channel',
      why: expect.stringMatching(/^it answered HTTP 302: redirects are not followed; /),
    },
  ],
  [
    '401 says where to look',
    answers(401),
    {
      kind: 'refused',
      why: "it answered HTTP 401: look whether its address is whole and `secret` is the receiver's (its address is in /hook)",
    },
  ],
  ['400 is about the message', answers(400), { kind: 'refused', scope: 'message', why: 'it answered HTTP 400' }],
  ['a reset may pass', resets, { kind: 'retry', why: 'the connection failed (ECONNRESET)' }],
  ['429 asks for patience', answers(429, '', { 'retry-after': '9' }), { kind: 'retry', afterMs: 9000 }],
] as const)('%s, and what went wrong never names the address', async (_fact, conduct, expected) => {
  const { sent } = await send(conduct as Conduct);
  expect(sent).toMatchObject(expected);
  expect(JSON.stringify(sent)).not.toMatch(/secret-path|127\.0/);
});

test('a parameter that cannot be read is tried again later: the delivery keeps its own pace', async () => {
  for (const lacking of ['ssm:/hook', 'ssm:/secret']) {
    const sends = channelSender(
      ports({
        secretOf: async (reference) => {
          if (reference === lacking) throw new Error(`GetParameter: ParameterNotFound: ${reference}`);
          return 'https://hooks.invalid/key';
        },
      }),
    );
    const channel = { name: 'team', type: 'webhook', url: 'ssm:/hook', secrets: ['ssm:/secret'] } as const;
    expect(await sends.send({ channel, message, id: 'id', mentions: [] })).toEqual({
      kind: 'retry',
      why: `GetParameter: ParameterNotFound: ${lacking}`,
    });
  }
});
