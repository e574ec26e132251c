import { expect, test } from 'vitest';
import type { ChannelConfig } from '../../shared/config/config.ts';
import { safeHttp } from '../../shared/notify/channels/http.ts';
import { channelSender } from '../../shared/notify/deliver/send.ts';
import type { Message } from '../../shared/notify/message.ts';
import {
  answers,
  breaksOff,
  type Conduct,
  drips,
  dripsHeaders,
  hangs,
  neverEnds,
  neverEndsHeaders,
  resets,
  startHttpServer,
} from '../support/channels/http-server.ts';
import { portsOf } from '../support/channels/receiver.ts';

const message: Message = {
  kind: 'run-failed',
  severity: 'error',
  title: 'backup failed',
  subject: 'backup',
  news: 'failed',
  facts: [],
  incident: { key: 'job:backup', state: 'open' },
  at: Date.parse('2026-11-20T10:00:00Z'),
};

/** Every type of channel that speaks HTTP, at this address. */
const channelsAt = (url: string): ChannelConfig[] => [
  { name: 'slack', type: 'slack', token: 'xoxb-test-token', channel: '#deploys' },
  { name: 'slack-webhook', type: 'slack-webhook', url },
  { name: 'teams', type: 'teams', url },
  { name: 'discord', type: 'discord', url },
  { name: 'pagerduty', type: 'pagerduty', routingKey: '0123456789abcdef0123456789abcdef', region: 'us' },
  { name: 'webhook', type: 'webhook', url, secrets: [] },
];

/** By the HTTP of production, its 10 seconds included. */
async function sendTo(conduct: Conduct) {
  await using server = await startHttpServer(conduct);
  const ports = portsOf({ http: safeHttp({ local: true }), slackApi: server.url, pagerDutyUrl: server.url });
  const url = `${server.url}/secret-path`;
  const sent = channelsAt(url).map(async (channel) => {
    const { kind, ...more } = await channelSender(ports).send({ channel, message, id: 'id', mentions: [] });
    return [channel.name, { kind, why: '', ...more }] as const;
  });
  return { sent: Object.fromEntries(await Promise.all(sent)), asked: server.requests.length };
}

const everyone = <T>(how: T) => Object.fromEntries(channelsAt('').map(({ name }) => [name, how]));
const retry = (why: string) => ({ kind: 'retry', why: expect.stringContaining(why) });
const ofNobody = retry('something that is not an answer of Slack');
const refused = { kind: 'refused', scope: 'channel', why: expect.stringContaining('it answered HTTP 307') };
const error = (text: string) => answers(200, text);
const throttled =
  'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x';

test.concurrent.each<[fact: string, conduct: Conduct, expected: Record<string, unknown>]>([
  ['hangs', hangs, everyone(retry('it did not answer within 10 s'))],
  ['sends its headers a byte at a time', dripsHeaders, everyone(retry('it did not answer within 10 s'))],
  ['sends headers without end', neverEndsHeaders, everyone(retry('the connection failed (HPE_HEADER_OVERFLOW)'))],
  ['resets the connection', resets, everyone(retry('the connection failed (ECONNRESET)'))],
  [
    'redirects to the metadata address',
    answers(307, '', { location: 'http://169.254.169.254/latest/' }),
    everyone(refused),
  ],
  // By its status a channel has answered; Slack says in the body how it went.
  ['answers a byte at a time', drips, { ...everyone({ kind: 'sent' }), slack: ofNobody, 'slack-webhook': ofNobody }],
  ['answers without end', neverEnds, { ...everyone({ kind: 'sent' }), slack: ofNobody, 'slack-webhook': ofNobody }],
  [
    'breaks off in its answer',
    breaksOff,
    { ...everyone({ kind: 'sent' }), slack: ofNobody, 'slack-webhook': ofNobody },
  ],
  [
    'says 200, and in the body that Teams throttles',
    error(throttled),
    { teams: retry('a failure (HTTP 429)'), slack: ofNobody, 'slack-webhook': ofNobody },
  ],
  [
    'says 200, and in the body ok: false',
    error('{"ok":false,"error":"token_revoked"}'),
    { slack: { kind: 'refused', scope: 'channel' }, 'slack-webhook': ofNobody },
  ],
  [
    'says 200, and in the body that a flow failed',
    error('{"error":{"code":"ActionFailed"}}'),
    { teams: { kind: 'retry' }, slack: ofNobody },
  ],
])('a channel that %s', async (_fact, conduct, expected) => {
  const { sent, asked } = await sendTo(conduct);
  expect(sent).toMatchObject(expected);
  // Nobody is asked twice in one go, and none says where it is.
  expect(asked).toBe(6);
  expect(JSON.stringify(sent)).not.toMatch(/secret-path|127\.0\.0\.1|169\.254/);
});
