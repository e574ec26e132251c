import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { channelParameters, routingKeys } from '../../../local/channels/addresses.ts';
import { startChannelServer } from '../../../local/channels/server.ts';
import type { Answered, Asked, Shown } from '../../../local/channels/shown.ts';
import { channelStandIns } from '../../../local/channels/stand-ins.ts';
import type { ChannelConfig } from '../../../shared/config/config.ts';
import { toInstant } from '../../../shared/core/time.ts';
import type { Handle } from '../../../shared/notify/channels/channel.ts';
import { channelOf } from '../../../shared/notify/channels/channels.ts';
import type { Message } from '../../../shared/notify/message.ts';
import { type NewsKind, newsKinds } from '../../../shared/notify/news-kind.ts';
import { sampleMessage } from '../../../shared/notify/samples/samples.ts';
import { portsOf } from '../../support/channels/receiver.ts';

const channels: Record<string, ChannelConfig> = {
  hook: { name: 'hook', type: 'webhook', url: 'ssm:/hook', secrets: ['ssm:/hook-secret'] },
  chat: { name: 'chat', type: 'slack', token: 'ssm:/token', channel: '#deploys' },
  'chat-hook': { name: 'chat-hook', type: 'slack-webhook', url: 'ssm:/chat-hook' },
  office: { name: 'office', type: 'teams', url: 'ssm:/office' },
  guild: { name: 'guild', type: 'discord', url: 'ssm:/guild' },
  duty: { name: 'duty', type: 'pagerduty', routingKey: 'ssm:/duty', region: 'us' },
};

let shown: Shown[];
let now: number;
let server: Awaited<ReturnType<typeof startChannelServer>>;
let parameters: ReturnType<typeof channelParameters>;

beforeEach(async () => {
  shown = [];
  now = 1_700_000_000_000;
  let answer: ((asked: Asked) => Answered) | undefined;
  server = await startChannelServer((asked) => answer?.(asked) ?? { status: 503 });
  parameters = channelParameters({ channels }, {}, server.url);
  const keys = routingKeys({ channels }, parameters);
  answer = channelStandIns(
    { channels },
    keys,
    (seen) => shown.push(seen),
    () => now,
  );
});
afterEach(() => server.close());

const ports = () =>
  portsOf({
    slackApi: `${server.url}/slack/api`,
    pagerDutyUrl: `${server.url}/pagerduty`,
    secretOf: async (reference) => parameters[reference.replace('ssm:', '')]?.value ?? reference,
    sleep: async (ms) => {
      now += ms;
    },
  });

const sample = (kind: NewsKind) => sampleMessage(kind, toInstant('2026-11-20T09:12:00Z'));

async function send(name: string, message: Message, handle?: Handle) {
  now += 1000;
  const channel = channels[name] as ChannelConfig;
  const post = { channel, message, mentions: [], id: `${name}:${message.news}`, ...(handle ? { handle } : {}) };
  return channelOf(channel).send(post, ports());
}

describe.each(Object.values(channels))('$type', ({ name, type }) => {
  test('takes each kind of news, and shows how bad it is and what happened', async () => {
    for (const kind of newsKinds) {
      const message = sample(kind);
      const before = shown.length;
      expect({ of: kind, ...(await send(name, message)) }).toMatchObject({ of: kind, kind: 'sent' });
      const [first] = shown.slice(before);
      if (type === 'pagerduty' && !first) continue;
      expect({ kind, first }).toMatchObject({
        kind,
        first: { channel: name, type, severity: message.severity, ...(type === 'pagerduty' ? {} : { how: 'posted' }) },
      });
      expect(first?.title).toContain(message.title);
      expect(first?.lines.join('\n')).not.toMatch(/&amp;|&lt;|\*\*|\\[.:_-]/);
    }
    expect(shown.length).toBeGreaterThan(5);
  });
});

