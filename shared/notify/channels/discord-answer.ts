import type { Sent } from './channel.ts';
import { type HttpAnswer, judge, retryAfterMs } from './http.ts';
import { cutTo, oneLine } from './text.ts';

interface DiscordError {
  code?: number;
  message?: string;
  retry_after?: number;
  global?: boolean;
  id?: string;
}

/** A missing or broken body is an empty one: then the status alone speaks. */
function bodyOf(text: string): DiscordError {
  try {
    const body = JSON.parse(text) as DiscordError | null;
    return body && typeof body === 'object' ? body : {};
  } catch {
    return {};
  }
}

/** Codes that are final for the channel, whatever the status, and what to do (discord.com/developers, "JSON Error Codes"). */
const nextSteps: Readonly<Record<number, string>> = {
  10003: 'the Discord channel or thread was deleted; make a webhook in another and put its URL in place of the old one',
  10015:
    'the webhook was deleted; make a new one (Edit Channel > Integrations) and put its URL in place of the old one',
  50027: 'the token in its URL is wrong; copy the URL again (Edit Channel > Integrations)',
  220001: 'it belongs to a forum; add ?thread_id=… of a post to its URL',
};

/** The message to change is not there any more, is another webhook's, or is in an archived thread, which a new one opens again. */
const messageGone = new Set([10008, 50005, 50083]);

/**
 * What Discord's answer means; `gone`: only the message that was to be changed is missing. A 404 of the webhook is
 * never repeated: Discord restricts who does (discord.com/developers, "Rate Limits"). A 429 says in its body, in
 * seconds with a fraction, and in its header, how long to wait.
 */
export function judgeDiscord(answer: HttpAnswer): Sent | { kind: 'gone' } {
  const judged = judge(answer);
  if (answer.kind !== 'answer') return judged;
  const { code = 0, message = '', retry_after: seconds, global, id } = bodyOf(answer.body);
  if (judged.kind === 'sent') return typeof id === 'string' ? { kind: 'sent', handle: { message: id } } : judged;
  if (messageGone.has(code)) return { kind: 'gone' };
  const said = typeof message === 'string' && message ? ` (${cutTo(oneLine(message), 120)})` : '';
  const why = `it answered HTTP ${answer.status}${said}`;
  const step = nextSteps[code];
  const refused = judged.kind === 'refused' ? judged : { kind: 'refused' as const };
  if (step) return { ...refused, scope: 'channel', why: `${why}: ${step}` };
  if (judged.kind === 'refused') return { ...judged, why };
  const waits = [retryAfterMs(answer.retryAfter) ?? 0, typeof seconds === 'number' ? Math.ceil(seconds * 1000) : 0];
  const afterMs = Math.max(...waits);
  return {
    ...judged,
    why: global === true ? `${why}, for all senders of this address` : why,
    ...(afterMs > 0 ? { afterMs } : {}),
  };
}
