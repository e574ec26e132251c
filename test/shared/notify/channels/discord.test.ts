import { expect, test } from 'vitest';
import { discord } from '../../../../shared/notify/channels/discord.ts';
import type { Message } from '../../../../shared/notify/message.ts';
import { startDiscord } from '../../../support/channels/discord-server.ts';
import { portsOf } from '../../../support/channels/receiver.ts';

const message: Message = {
  kind: 'deployment-started',
  severity: 'info',
  title: 'shop-api goes to 1.2.0',
  subject: 'shop-api',
  news: 'started',
  facts: [{ label: 'From', value: '1.1.0' }],
  ongoing: true,
  at: Date.parse('2026-11-20T10:00:00Z'),
};
const failed: Message = {
  ...message,
  kind: 'deployment-failed',
  severity: 'error',
  title: 'shop-api failed',
  news: 'failed',
};
const mentions = ['<@123456789012345678>', '<@&223456789012345678>', 'here', '<!here>', 'ann@example.com'];

async function open(options?: Parameters<typeof startDiscord>[0]) {
  const server = await startDiscord(options);
  const send = (post: Partial<Parameters<typeof discord.send>[0]> & { message: Message }, url = server.url) =>
    discord.send(
      { channel: { name: 'team', type: 'discord', url: 'ssm:/discord' }, id: 'id', mentions: [], ...post },
      portsOf({ secrets: { 'ssm:/discord': url } }),
    );
  return { ...server, send };
}

test('the first message is posted and remembered, and later news changes it', async () => {
  const { send, messages, asked } = await open();
  const sent = await send({ message });
  expect(sent).toEqual({ kind: 'sent', handle: { message: '101' } });
  const handle = { message: '101' };
  await send({ message: { ...message, title: 'shop-api runs 1.2.0', news: 'succeeded' }, handle });
  expect([...messages].map(([id, { embeds }]) => [id, embeds[0]?.title])).toEqual([['101', 'shop-api runs 1.2.0']]);
  expect(asked.map(({ method }) => method)).toEqual(['POST', 'PATCH']);
});

test('an error is told by a short message besides the change, which alone calls somebody', async () => {
  const { send, messages, called } = await open();
  await send({ message });
  const sent = await send({ message: { ...failed, cause: 'it crashed' }, handle: { message: '101' }, mentions });
  expect(sent).toEqual({ kind: 'sent', handle: { message: '101' } });
  const [first, second] = [...messages.values()];
  expect(first).toMatchObject({ content: '', embeds: [{ title: 'shop-api failed', fields: [{ name: 'From' }] }] });
  expect(second?.embeds[0]).not.toHaveProperty('fields');
  expect(second?.embeds[0]?.description).toBe('**Why:** it crashed');
  expect(called).toEqual(['<@123456789012345678>', '<@&223456789012345678>', '@here']);
});

test('a warning and the end of a trouble are said aloud too, in a line that calls nobody', async () => {
  const { send, messages, called } = await open();
  await send({ message });
  const handle = { message: '101' };
  await send({ message: { ...message, severity: 'warning', title: 'shop-api is held' }, handle });
  await send({ message: { ...message, closes: 'error', title: 'shop-api is well again' }, handle });
  expect([...messages.values()].map(({ embeds }) => embeds[0]?.title)).toEqual([
    'shop-api is well again',
    'shop-api is held',
    'shop-api is well again',
  ]);
  expect(called).toEqual([]);
});

test('what fails only in the call is tried again as a whole', async () => {
  const { send, next, messages } = await open();
  await send({ message });
  next.push({ status: 200, body: { id: '101' } }, { status: 502 });
  expect(await send({ message: failed, handle: { message: '101' } })).toMatchObject({ kind: 'retry' });
  expect(await send({ message: failed, handle: { message: '101' } })).toMatchObject({ kind: 'sent' });
  expect(messages.size).toBe(2);
});

test('the webhook has its pause between the change and the line besides', async () => {
  const { send, url } = await open();
  await send({ message });
  const pauses: number[] = [];
  await discord.send(
    {
      channel: { name: 'team', type: 'discord', url },
      id: 'id',
      mentions: [],
      message: failed,
      handle: { message: '101' },
    },
    portsOf({ sleep: async (ms) => void pauses.push(ms) }),
  );
  expect(pauses).toEqual([discord.paceMs]);
});

