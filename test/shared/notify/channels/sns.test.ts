import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsCallFailed } from '../../../../shared/core/errors.ts';
import type { ChannelPorts } from '../../../../shared/notify/channels/channel.ts';
import { renderSns, sns } from '../../../../shared/notify/channels/sns.ts';
import type { Message } from '../../../../shared/notify/message.ts';
import { hostileMessage } from '../../../support/channels/hostile.ts';

const message: Message = {
  kind: 'run-failed',
  severity: 'error',
  title: 'db-backup failed after 3.0 s',
  subject: 'db-backup',
  news: 'failed',
  facts: [{ label: 'Run', value: 'r-abc' }],
  cause: 'exit code 1 of container job',
  hint: 'read the log',
  logTails: [{ label: 'task 405c', lines: ['dumping…', 'disk full'] }],
  links: [{ label: 'Task', url: 'https://console.aws.amazon.com/ecs' }],
  at: 0,
};
const topic = 'arn:aws:sns:us-east-1:123456789012:news';
const titled = (title: string, more: Partial<Message> = {}) => renderSns({ ...message, ...more, title });

test('what the topic gets is within every limit of SNS, whatever the message holds', () => {
  const check = (hostile: Message) => {
    const { subject, message: texts } = renderSns(hostile);
    expect(subject).toMatch(/^[\w!-#%-*,-/:;?@[-\]_{}][ -~]{0,98}$/);
    expect(Buffer.byteLength(JSON.stringify(texts))).toBeLessThan(262_144);
    expect(texts.sms.length).toBeLessThanOrEqual(140);
    expect(texts.sms).not.toMatch(/[\n`]/);
    for (const text of Object.values(texts)) expect(text).not.toMatch(/[\p{Cc}--[\n\t]]/v);
  };
  fc.assert(fc.property(hostileMessage, check), { numRuns: 60 });
});

describe('an e-mail', () => {
  test('has the news as its subject and all of the message as its text', () => {
    const { subject, message: texts } = renderSns(message);
    expect(subject).toBe('Error: db-backup failed after 3.0 s');
    for (const part of [
      'Why: exit code 1',
      'What to do: read the log',
      'Run: r-abc',
      'disk full',
      'https://console.aws',
    ])
      expect(texts.email).toContain(part);
    expect(texts.default).toBe(texts.email);
  });

  test.each([
    ['arrows, dashes and quotes', 'shop 1.0 → 1.1 – “now”…', 'shop 1.0 -> 1.1 - "now"...'],
    ['accents and ligatures', 'Größe übertrifft Æther, naïve ﬁle', 'Grosse ubertrifft AEther, naive file'],
    ['emoji', '🚀 shop 🇩🇪 1️⃣ 👩‍👩‍👧 live', 'shop 1 live'],
    ['another script', 'служба shop 失败', '? shop ?'],
    ['a sign that no subject may begin with', '$HOME is gone', 'Batuta: $HOME is gone'],
    ['nothing', '\u202e', 'Batuta: news'],
    ['a second header', 'a\r\nBcc: everyone@example.com', 'a Bcc: everyone@example.com'],
  ])('says %s in its subject in ASCII', (_fact, title, subject) => {
    expect(titled(title, { severity: 'info' }).subject).toBe(subject);
  });

  test('has a subject of at most 99 characters', () => {
    expect(titled('x'.repeat(200)).subject).toBe(`Error: ${'x'.repeat(89)}...`);
  });
});

describe('an SMS', () => {
  test('says what and why in one', () => {
    expect(renderSns(message).message.sms).toBe(
      'Error: db-backup failed after 3.0 s. Why: exit code 1 of container job',
    );
  });

  test('stays in ASCII, which has room for twice as much', () => {
    expect(titled('`shop` 1.0 → 1.1 rolled back…').message.sms).toMatch(
      /^Error: 'shop' 1\.0 -> 1\.1 rolled back\.\.\./,
    );
    expect(titled('x'.repeat(200)).message.sms).toBe(`Error: ${'x'.repeat(130)}...`);
  });

  test('stays in the script that the message is in', () => {
    expect(titled('служба упала', { severity: 'info' }).message.sms).toMatch(/^служба упала\. Why: exit/);
  });
});

describe('what SNS answers', () => {
  const sent = async (publish: ChannelPorts['publish']) =>
    sns.send({ channel: { name: 'mail', type: 'sns', topic }, message, id: 'id', mentions: [] }, {
      publish,
    } as ChannelPorts);
  const failing = (code: string, retryable = false) =>
    sent(async () => {
      throw new AwsCallFailed('Publish', code, `User arn:… on ${topic}`, retryable, undefined);
    });

  test('nothing but its consent: sent', async () => {
    const published: unknown[] = [];
    expect(await sent(async (input) => void published.push(input))).toEqual({ kind: 'sent' });
    const { subject, message: texts } = renderSns(message);
    expect(published).toEqual([{ topic, subject, message: JSON.stringify(texts) }]);
  });

  test.each([
    ['NotFoundException', 'channel'],
    ['NotFound', 'channel'],
    ['AuthorizationErrorException', 'channel'],
    ['AccessDenied', 'channel'],
    ['EndpointDisabledException', 'channel'],
    ['KMSAccessDeniedException', 'channel'],
    ['InvalidParameterException', 'message'],
    ['ValidationException', 'message'],
  ])('%s is final for the %s', async (code, scope) => {
    const answer = await failing(code);
    expect(answer).toMatchObject({ kind: 'refused', scope });
    expect(JSON.stringify(answer)).not.toContain('arn:');
  });

  test.each([
    ['InternalErrorException', true],
    ['TimeoutError', true],
    ['constructor', false],
  ])('%s may pass', async (code, retryable) => {
    expect(await failing(code, retryable)).toEqual({
      kind: 'retry',
      why: `SNS answered ${code.replace('Exception', '')}`,
    });
  });

  test.each(['ThrottledException', 'KMSThrottlingException'])('%s is a limit', async (code) => {
    expect(await failing(code)).toMatchObject({ kind: 'retry', limited: true });
  });
});
