import type { Severity } from '../../shared/config/config.ts';
import type { Answered, Asked, Seen, StandIn } from './shown.ts';
import { refusalOfMessage } from './slack-limits.ts';
import { type Block, linesOfBlock, plain } from './slack-words.ts';

interface Given {
  channel?: string;
  ts?: string;
  thread_ts?: string;
  text?: string;
  blocks?: Block[];
  parse?: string;
}

interface Message {
  ts: string;
  title: string;
  severity: Severity;
  edits: number;
}

/** One message a second for each channel; a little less here, since both clocks are real. */
const leastBetweenMs = 900;

const severityOf = (title: string): Severity =>
  title.startsWith('🔴') ? 'error' : title.startsWith('⚠') ? 'warning' : 'info';

const titleOf = ({ text = '', blocks = [] }: Given) => {
  const header = blocks.find(({ type }) => type === 'header');
  return plain(header?.text?.text ?? text);
};

const linesIn = ({ blocks = [] }: Given) => blocks.flatMap(linesOfBlock);

const answer = (body: object): Answered => ({ status: 200, body: JSON.stringify(body) });
const no = (error: string) => answer({ ok: false, error });

/** The messages of one channel of Slack. */
function slackChannel(id: string, now: () => number) {
  const messages: Message[] = [];
  let postedAt = Number.NEGATIVE_INFINITY;
  const seen = (how: Seen['how'], { ts, title, severity, edits }: Message, given: Given): Seen => {
    // An answer without blocks is its text; a message's text repeats its title.
    const lines = how === 'replied' && !given.blocks?.length ? [plain(given.text ?? '')] : linesIn(given);
    return { how, message: ts, edits, severity, title, lines };
  };
  const find = (ts: string | undefined) => messages.find((message) => message.ts === ts);
  return {
    isTooSoon() {
      if (now() - postedAt < leastBetweenMs) return true;
      postedAt = now();
      return false;
    },
    post(given: Given): Answered {
      const root = given.thread_ts === undefined ? undefined : find(given.thread_ts);
      if (given.thread_ts !== undefined && !root) return no('cannot_reply_to_message');
      const title = titleOf(given);
      const ts = `${Math.floor(now() / 1000)}.${String(messages.length + 1).padStart(6, '0')}`;
      const message: Message = { ts, title, severity: severityOf(title), edits: 0 };
      messages.push(message);
      const what = root ? seen('replied', root, given) : seen('posted', message, given);
      return { ...answer({ ok: true, channel: id, ts }), seen: what };
    },
    update(given: Given): Answered {
      const message = find(given.ts);
      if (!message) return no('message_not_found');
      const title = titleOf(given);
      Object.assign(message, { title, severity: severityOf(title), edits: message.edits + 1 });
      return { ...answer({ ok: true, channel: id, ts: message.ts }), seen: seen('updated', message, given) };
    },
  };
}

const tooMany: Answered = {
  status: 429,
  body: JSON.stringify({ ok: false, error: 'ratelimited' }),
  headers: { 'retry-after': '1' },
};

/** chat.postMessage and chat.update of the channels whose names or ids batuta.yml has; `places` names them in its terms. */
export function slackStandIn(now: () => number) {
  const byId = new Map<string, ReturnType<typeof slackChannel> & { place: string }>();
  const find = (place: string) => {
    const known = byId.get(place) ?? [...byId.values()].find((channel) => channel.place === place);
    if (known) return known;
    // As Slack does: names are taken for the first message, ids are answered.
    const id = place.startsWith('#') ? `C0LOCAL${byId.size + 1}` : place;
    const made = { ...slackChannel(id, now), place };
    byId.set(id, made);
    return made;
  };
  function call(method: string, { headers, body }: Pick<Asked, 'headers' | 'body'>): Answered & { place?: string } {
    if (!/^Bearer \S/.test(String(headers.authorization))) return no('not_authed');
    const given = JSON.parse(body) as Given;
    const refusal = refusalOfMessage(body, { ...given });
    if (refusal || given.channel === undefined) return no(refusal ?? 'channel_not_found');
    if (method === 'chat.update' && !byId.has(given.channel)) return no('channel_not_found');
    const channel = find(given.channel);
    const { place } = channel;
    if (method === 'chat.update') return { ...channel.update(given), place };
    if (method !== 'chat.postMessage') return no('unknown_method');
    return channel.isTooSoon() ? tooMany : { ...channel.post(given), place };
  }
  return { call };
}

/** An incoming webhook: what it posted cannot be changed. */
export function slackHookStandIn(now: () => number): StandIn {
  const channel = slackChannel('C0HOOK', now);
  return ({ method, body }) => {
    const given = JSON.parse(body) as Given;
    if (method !== 'POST' || refusalOfMessage(body, { ...given })) return { status: 400, body: 'invalid_blocks' };
    if (channel.isTooSoon()) return { status: 429, body: 'rate_limited', headers: { 'retry-after': '1' } };
    return { ...channel.post({ ...given }), body: 'ok' };
  };
}
