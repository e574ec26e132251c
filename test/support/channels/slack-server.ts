import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { refusalOfMessage } from '../../../local/channels/slack-limits.ts';
import { mentionsIn } from './slack-limits.ts';

type Json = Record<string, unknown>;

export interface SlackMessage {
  /** The channel's ID. */
  channel: string;
  ts: string;
  threadTs?: string;
  text: string;
  blocks: Json[];
  /** How often it was changed. */
  edits: number;
  /** Whom it called when it was posted; a change calls nobody. */
  mentions: string[];
  isGone?: boolean;
}

export interface SlackChannel {
  id: string;
  isMember: boolean;
  isArchived: boolean;
}

/** In place of Slack's own answer: as given, or `reset`: none; `lost`: done, and the answer is lost. */
export type Trouble = { status: number; body: string; headers?: Record<string, string> } | 'reset' | 'lost';

interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

const ok = (body: Json): Answer => ({ status: 200, body: JSON.stringify({ ok: true, ...body }) });
const no = (error: string): Answer => ({ status: 200, body: JSON.stringify({ ok: false, error }) });
const plain = (status: number, body: string): Answer => ({ status, body });

/**
 * Slack on the loopback interface, as strict as its documentation: chat.postMessage and chat.update at `api`, an
 * incoming webhook at `hook`; one message per second and channel, else 429. `now` in ms.
 */
export async function startSlack({ now = Date.now }: { now?: () => number } = {}) {
  const messages: SlackMessage[] = [];
  const requests: string[] = [];
  const troubles: (Trouble | undefined)[] = [];
  const tokens = new Map<string, string | undefined>([['xoxb-test-token', undefined]]);
  const channels = new Map<string, SlackChannel>([
    ['#deploys', { id: 'C0DEPLOYS', isMember: true, isArchived: false }],
  ]);
  const postedAt = new Map<string, number>();
  let refused = 0;

  const isTooSoon = (place: string) => {
    const last = postedAt.get(place);
    if (last !== undefined && now() - last < 1000) {
      refused++;
      return true;
    }
    postedAt.set(place, now());
    return false;
  };
  const tooMany: Answer = {
    status: 429,
    body: JSON.stringify({ ok: false, error: 'ratelimited' }),
    headers: { 'retry-after': '1' },
  };

  const add = (channel: string, { text: said, blocks, thread_ts: threadTs }: Json): SlackMessage => {
    const message: SlackMessage = {
      channel,
      ts: `${1_700_000_000 + messages.length}.000100`,
      text: String(said ?? ''),
      blocks: (blocks ?? []) as Json[],
      edits: 0,
      mentions: mentionsIn({ text: said, blocks }),
      ...(threadTs ? { threadTs: String(threadTs) } : {}),
    };
    messages.push(message);
    return message;
  };

  const find = (channel: string, ts: unknown) =>
    messages.find((each) => each.channel === channel && each.ts === ts && !each.isGone);

  function post(given: Json): Answer {
    const byId = [...channels.values()].find(({ id }) => id === given.channel);
    const channel = byId ?? channels.get(String(given.channel));
    if (!channel) return no('channel_not_found');
    if (channel.isArchived) return no('is_archived');
    if (!channel.isMember) return no('not_in_channel');
    if (given.thread_ts !== undefined && !find(channel.id, given.thread_ts)) return no('cannot_reply_to_message');
    if (isTooSoon(channel.id)) return tooMany;
    return ok({ channel: channel.id, ts: add(channel.id, given).ts });
  }

  function update(given: Json): Answer {
    // Unlike chat.postMessage it takes IDs only.
    const channel = [...channels.values()].find(({ id }) => id === given.channel);
    if (!channel) return no('channel_not_found');
    const message = find(channel.id, given.ts);
    if (!message) return no('message_not_found');
    message.text = String(given.text ?? '');
    message.blocks = (given.blocks ?? []) as Json[];
    message.edits++;
    return ok({ channel: channel.id, ts: message.ts });
  }

  function call(method: string, raw: string, { headers }: IncomingMessage): Answer {
    const token = String(headers.authorization ?? '').replace(/^Bearer /, '');
    if (!token) return no('not_authed');
    if (!tokens.has(token)) return no('invalid_auth');
    const trouble = tokens.get(token);
    if (trouble) return no(trouble);
    const given = JSON.parse(raw) as Json;
    const refusal = refusalOfMessage(raw, given);
    if (refusal) return no(refusal);
    if (given.parse !== 'none') return no('invalid_arguments');
    if (method === 'chat.postMessage') return post(given);
    return method === 'chat.update' ? update(given) : no('unknown_method');
  }

  function hooked(raw: string): Answer {
    const given = JSON.parse(raw) as Json;
    if (refusalOfMessage(raw, given)) return plain(400, 'invalid_blocks');
    if (isTooSoon('hook')) return { ...plain(429, 'rate_limited'), headers: { 'retry-after': '1' } };
    add('C0HOOK', given);
    return plain(200, 'ok');
  }

  const answerTo = (request: IncomingMessage, raw: string): Answer => {
    const { url = '' } = request;
    if (url === '/services/T0/B0/secret-hook') return hooked(raw);
    return url.startsWith('/api/') ? call(url.slice('/api/'.length), raw, request) : plain(404, 'no_service');
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await text(request);
    requests.push(String(request.url).split('/').pop() ?? '');
    const trouble = troubles.shift();
    if (trouble === 'reset') return void request.socket.destroy();
    const { status, body, headers } = trouble && trouble !== 'lost' ? trouble : answerTo(request, raw);
    if (trouble === 'lost') return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(body);
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    api: `${base}/api`,
    hook: `${base}/services/T0/B0/secret-hook`,
    messages,
    /** The methods that were called; `secret-hook` is the webhook. */
    requests,
    channels,
    /** Tokens, and the error that each gets, e.g. `token_revoked`. */
    tokens,
    /** How many requests came too soon. */
    refused: () => refused,
    /** What the next requests get, one each; undefined: Slack's own answer. */
    next: (...answers: (Trouble | undefined)[]) => void troubles.push(...answers),
    roots: () => messages.filter(({ threadTs }) => !threadTs),
    thread: (ts: string) => messages.filter(({ threadTs }) => threadTs === ts),
    close: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}
export type Slack = Awaited<ReturnType<typeof startSlack>>;
