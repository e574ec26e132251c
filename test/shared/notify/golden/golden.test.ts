import { describe, expect, test } from 'vitest';
import type { ChannelConfig, ChannelType } from '../../../../shared/config/config.ts';
import { toInstant } from '../../../../shared/core/time.ts';
import { channelOf } from '../../../../shared/notify/channels/channels.ts';
import { plainText } from '../../../../shared/notify/message.ts';
import { newsKinds } from '../../../../shared/notify/news-kind.ts';
import { sampleMessage } from '../../../../shared/notify/samples/samples.ts';

// After a change that is meant: npx vitest run test/shared/notify/golden --update, and read what git diff shows.

const at = toInstant('2026-11-20T09:12:00Z');
const url = 'https://hooks.example.com/team';

const configs: { readonly [Type in ChannelType]: ChannelConfig & { type: Type } } = {
  webhook: { name: 'team', type: 'webhook', url, secrets: [] },
  slack: { name: 'team', type: 'slack', token: 'ssm:/slack/token', channel: 'C0123456' },
  'slack-webhook': { name: 'team', type: 'slack-webhook', url },
  teams: { name: 'team', type: 'teams', url },
  discord: { name: 'team', type: 'discord', url },
  pagerduty: { name: 'team', type: 'pagerduty', routingKey: 'ssm:/pagerduty/key', region: 'us' },
  sns: { name: 'team', type: 'sns', topic: 'arn:aws:sns:eu-west-1:111122223333:team' },
  eventbridge: { name: 'team', type: 'eventbridge', bus: 'arn:aws:events:eu-west-1:111122223333:event-bus/team' },
};

describe.each(newsKinds)('%s', (kind) => {
  const message = sampleMessage(kind, at);

  test('its sample is of this kind, and of this time', () => {
    expect(message).toMatchObject({ kind, at });
  });

  test('reads as the golden file does', async () => {
    await expect(`${plainText(message)}\n`).toMatchFileSnapshot(`./text/${kind}.txt`);
  });

  test.each(Object.values(configs))('is sent to $type as the golden file says', async (config) => {
    const payload = channelOf(config).render({ message, mentions: [] }, config);
    await expect(`${JSON.stringify(payload ?? null, undefined, 2)}\n`).toMatchFileSnapshot(
      `./${config.type}/${kind}.json`,
    );
  });
});
