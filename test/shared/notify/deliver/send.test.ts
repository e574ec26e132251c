import { expect, test } from 'vitest';
import { AwsCallFailed } from '../../../../shared/core/errors.ts';
import type { ChannelPorts } from '../../../../shared/notify/channels/channel.ts';
import { channelSender } from '../../../../shared/notify/deliver/send.ts';
import { sampleMessage } from '../../../../shared/notify/samples/samples.ts';
import { now } from '../../../support/runs.ts';

test('of a call that AWS refused its operation and code are told, not the account and role that its words name', async () => {
  const words = 'User: arn:aws:sts::123456789012:assumed-role/x is not authorized';
  const ports = {
    secretOf: async () => {
      throw new AwsCallFailed('GetParameter of /hook', 'AccessDeniedException', words, false, undefined);
    },
  } as unknown as ChannelPorts;
  const channel = { name: 'team', type: 'webhook', url: 'ssm:/hook', secrets: [] } as const;
  const post = { channel, message: sampleMessage('run-failed', now), mentions: [], id: 'x' };
  const why = 'GetParameter of /hook: AccessDeniedException';
  expect(await channelSender(ports).send(post)).toEqual({ kind: 'retry', why });
});
