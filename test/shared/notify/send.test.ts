import { expect, test } from 'vitest';
import { httpSender, judge } from '../../../shared/notify/send.ts';

const channel = { name: 'team', type: 'webhook', url: 'ssm:/hook', secret: 'ssm:/secret' } as const;
const message = { severity: 'info', title: 'a succeeded', subject: 'a', news: 'succeeded', facts: [], at: 0 } as const;

function sender({
  secretOf = async (reference: string) => (reference === 'ssm:/hook' ? 'https://hooks.invalid/key' : 'whsec_c2VjcmV0'),
  answer = async () => new Response(null, { status: 204 }),
}: {
  secretOf?: (reference: string) => Promise<string>;
  answer?: (url: string) => Promise<Response>;
} = {}) {
  const asked: string[] = [];
  const fetch = async (url: Parameters<typeof globalThis.fetch>[0]) => {
    asked.push(String(url));
    return answer(String(url));
  };
  return { asked, sender: httpSender({ secretOf, fetch, now: () => 0, local: false }) };
}

test('a parameter that cannot be read is tried again later: the delivery keeps its own pace', async () => {
  for (const lacking of ['ssm:/hook', 'ssm:/secret']) {
    const { asked, sender: sends } = sender({
      secretOf: async (reference) => {
        if (reference === lacking) throw new Error(`GetParameter: ParameterNotFound: ${reference}`);
        return 'https://hooks.invalid/key';
      },
    });
    expect(await sends.send(channel, message, 'id')).toEqual({
      kind: 'retry',
      why: `its settings could not be read: GetParameter: ParameterNotFound: ${lacking}`,
    });
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
    const sent = await sender({ answer }).sender.send(channel, message, 'id');
    expect(sent.kind).not.toBe('sent');
    expect(JSON.stringify(sent)).not.toContain('hooks.invalid');
  }
});

test('only what may pass is tried again, not before the time that the channel asks for', () => {
  expect(judge(204, null)).toEqual({ kind: 'sent' });
  expect(judge(301, null)).toMatchObject({ kind: 'refused' });
  expect(judge(410, null)).toMatchObject({ kind: 'refused' });
  expect(judge(429, '30')).toMatchObject({ kind: 'retry', afterMs: 30_000 });
  expect(judge(503, 'Wed, 21 Oct 2026 07:28:00 GMT')).toEqual({ kind: 'retry', why: 'it answered HTTP 503' });
});
