import { expect, test } from 'vitest';
import { AwsCallFailed } from '../../../../shared/core/errors.ts';
import type { ChannelPorts } from '../../../../shared/notify/channels/channel.ts';
import { type HttpAnswer, noUrl } from '../../../../shared/notify/channels/http.ts';
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

const post = (url: string) => {
  const channel = { name: 'team', type: 'webhook', url, secrets: [] } as const;
  return { channel, message: sampleMessage('run-failed', now), mentions: [], id: 'x' };
};
/** A receiver that answers so, behind whatever address. */
const answering = (answer: HttpAnswer) =>
  channelSender({
    http: { post: async () => answer },
    secretOf: async () => '',
    now: () => now,
  } as unknown as ChannelPorts);
const [gone, bad, forbidden]: HttpAnswer[] = [
  { kind: 'answer', status: 410, body: '' },
  { kind: 'answer', status: 400, body: '' },
  { kind: 'forbidden', why: noUrl },
];

test.each<[string, HttpAnswer | undefined, string, string]>([
  ['that is gone', gone, 'ssm:/own/url', 'it answered HTTP 410 (its address is in /own/url)'],
  [
    'that is no URL',
    forbidden,
    'ssm:/own/url',
    'its address is no URL; copy it again, from https:// on (its address is in /own/url)',
  ],
  ['that batuta.yml holds', gone, 'https://example.com/secret', 'it answered HTTP 410'],
  ['that is not to blame', bad, 'ssm:/own/url', 'it answered HTTP 400'],
])('of an address %s the parameter is named, never itself', async (_fact, answer, url, why) => {
  expect(await answering(answer as HttpAnswer).send(post(url))).toMatchObject({ kind: 'refused', why });
});
