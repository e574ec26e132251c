import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Handle, Sent } from '../../../../shared/notify/channels/channel.ts';
import { slack } from '../../../../shared/notify/channels/slack.ts';
import { slackWebhook } from '../../../../shared/notify/channels/slack-webhook.ts';
import type { Message } from '../../../../shared/notify/message.ts';
import { portsOf } from '../../../support/channels/receiver.ts';
import { type Slack, startSlack } from '../../../support/channels/slack-server.ts';

let at = 0;
let server: Slack;
beforeEach(async () => {
  at = 0;
  server = await startSlack({ now: () => at });
});
afterEach(() => server.close());

const message = (news: string, more: Partial<Message> = {}): Message => ({
  kind: 'deployment-failed',
  severity: 'error',
  title: `shop-api 1.1.0 ${news}`,
  subject: 'shop-api',
  news,
  facts: [],
  at: 0,
  ...more,
});
const started = message('started', { kind: 'deployment-started', severity: 'info', ongoing: true });
const withLog = { logTails: [{ label: 'task 1', lines: ['boom'] }] };

/** The next news, a second later; pauses pass at once. */
function tell(news: Message, handle?: Handle, channel = '#deploys', token = 'ssm:/slack/token'): Promise<Sent> {
  at += 1000;
  const ports = portsOf({
    slackApi: server.api,
    secrets: { 'ssm:/slack/token': ' xoxb-test-token\n' },
    async sleep(ms) {
      at += ms;
    },
  });
  return slack.send(
    {
      channel: { name: 'team', type: 'slack', token, channel },
      message: news,
      id: 'id',
      mentions: ['<!here>'],
      ...(handle ? { handle } : {}),
    },
    ports,
  );
}
const handleOf = (sent: Sent) => sent.handle as Handle;
const json = (error: string) => ({ status: 200, body: JSON.stringify({ ok: false, error }) });

describe('one record is one message', () => {
  test('which changes as it goes on: progress only there, other news with a line in its thread', async () => {
    const first = await tell(started);
    expect(first).toMatchObject({ kind: 'sent', handle: { channel: 'C0DEPLOYS', to: '#deploys' } });
    await tell({ ...started, news: 'verifying', title: 'shop-api is verified' }, handleOf(first));
    expect(server.requests).toEqual(['chat.postMessage', 'chat.update']);
    const last = await tell(message('failed', withLog), handleOf(first));
    expect(handleOf(last)).toEqual(handleOf(first));
    const [root] = server.roots();
    expect(server.roots()).toHaveLength(1);
    expect(root).toMatchObject({ edits: 2, text: '🔴 shop-api 1.1.0 failed' });
    const thread = server.thread(root?.ts ?? '');
    expect(thread).toHaveLength(1);
    expect(thread[0]).toMatchObject({ text: '🔴 shop-api 1.1.0 failed', mentions: ['<!here>'] });
    expect(JSON.stringify(thread[0]?.blocks)).toContain('boom');
  });

  test('whose log is in its thread from the first, at Slack’s pace', async () => {
    await tell(message('failed', withLog));
    expect(server.messages.map(({ threadTs }) => threadTs !== undefined)).toEqual([false, true]);
    expect(server.messages[1]?.mentions).toEqual([]);
    expect(server.refused()).toBe(0);
  });

  test('and another one where batuta.yml names another channel since', async () => {
    server.channels.set('#other', { id: 'C0OTHER', isMember: true, isArchived: false });
    const first = await tell(started);
    expect(handleOf(await tell(message('failed'), handleOf(first), '#other'))).toMatchObject({ channel: 'C0OTHER' });
    expect(server.roots().map(({ edits }) => edits)).toEqual([0, 0]);
  });

  test.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])(
    'and a new one where it cannot be changed: %s',
    async (error) => {
      const first = await tell(started);
      server.next(json(error));
      const sent = await tell(message('failed'), handleOf(first));
      expect(sent.kind).toBe('sent');
      expect(handleOf(sent).ts).not.toBe(handleOf(first).ts);
      expect(server.roots().at(-1)).toMatchObject({ text: '🔴 shop-api 1.1.0 failed', mentions: ['<!here>'] });
    },
  );
});