test('a message that somebody deleted is posted anew, in full', async () => {
  const { send, messages, called } = await open();
  await send({ message });
  messages.delete('101');
  const sent = await send({ message: failed, handle: { message: '101' }, mentions: ['everyone'] });
  expect(sent).toEqual({ kind: 'sent', handle: { message: '102' } });
  expect([...messages.keys()]).toEqual(['102']);
  expect(called).toEqual(['@everyone']);
});

test('a message in an archived thread is posted anew, which opens the thread again', async () => {
  const { send, next } = await open();
  await send({ message });
  next.push({ status: 400, body: { code: 50083, message: 'Thread is archived' } });
  expect(await send({ message, handle: { message: '101' } })).toEqual({ kind: 'sent', handle: { message: '102' } });
});

test('a webhook that was deleted is final and asked once, also where a message was to be changed', async () => {
  const { send, state, asked } = await open();
  state.deleted = true;
  for (const post of [{ message }, { message, handle: { message: '101' } }])
    expect(await send(post)).toMatchObject({
      kind: 'refused',
      scope: 'channel',
      gone: true,
      why: expect.stringContaining('put its URL in place'),
    });
  expect(asked).toHaveLength(2);
});

test('a wrong token is final, and no reason names the address', async () => {
  const { send, origin } = await open();
  const sent = await send({ message }, `${origin}/api/webhooks/1/revoked-token`);
  expect(sent).toMatchObject({ kind: 'refused', scope: 'channel' });
  expect(sent).not.toHaveProperty('gone');
  expect(JSON.stringify(sent)).not.toContain('revoked-token');
  expect(await send({ message }, 'team')).toMatchObject({ kind: 'refused', scope: 'channel' });
});

test('the sixth request in two seconds is told how long to wait, to the millisecond', async () => {
  let now = 0;
  const { send } = await open({ now: () => now });
  for (let count = 0; count < 5; count++) await send({ message });
  now = 1250;
  // The header says whole seconds, the body a fraction: the longer counts.
  expect(await send({ message })).toEqual({
    kind: 'retry',
    limited: true,
    afterMs: 1000,
    why: 'it answered HTTP 429 (You are being rate limited.)',
  });
  now = 2250;
  expect(await send({ message })).toMatchObject({ kind: 'sent' });
});

test.each([
  [
    'a wait only in the body',
    { status: 429, body: { retry_after: 64.571, global: true } },
    { kind: 'retry', afterMs: 64_571, why: expect.stringContaining('all senders') },
  ],
  [
    'a block without JSON',
    { status: 429, body: '<html>', headers: { 'retry-after': '3600' } },
    { kind: 'retry', afterMs: 3_600_000 },
  ],
  ['an outage', { status: 503 }, { kind: 'retry', why: 'it answered HTTP 503' }],
  [
    'a message it does not take',
    { status: 400, body: { code: 50035, message: 'Invalid Form Body' } },
    { kind: 'refused', scope: 'message', why: 'it answered HTTP 400 (Invalid Form Body)' },
  ],
  [
    'a forum',
    { status: 400, body: { code: 220001, message: 'Webhooks posted to forum channels must have a thread_id' } },
    { kind: 'refused', scope: 'channel', why: expect.stringContaining('?thread_id=') },
  ],
  ['no body where one is due', { status: 204 }, { kind: 'sent' }],
  ['an empty body', { status: 200, body: 'null' }, { kind: 'sent' }],
])('%s', async (_what, answer, expected) => {
  const { send, next } = await open();
  next.push(answer);
  expect(await send({ message })).toMatchObject(expected);
});

test('a thread in the address stays there', async () => {
  const { send, url, asked } = await open();
  await send({ message }, `${url}/?thread_id=7`);
  await send({ message, handle: { message: '101' } }, `${url}?thread_id=7`);
  expect(asked.map(({ url: { pathname, search } }) => pathname + search)).toEqual([
    '/api/webhooks/1/secret?thread_id=7&wait=true',
    '/api/webhooks/1/secret/messages/101?thread_id=7',
  ]);
});
