import { expect, test } from 'vitest';
import { teams } from '../../../../shared/notify/channels/teams.ts';
import type { Message } from '../../../../shared/notify/message.ts';
import { portsOf } from '../../../support/channels/receiver.ts';
import { startTeams } from '../../../support/channels/teams-server.ts';

const message: Message = {
  kind: 'run-failed',
  severity: 'error',
  title: 'db-backup failed',
  subject: 'db-backup',
  news: 'failed',
  facts: [],
  at: Date.parse('2026-11-20T10:00:00Z'),
};

async function open() {
  const server = await startTeams();
  const send = () =>
    teams.send(
      { channel: { name: 'team', type: 'teams', url: 'ssm:/teams' }, message, id: 'id', mentions: ['ann@example.com'] },
      portsOf({ secrets: { 'ssm:/teams': server.url } }),
    );
  return { ...server, send };
}

test('a flow takes the card and shows it', async () => {
  const { send, cards, lost } = await open();
  expect(await send()).toEqual({ kind: 'sent' });
  expect(lost).toEqual([]);
  expect(cards).toHaveLength(1);
});

const failed = (status: number) =>
  `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status} with ContextId tcid=0`;
const flowError = (code: string) => ({ error: { code, message: 'sig=secret' } });

test.each([
  ['an old connector says 1', { status: 200, body: '1' }, { kind: 'sent' }],
  ["a flow's own Response may say anything", { status: 200, body: { posted: true } }, { kind: 'sent' }],
  [
    'an old connector throttles with 200',
    { status: 200, body: failed(429) },
    { kind: 'retry', limited: true, why: 'it answered HTTP 200, but in the body a failure (HTTP 429)' },
  ],
  ['too large with 200', { status: 200, body: failed(413) }, { kind: 'refused', scope: 'message' }],
  ['a bad card with 200', { status: 200, body: failed(400) }, { kind: 'refused', scope: 'message' }],
  [
    'a failure without a number',
    { status: 200, body: 'Webhook message delivery failed with error: x' },
    { kind: 'retry' },
  ],
  ['an error as JSON with 200', { status: 200, body: flowError('ActionFailed') }, { kind: 'retry' }],
  ['a throttled flow', { status: 429, headers: { 'retry-after': '30' } }, { kind: 'retry', afterMs: 30_000 }],
  ['a flow that broke', { status: 502, body: flowError('NoResponse') }, { kind: 'retry' }],
  ['a bad card', { status: 400, body: flowError('TriggerInputSchemaMismatch') }, { kind: 'refused', scope: 'message' }],
  [
    'a flow that is turned off',
    { status: 400, body: flowError('WorkflowTriggerIsNotEnabled') },
    { kind: 'refused', scope: 'channel', why: expect.stringContaining('turn the flow on') },
  ],
  [
    'a flow that was deleted',
    { status: 404 },
    { kind: 'refused', scope: 'channel', gone: true, why: expect.stringContaining('make a new one') },
  ],
  [
    'a flow that wants a sign-in',
    { status: 401, body: flowError('DirectApiAuthorizationRequired') },
    { kind: 'refused', scope: 'channel' },
  ],
  ['a flow of which the signature is wrong', { status: 403 }, { kind: 'refused', scope: 'channel' }],
  ['a connector that is retired', { status: 410 }, { kind: 'refused', scope: 'channel' }],
])('%s', async (_what, answer, expected) => {
  const { send, next, url } = await open();
  next.push(answer);
  const sent = await send();
  expect(sent).toMatchObject(expected);
  expect(JSON.stringify(sent)).not.toContain('secret');
  expect(JSON.stringify(sent)).not.toContain(new URL(url).host);
});
