import { expect, test } from 'vitest';
import { reallyTold, realReceivers, unknownSecrets } from '../../../local/channels/receivers.ts';
import { configOf } from '../../support/configuration.ts';

const config = configOf(`channels:
  own: { type: webhook, url: ssm:/own/url, secret: [ssm:/own/new, ssm:/own/old] }
  plain: { type: webhook, url: "https://example.com/x" }
  team: { type: teams, url: ssm:/team/url }
  chat: { type: slack, token: ssm:/chat/token, channel: C0123456 }
`);
const parameter = (value: string) => ({ value, type: 'String' as const });
const declared = {
  '/own/url': parameter('http://127.0.0.1:9/x'),
  '/own/new': parameter('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
};
const receivers = realReceivers(config, declared);

test('what is declared or written out is really called, and nothing else', () => {
  expect([...receivers]).toEqual([
    ['own', 'http, declared'],
    ['plain', 'https, in batuta.yml'],
  ]);
});

test('a secret that a real receiver does not know is warned of', () => {
  expect(unknownSecrets(config, declared)).toEqual([
    'channels.own: its receiver is called, but /own/old is made up, so that it cannot verify what is signed; declare it under parameters in batuta.local.yml',
  ]);
  expect(unknownSecrets(config, {})).toEqual([]);
});

test.each(['notwhsec', 'whsec_AAAA', 'whsec_{not base64 at all, although it is long}'])('%s is warned of', (value) => {
  const all = { ...declared, '/own/old': parameter(value) };
  expect(unknownSecrets(config, all)).toEqual([
    'channels.own: /own/old is no signing secret: whsec_ and base64 of 24 to 64 bytes, as openssl rand -base64 24 makes it',
  ]);
});

const changed = (subject: string, state: string, type = 'Delivery State Change') => ({
  ...{ source: 'batuta', 'detail-type': type, resources: [] },
  detail: { id: `${subject}:x`, state, subject, version: 2 },
});

test.each([
  ['taken', changed('own', 'sent'), { event: 'told', channel: 'own', how: 'http, declared', taken: true }],
  [
    'refused',
    changed('plain', 'failed'),
    { event: 'told', channel: 'plain', how: 'https, in batuta.yml', taken: false },
  ],
  ['waiting', changed('own', 'pending'), undefined],
  ['shown by a stand-in', changed('team', 'sent'), undefined],
  ['of a job of that name', changed('own', 'failed', 'Run State Change'), undefined],
])('what is %s', (_fact, event, expected) => expect(reallyTold(receivers, event)).toEqual(expected));
