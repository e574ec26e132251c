import { expect, test } from 'vitest';
import type { ChannelPorts } from '../../../../shared/notify/channels/channel.ts';
import { judge, safeHttp } from '../../../../shared/notify/channels/http.ts';
import { channelSender } from '../../../../shared/notify/send.ts';

const channel = { name: 'team', type: 'webhook', url: 'ssm:/hook', secrets: ['ssm:/secret'] } as const;
const message = {
  kind: 'run-succeeded',
  severity: 'info',
  title: 'a succeeded',
  subject: 'a',
  news: 'succeeded',
  facts: [],
  at: 0,
} as const;
const post = { channel, message, id: 'id', mentions: [] };
const unused = async () => {
  throw new Error('not used here');
};

function sender({
  secretOf = async (reference: string) => (reference === 'ssm:/hook' ? 'https://hooks.invalid/key' : 'whsec_c2VjcmV0'),
  answer = async () => new Response(null, { status: 204 }),
}: {
  secretOf?: ChannelPorts['secretOf'];
  answer?: (url: string) => Promise<Response>;
} = {}) {
  const asked: string[] = [];
  const fetch = async (url: Parameters<typeof globalThis.fetch>[0]) => {
    asked.push(String(url));
    return answer(String(url));
  };
  const http = safeHttp({ fetch, local: false });
  return { asked, sender: channelSender({ http, secretOf, publish: unused, putEvent: unused, now: () => 0 }) };
}

test('a parameter that cannot be read is tried again later: the delivery keeps its own pace', async () => {
  for (const lacking of ['ssm:/hook', 'ssm:/secret']) {
    const { asked, sender: sends } = sender({
      secretOf: async (reference) => {
        if (reference === lacking) throw new Error(`GetParameter: ParameterNotFound: ${reference}`);
        return 'https://hooks.invalid/key';
      },
    });
    expect(await sends.send(post)).toEqual({ kind: 'retry', why: `GetParameter: ParameterNotFound: ${lacking}` });
    expect(asked).toEqual([]);
  }
});

test('what went wrong never names the address, which may be a credential', async () => {
  const answers = [
    async () => new Response(null, { status: 404 }),
    async () => new Response(null, { status: 302, headers: { location: 'https://hooks.invalid/key' } }),
    async (url: string) => {
      throw new TypeError(`fetch failed: ${url}`, { cause: { code: 'ECONNRESET' } });
    },
  ];
  for (const answer of answers) {
    const sent = await sender({ answer }).sender.send(post);
    expect(sent.kind).not.toBe('sent');
    expect(JSON.stringify(sent)).not.toContain('hooks.invalid');
  }
});

test('only what may pass is tried again, not before the time that the channel asks for', () => {
  const answer = (status: number, retryAfter?: string) =>
    judge({ kind: 'answer', status, body: '', ...(retryAfter ? { retryAfter } : {}) });
  expect(answer(204)).toEqual({ kind: 'sent' });
  expect(answer(301)).toEqual({ kind: 'refused', scope: 'channel', why: 'it answered HTTP 301' });
  expect(answer(410)).toMatchObject({ kind: 'refused', scope: 'channel' });
  expect(answer(400)).toMatchObject({ kind: 'refused', scope: 'message' });
  expect(answer(429, '30')).toMatchObject({ kind: 'retry', afterMs: 30_000 });
  expect(answer(503, 'Wed, 21 Oct 2026 07:28:00 GMT')).toEqual({ kind: 'retry', why: 'it answered HTTP 503' });
});
