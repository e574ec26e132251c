import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../../../shared/notify/channels/http.ts';
import { renderWebhook, signatureHeaders } from '../../../../shared/notify/channels/webhook.ts';
import type { Message } from '../../../../shared/notify/message.ts';

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

test('the text says what, why and what to do, in this order', () => {
  expect(renderWebhook(message).data.text).toBe(
    'Error: db-backup failed after 3.0 s\nWhy: exit code 1 of container job\nWhat to do: read the log\nRun: r-abc',
  );
});

test('no input makes the payload larger than 1 MB', () => {
  const hostile = fc.record({
    title: fc.string({ maxLength: 50_000 }),
    cause: fc.string({ maxLength: 50_000 }),
    facts: fc.array(fc.record({ label: fc.constant('x'), value: fc.string({ maxLength: 20_000 }) }), {
      maxLength: 100,
    }),
  });
  fc.assert(
    fc.property(hostile, (part) => {
      expect(Buffer.byteLength(JSON.stringify(renderWebhook({ ...message, ...part })))).toBeLessThan(1_000_000);
      expect(renderWebhook({ ...message, ...part }).data.facts.length).toBeLessThanOrEqual(30);
    }),
    { numRuns: 30 },
  );
});

test('the signature is that of the Standard Webhooks convention', () => {
  const key = Buffer.from('a key of the test');
  const headers = signatureHeaders([`whsec_${key.toString('base64')}`], 'msg_1', 1_700_000_000_999, '{"a":1}');
  const expected = createHmac('sha256', key).update('msg_1.1700000000.{"a":1}').digest('base64');
  expect(headers).toEqual({
    'webhook-id': 'msg_1',
    'webhook-timestamp': '1700000000',
    'webhook-signature': `v1,${expected}`,
  });
});

test('without a secret nothing is signed', () => {
  expect(signatureHeaders([], 'msg_1', 0, '')).not.toHaveProperty('webhook-signature');
});

describe('a webhook URL', () => {
  test.each([
    ['https anywhere is called', 'https://hooks.example.com/x', false, undefined],
    ['plain http is refused', 'http://hooks.example.com/x', true, /not https/],
    ['loopback is refused in AWS', 'http://127.0.0.1:9001/x', false, /loopback/],
    ['https loopback is refused in AWS', 'https://127.8.8.8/x', false, /loopback/],
    ['loopback is called on one machine', 'http://127.0.0.1:9001/x', true, undefined],
    ['no URL at all is refused', 'team', true, /not a URL/],
  ])('%s', (_fact, url, local, refusal) => {
    if (refusal) expect(refusalOf(url, local)).toMatch(refusal);
    else expect(refusalOf(url, local)).toBeUndefined();
  });
});
