import type { ChannelConfigOf } from '../../config/config.ts';
import { levelOf } from '../news-kind.ts';
import type { Channel, ChannelPorts, Handle, Post, Sent } from './channel.ts';
import { judgeCall, type SlackAnswer } from './slack-answer.ts';
import { type SlackContent, slackMain, slackThread } from './slack-render.ts';

type Config = ChannelConfigOf<'slack'>;

const slackApi = 'https://slack.com/api';
/** docs.slack.dev "Rate limits": chat.postMessage, one message per second and channel. */
const paceMs = 1000;

type Call = (
  method: 'chat.postMessage' | 'chat.update',
  content: SlackContent,
  where: Readonly<Record<string, string>>,
) => Promise<SlackAnswer>;

/**
 * Plain words stay plain words: `parse` is `client` for updates unless told otherwise (docs.slack.dev "chat.update").
 * No `client_msg_id`: it is for Slack's own clients only (slackapi/java-slack-sdk#852).
 */
const asIs = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false };

function caller({ http, slackApi: api = slackApi }: ChannelPorts, token: string): Call {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' };
  return async (method, content, where) =>
    judgeCall(await http.post(`${api}/${method}`, JSON.stringify({ ...where, ...content, ...asIs }), headers));
}

/** Its first message, which later news changes; `to`: as batuta.yml names the channel; `first`: the news that it was posted with. */
type SlackHandle = Record<'channel' | 'ts' | 'to' | 'first', string>;

function known(handle: Handle | undefined, { channel }: Config): SlackHandle | undefined {
  const { channel: id, ts, to, first } = handle ?? {};
  // Somebody named another channel since: that one hears of it from here on.
  return id && ts && first && to === channel ? { channel: id, ts, to, first } : undefined;
}

/** Changes the first message, or posts it where there is none that can be changed. */
async function stand(post: Post<Config>, call: Call): Promise<SlackHandle | Exclude<SlackAnswer, { kind: 'taken' }>> {
  const content = slackMain(post);
  const { channel, message } = post;
  const handle = known(post.handle, channel);
  if (handle) {
    const changed = await call('chat.update', content, { channel: handle.channel, ts: handle.ts });
    // What nobody sees any more need not be corrected.
    if (changed.kind === 'taken' || (changed.kind === 'gone' && post.quiet)) return handle;
    if (changed.kind !== 'gone') return changed;
  }
  const posted = await call('chat.postMessage', content, { channel: channel.channel });
  if (posted.kind !== 'taken') return posted;
  return { channel: posted.channel, ts: posted.ts, to: channel.channel, first: message.news };
}

/**
 * What is said in the thread: of what the channel has just been told only the details; of later news one line too, which
 * tells those who follow it, since a change of the first message tells nobody. Progress is only seen in the first message.
 */
function inThread(post: Post<Config>, { first }: SlackHandle): SlackContent | undefined {
  const { message, quiet } = post;
  if (quiet) return undefined;
  if (first === message.news) return slackThread(post, true);
  return levelOf(message.kind, message.severity) === 'progress' ? undefined : slackThread(post, false);
}

const failed = (answer: Exclude<SlackAnswer, { kind: 'taken' }>): Exclude<Sent, { kind: 'sent' }> =>
  answer.kind === 'gone' ? { kind: 'refused', scope: 'message', why: `Slack answered ${answer.why}` } : answer;

/**
 * A message of a Slack app's bot: one for each record, changed as news comes, details in its thread. Changing it again
 * does no harm, so the thread comes last: a crash after that and before the record repeats one line at most.
 */
export const slack: Channel<Config> = {
  paceMs,
  updatesInPlace: true,
  standing: true,
  incidents: false,
  render(rendered) {
    const thread = slackThread(rendered, true);
    return { message: slackMain(rendered), ...(thread ? { thread } : {}) };
  },
  async send(post, ports) {
    const token = (await ports.secretOf(post.channel.token)).trim();
    if (!/^[\w-]+$/.test(token))
      return { kind: 'refused', scope: 'channel', why: `its token has characters that no token of Slack has` };
    const call = caller(ports, token);
    const handle = await stand(post, call);
    if ('kind' in handle) return failed(handle);
    const thread = inThread(post, handle);
    if (!thread) return { kind: 'sent', handle };
    // Both are messages to the same channel.
    if (!post.handle || post.handle.ts !== handle.ts) await ports.sleep?.(paceMs);
    const where = { channel: handle.channel, thread_ts: handle.ts };
    const replied = await call('chat.postMessage', thread, where);
    return replied.kind === 'taken' ? { kind: 'sent', handle } : { ...failed(replied), handle };
  },
};