describe('later news of the same record', () => {
  test.each(['chat', 'guild'])('changes the message in %s', async (name) => {
    const first = await send(name, sample('deployment-started'));
    const { handle } = first as { handle?: Handle };
    await send(name, sample('deployment-succeeded'), handle);
    const [posted, updated] = shown.filter(({ how }) => how !== 'replied');
    expect(posted).toMatchObject({ how: 'posted', edits: 0 });
    expect(updated).toMatchObject({ how: 'updated', edits: 1, message: posted?.message });
    expect(updated?.title).toContain('1.5.0 is deployed');
  });

  test('is an answer in the thread of its message, where there are threads', async () => {
    const { handle } = (await send('chat', sample('deployment-started'))) as { handle?: Handle };
    await send('chat', sample('deployment-failed'), handle);
    const answers = shown.filter(({ how }) => how === 'replied');
    expect(answers.at(-1)).toMatchObject({ message: shown[0]?.message, severity: 'error' });
    expect(answers.at(-1)?.lines.join('\n')).toContain('Log: task 405cdabe of shop-api\n  listening on 0.0.0.0:8080');
  });

  test('opens and closes an incident of PagerDuty', async () => {
    await send('duty', sample('deployment-failed'));
    await send('duty', sample('deployment-rolled-back'));
    const closing = sample('service-recovered');
    await send('duty', {
      ...closing,
      incident: { key: sample('deployment-failed').incident?.key ?? '', state: 'closed' },
    });
    expect(shown.map(({ how }) => how)).toEqual(['posted', 'updated', 'updated']);
    expect(shown.at(-1)).toMatchObject({ severity: 'info', title: expect.stringMatching(/^resolved: /) });
  });
});

describe('a stand-in refuses what the real one would', () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });

  test('what is not JSON, and unknown addresses', async () => {
    expect((await post('/channels/hook', 'no json')).status).toBe(400);
    expect((await post('/channels/nobody', '{}')).status).toBe(404);
    expect((await post('/channels/chat', '{}')).status).toBe(404);
    expect((await post('/elsewhere', '{}')).status).toBe(404);
    expect((await fetch(`${server.url}/channels/hook`)).status).toBe(400);
    expect(shown).toEqual([]);
  });

  test('a message of Slack without a token, too long, too soon, or to be changed though it is not there', async () => {
    const token = { authorization: 'Bearer xoxb-1' };
    const call = async (method: string, body: object, headers: Record<string, string> = token) =>
      (await post(`/slack/api/${method}`, JSON.stringify(body), headers)).json();
    const message = { channel: '#deploys', text: 'hello' };
    expect(await call('chat.postMessage', message, {})).toMatchObject({ error: 'not_authed' });
    expect(await call('chat.postMessage', { ...message, text: 'x'.repeat(4001) })).toMatchObject({
      error: 'msg_too_long',
    });
    expect(await call('chat.update', { ...message, ts: '1.1' })).toMatchObject({ error: 'channel_not_found' });
    expect(await call('chat.postMessage', message)).toMatchObject({ ok: true, channel: 'C0LOCAL1' });
    expect(await call('chat.postMessage', message)).toMatchObject({ error: 'ratelimited' });
    expect(await call('chat.update', { ...message, channel: 'C0LOCAL1', ts: '1.1' })).toMatchObject({
      error: 'message_not_found',
    });
  });

  test('a card, an embed and an event over their limits', async () => {
    const over = { content: 'x'.repeat(2001), embeds: [], allowed_mentions: { parse: [], users: [], roles: [] } };
    expect((await post('/channels/guild', JSON.stringify(over))).status).toBe(400);
    expect((await post('/channels/office', '{"type":"message","attachments":[]}')).status).toBe(400);
    const event = { dedup_key: 'a', event_action: 'trigger', links: [], payload: { summary: '', source: 'a' } };
    expect((await post('/pagerduty', JSON.stringify(event))).status).toBe(400);
  });
});

test('a parameter that is declared stays as it is', () => {
  const declared = { '/office': { value: 'https://example.com', type: 'String' as const } };
  expect(channelParameters({ channels }, declared, 'http://127.0.0.1:1')['/office']).toEqual(declared['/office']);
});