describe('what is done once is not done again', () => {
  test('a thread that failed after the first message is told alone the next time', async () => {
    server.next(undefined, json('internal_error'));
    const failed = await tell(message('failed', withLog));
    expect(failed).toMatchObject({ kind: 'retry', why: 'Slack answered internal_error' });
    expect(await tell(message('failed', withLog), handleOf(failed))).toMatchObject({ kind: 'sent' });
    expect(server.roots()).toHaveLength(1);
    expect(server.messages).toHaveLength(2);
    expect(JSON.stringify(server.messages[1]?.blocks)).not.toContain('1.1.0 failed');
  });

  test('a thread that is too long for Slack leaves the message, and is no success', async () => {
    server.next(undefined, json('msg_too_long'));
    const sent = await tell(message('failed', withLog));
    expect(sent).toMatchObject({ kind: 'refused', scope: 'message', handle: { channel: 'C0DEPLOYS' } });
  });

  test('a crash between the last call and the record repeats one line and nothing else', async () => {
    const first = await tell(started);
    await tell(message('failed'), handleOf(first));
    await tell(message('failed'), handleOf(first));
    expect(server.roots()).toHaveLength(1);
    expect(server.thread(handleOf(first).ts ?? '')).toHaveLength(2);
  });

  test('an answer that is lost may cost one repeat', async () => {
    server.next('lost');
    expect(await tell(started)).toMatchObject({ kind: 'retry' });
    await tell(started);
    expect(server.roots()).toHaveLength(2);
  });
});

