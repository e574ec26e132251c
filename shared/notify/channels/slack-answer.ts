import type { Sent } from './channel.ts';
import { type HttpAnswer, judge, retryAfterMs } from './http.ts';

/** What Slack's Web API made of a call: `gone`: that message can no longer be changed. */
export type SlackAnswer =
  | { kind: 'taken'; channel: string; ts: string }
  | { kind: 'gone'; why: string }
  | Exclude<Sent, { kind: 'sent' }>;

const putToken = "put the bot's new token into its parameter";
const allow = 'ask a workspace admin to let the app post there';

/**
 * Error codes after which the channel takes nothing more, each with what to do. Sources: docs.slack.dev, "chat.postMessage"
 * and "chat.update", "Errors".
 */
const closed: Readonly<Record<string, string>> = {
  invalid_auth: putToken,
  not_authed: putToken,
  token_revoked: `install the app again and ${putToken}`,
  token_expired: putToken,
  account_inactive: `install the app again and ${putToken}`,
  not_allowed_token_type: 'use the bot token (xoxb-…)',
  missing_scope: 'give the app the scope chat:write, install it again',
  no_permission: 'give the app the scope chat:write, install it again',
  not_in_channel: 'invite the bot: /invite @its-name in the channel',
  channel_not_found: 'look at the name or ID of the channel; invite the bot where it is private',
  is_archived: 'unarchive the channel or name another one',
  is_inactive: 'unarchive the channel or name another one',
  restricted_action: allow,
  restricted_action_read_only_channel: allow,
  restricted_action_thread_only_channel: allow,
  restricted_action_non_threadable_channel: allow,
  ekm_access_denied: allow,
  access_denied: allow,
  accesslimited: 'let the app be used from this network',
  team_access_not_granted: 'install the app in the workspace',
  enterprise_is_restricted: allow,
  messages_tab_disabled: "turn on the messages tab in the app's settings, or name a channel",
  two_factor_setup_required: 'set up two-factor authentication for the account behind the token',
  org_login_required: 'wait for the end of the migration of the workspace, then replay',
};

/** This one message is not taken, another may be. */
const unfit = new Set([
  'msg_too_long',
  'msg_blocks_too_long',
  'invalid_blocks',
  'invalid_blocks_format',
  'no_text',
  'too_many_attachments',
  'too_many_contact_cards',
  'cannot_reply_to_message',
  'invalid_arguments',
  'invalid_arg_name',
  'invalid_json',
  'json_not_object',
]);

/** Mostly with HTTP 429, but of old also with 200 (docs.slack.dev "Rate limits"; "chat.postMessage", "Errors"). */
const tooMany = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

const unchangeable = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

/** Nothing else of an answer may show up in a log. */
const isCode = (text: unknown): text is string => typeof text === 'string' && /^[a-z_]{2,60}$/.test(text);

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Slack answers 200 with `ok: false` where something is wrong. Codes that are not known may pass: tried again. */
export function judgeCall(answer: HttpAnswer): SlackAnswer {
  const byStatus = judge(answer);
  if (byStatus.kind !== 'sent') return byStatus;
  const { body = '', retryAfter } = answer as Extract<HttpAnswer, { kind: 'answer' }>;
  const { ok, error, channel, ts } = parsed(body);
  if (ok === true && typeof channel === 'string' && typeof ts === 'string') return { kind: 'taken', channel, ts };
  if (!isCode(error))
    return { kind: 'retry', why: 'it answered HTTP 200 with something that is not an answer of Slack' };
  if (unchangeable.has(error)) return { kind: 'gone', why: error };
  const step = Object.hasOwn(closed, error) ? closed[error] : undefined;
  if (step) return { kind: 'refused', scope: 'channel', why: `Slack answered ${error}; ${step}` };
  if (unfit.has(error)) return { kind: 'refused', scope: 'message', why: `Slack answered ${error}` };
  const afterMs = retryAfterMs(retryAfter);
  return {
    kind: 'retry',
    why: `Slack answered ${error}`,
    ...(tooMany.has(error) ? { limited: true } : {}),
    ...(afterMs === undefined ? {} : { afterMs }),
  };
}

const newHook = 'make a new incoming webhook and put its address into its parameter';

/** docs.slack.dev "Sending messages using incoming webhooks", "Handling errors"; the 2016 changelog on their statuses. */
const closedHooks: Readonly<Record<string, string>> = {
  no_service: newHook,
  no_service_id: newHook,
  no_active_hooks: newHook,
  no_team: newHook,
  team_disabled: newHook,
  invalid_token: newHook,
  channel_not_found: newHook,
  channel_is_archived: 'unarchive the channel or make a webhook for another one',
  action_prohibited: allow,
  posting_to_general_channel_denied: allow,
  user_not_found: newHook,
};

/** An incoming webhook answers 200 and `ok`, else a status and a code as plain text. */
export function judgeHook(answer: HttpAnswer): Sent {
  const byStatus = judge(answer);
  if (answer.kind !== 'answer') return byStatus;
  const code = answer.body.trim();
  if (byStatus.kind === 'sent')
    return code === 'ok'
      ? byStatus
      : { kind: 'retry', why: 'it answered HTTP 200 with something that is not an answer of Slack' };
  if (!isCode(code)) return byStatus;
  const step = Object.hasOwn(closedHooks, code) ? closedHooks[code] : undefined;
  if (step && byStatus.kind === 'refused')
    return { ...byStatus, scope: 'channel', why: `${byStatus.why}: ${code}; ${step}` };
  return { ...byStatus, why: `${byStatus.why}: ${code}` };
}
