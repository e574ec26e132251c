import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsCallFailed } from '../../../../shared/core/errors.ts';
import type { ChannelPorts } from '../../../../shared/notify/channels/channel.ts';
import { eventbridge } from '../../../../shared/notify/channels/eventbridge.ts';
import { renderWebhook } from '../../../../shared/notify/channels/webhook.ts';
import type { Message } from '../../../../shared/notify/message.ts';
import { hostileMessage } from '../../../support/channels/hostile.ts';

const bus = 'arn:aws:events:us-east-1:210987654321:event-bus/operations';
const message: Message = {
  kind: 'run-failed',
  severity: 'error',
  title: 'db-backup failed',
  subject: 'db-backup',
  news: 'failed',
  facts: [],
  at: 1_700_000_000_000,
};

type Input = Parameters<ChannelPorts['putEvent']>[0];

async function send(told: Message, putEvent: (input: Input) => Promise<void> = async () => {}) {
  const put: Input[] = [];
  const ports = {
    async putEvent(input: Input) {
      put.push(input);
      await putEvent(input);
    },
  } as unknown as ChannelPorts;
  const channel = { name: 'ops', type: 'eventbridge', bus } as const;
  return { sent: await eventbridge.send({ channel, message: told, id: 'dlv-1:failed', mentions: [] }, ports), put };
}

test('the event carries the message, with an id that stays the same at every attempt', async () => {
  const { sent, put } = await send(message);
  expect(sent).toEqual({ kind: 'sent' });
  expect(put).toMatchObject([{ bus, detailType: 'Batuta Notification', at: message.at }]);
  expect(JSON.parse(put[0]?.detail ?? '')).toEqual({ id: 'dlv-1:failed', ...renderWebhook(message).data });
});

/** EventBridge user guide, "Calculating PutEvents event entry size": 14 bytes of time, and the texts. */
const entryBytes = ({ detailType, detail }: Input) => 14 + Buffer.byteLength(`batuta${detailType}${detail}`);

test('an entry is below 256 KB, whatever the message holds', async () => {
  const check = async (hostile: Message) => {
    const [input] = (await send(hostile)).put;
    expect(entryBytes(input as Input)).toBeLessThan(262_144);
  };
  await fc.assert(fc.asyncProperty(hostileMessage, check), { numRuns: 40 });
});

describe('what EventBridge answers', () => {
  const failing = async (code: string, retryable = false) => {
    const { sent } = await send(message, async () => {
      throw new AwsCallFailed('PutEvents', code, `not authorized on ${bus}`, retryable, undefined);
    });
    expect(JSON.stringify(sent)).not.toContain('arn:');
    return sent;
  };

  test.each([
    ['AccessDeniedException', 'channel'],
    ['NotAuthorizedForSourceException', 'channel'],
    ['ResourceNotFoundException', 'channel'],
    ['InvalidAccountIdException', 'channel'],
    ['MalformedDetail', 'message'],
    ['InvalidArgument', 'message'],
    ['ValidationException', 'message'],
  ])('%s is final for the %s', async (code, scope) => {
    expect(await failing(code)).toMatchObject({ kind: 'refused', scope });
  });

  test.each(['InternalFailure', 'InternalException', 'ECONNRESET'])('%s may pass', async (code) => {
    const answer = await failing(code, true);
    expect(answer).toMatchObject({ kind: 'retry' });
    expect(answer).not.toHaveProperty('limited');
  });

  test('ThrottlingException is a limit', async () => {
    expect(await failing('ThrottlingException')).toMatchObject({ kind: 'retry', limited: true });
  });
});