describe('what Slack answers', () => {
  test.each([
    ['invalid_auth', /^Slack answered invalid_auth; put the bot's new token/],
    ['token_revoked', /install the app again/],
    ['account_inactive', /install the app again/],
    ['missing_scope', /chat:write/],
    ['ekm_access_denied', /workspace admin/],
    ...[
      ...['not_authed', 'token_expired', 'not_allowed_token_type', 'no_permission', 'access_denied', 'accesslimited'],
      ...['restricted_action', 'restricted_action_read_only_channel', 'restricted_action_thread_only_channel'],
      ...['restricted_action_non_threadable_channel', 'team_access_not_granted', 'enterprise_is_restricted'],
      ...['org_login_required', 'messages_tab_disabled', 'two_factor_setup_required'],
    ].map((code): [string, RegExp] => [code, new RegExp(`^Slack answered ${code}; \\w.{15,}`)]),
  ])('%s closes the channel, and says what to do', async (error, why) => {
    server.tokens.set('xoxb-test-token', error);
    expect(await tell(started)).toEqual({ kind: 'refused', scope: 'channel', why: expect.stringMatching(why) });
  });

  test('a channel without the bot, an archived one and an unknown one are closed', async () => {
    server.channels.set('#private', { id: 'C0PRIVATE', isMember: false, isArchived: false });
    server.channels.set('#old', { id: 'C0OLD', isMember: true, isArchived: true });
    expect(await tell(started, undefined, '#private')).toMatchObject({
      scope: 'channel',
      why: expect.stringMatching(/invite the bot/),
    });
    expect(await tell(started, undefined, '#old')).toMatchObject({
      scope: 'channel',
      why: expect.stringMatching(/unarchive/),
    });
    expect(await tell(started, undefined, '#nowhere')).toMatchObject({
      scope: 'channel',
      why: expect.stringMatching(/name or ID/),
    });
  });

  test('a token that is revoked midway closes the channel; what stood before stands', async () => {
    const first = await tell(started);
    server.tokens.set('xoxb-test-token', 'token_revoked');
    expect(await tell(message('failed'), handleOf(first))).toMatchObject({ kind: 'refused', scope: 'channel' });
    expect(server.roots()).toMatchObject([{ edits: 0 }]);
  });

  test.each([
    ...['msg_too_long', 'invalid_blocks', 'msg_blocks_too_long', 'invalid_blocks_format', 'no_text'],
    ...['too_many_attachments', 'too_many_contact_cards', 'invalid_arguments', 'invalid_arg_name', 'invalid_json'],
  ])('%s refuses this message only', async (error) => {
    server.next(json(error));
    expect(await tell(started)).toEqual({ kind: 'refused', scope: 'message', why: `Slack answered ${error}` });
  });

  test.each([
    ['its own troubles', json('fatal_error')],
    ['internal_error', json('internal_error')],
    ['service_unavailable', json('service_unavailable')],
    ['request_timeout', json('request_timeout')],
    ['team_added_to_org', json('team_added_to_org')],
    ['a code that nobody knew of', json('some_new_trouble')],
    ['a page of somebody else', { status: 200, body: '<html>Log in</html>' }],
    ['something that is no answer', { status: 200, body: '{"ok":true}' }],
    ['HTTP 503', { status: 503, body: '' }],
    ['no answer', 'reset' as const],
  ])('%s are tried again', async (_what, trouble) => {
    server.next(trouble);
    expect((await tell(started)).kind).toBe('retry');
    expect((await tell(started)).kind).toBe('sent');
  });

  test('too many messages wait as long as Slack says, by status or by body', async () => {
    await tell(started);
    at -= 1000;
    expect(await tell(message('failed'))).toMatchObject({ kind: 'retry', afterMs: 1000 });
    server.next({ ...json('ratelimited'), headers: { 'retry-after': '30' } });
    expect(await tell(started)).toMatchObject({ kind: 'retry', limited: true, afterMs: 30_000 });
  });

  test.each([
    ['ratelimited', json('ratelimited')],
    ['rate_limited', json('rate_limited')],
    ['message_limit_exceeded', json('message_limit_exceeded')],
    ['HTTP 429', { status: 429, body: '' }],
  ])('%s without a time is a limit too', async (_what, trouble) => {
    server.next(trouble);
    expect(await tell(started)).toMatchObject({ kind: 'retry', limited: true });
  });

  test('a token that cannot be one is not sent anywhere', async () => {
    expect(await tell(started, undefined, '#deploys', 'two\nlines')).toMatchObject({
      kind: 'refused',
      scope: 'channel',
    });
    expect(server.requests).toEqual([]);
  });

  test('nothing that went wrong names the token or repeats the answer', async () => {
    server.next({ status: 200, body: JSON.stringify({ ok: false, error: 'xoxb-test-token is wrong' }) });
    expect(JSON.stringify(await tell(started))).not.toContain('xoxb');
  });
});

describe('an incoming webhook', () => {
  const send = (url = server.hook, news = message('failed', withLog)) => {
    at += 1000;
    const channel = { name: 'team', type: 'slack-webhook', url } as const;
    return slackWebhook.send({ channel, message: news, id: 'id', mentions: ['<!here>'] }, portsOf());
  };

  test('gets one message for each piece of news, with everything in it', async () => {
    expect(await send()).toEqual({ kind: 'sent' });
    expect(server.messages).toMatchObject([{ text: '🔴 shop-api 1.1.0 failed', mentions: ['<!here>'] }]);
    expect(JSON.stringify(server.messages[0]?.blocks)).toContain('boom');
  });

  test.each([
    [
      404,
      'no_service',
      { scope: 'channel', gone: true, why: expect.stringMatching(/HTTP 404: no_service; make a new incoming webhook/) },
    ],
    [410, 'channel_is_archived', { scope: 'channel', why: expect.stringMatching(/unarchive/) }],
    [403, 'action_prohibited', { scope: 'channel', why: expect.stringMatching(/workspace admin/) }],
    [400, 'user_not_found', { scope: 'channel' }],
    [400, 'invalid_payload', { scope: 'message', why: 'it answered HTTP 400: invalid_payload' }],
    [400, 'something else: <b>', { scope: 'message', why: 'it answered HTTP 400' }],
    [500, 'rollup_error', { kind: 'retry', why: 'it answered HTTP 500: rollup_error' }],
    [200, '<html>', { kind: 'retry' }],
  ])('HTTP %i with %s', async (status, body, expected) => {
    server.next({ status, body });
    expect(await send()).toMatchObject(expected);
  });

  test('is asked again after the time that it gives', async () => {
    await send();
    at -= 1000;
    expect(await send()).toMatchObject({ kind: 'retry', afterMs: 1000 });
  });

  test('never shows its address', async () => {
    expect(JSON.stringify(await send(`${server.hook}-gone`))).not.toContain('secret-hook');
  });
});
