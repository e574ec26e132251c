import type { ChannelConfigOf } from '../../config/config.ts';
import type { Message } from '../message.ts';
import type { Channel, ChannelPorts, Post, Sent } from './channel.ts';
import { judgeDiscord } from './discord-answer.ts';
import { renderDiscord, renderDiscordCall } from './discord-render.ts';
import { noUrl } from './http.ts';

type Config = ChannelConfigOf<'discord'>;

/**
 * 5 requests in 2 s for a webhook, and 30 a minute for its channel (Discord's own words, discord/discord-api-docs#367;
 * "Rate Limits" names no numbers). The second is met rarely, and then by heeding the 429.
 */
const paceMs = 400;

/** Where to post; with `message`, where to change it. Keeps `thread_id`. */
function addressOf(webhook: URL, message?: string): string {
  const url = new URL(webhook);
  url.pathname = url.pathname.replace(/\/+$/, '');
  if (message === undefined) url.searchParams.set('wait', 'true');
  else url.pathname += `/messages/${encodeURIComponent(message)}`;
  return url.href;
}

async function post(webhook: URL, payload: unknown, { http }: ChannelPorts): Promise<Sent> {
  const sent = judgeDiscord(await http.post(addressOf(webhook), JSON.stringify(payload)));
  // Nothing was to be changed, so nothing can be gone.
  return sent.kind === 'gone' ? { kind: 'refused', scope: 'message', why: 'it knows no such message' } : sent;
}

/** A trouble and its end are said aloud; that something goes on is only seen in the first message. */
const isToBeSeen = ({ severity, closes }: Message) => severity !== 'info' || closes !== undefined;

async function change(webhook: URL, known: string, rendered: Post<Config>, ports: ChannelPorts): Promise<Sent> {
  const { message, quiet } = rendered;
  const payload = JSON.stringify(renderDiscord({ message, mentions: [] }));
  const changed = judgeDiscord(await ports.http.patch(addressOf(webhook, known), payload));
  // What nobody sees any more need not be corrected.
  if (changed.kind === 'gone') return quiet ? { kind: 'sent' } : post(webhook, renderDiscord(rendered), ports);
  if (changed.kind !== 'sent' || quiet || !isToBeSeen(message)) return changed;
  await ports.sleep?.(paceMs);
  const called = await post(webhook, renderDiscordCall(rendered), ports);
  return called.kind === 'sent' ? changed : called;
}

/**
 * A Discord channel by its webhook. Later news changes the first message: a webhook may edit its own messages
 * (discord.com/developers, "Edit Webhook Message"). A change alerts nobody, so a trouble and its end are told by a short
 * message besides.
 */
export const discord: Channel<Config> = {
  paceMs,
  updatesInPlace: true,
  standing: true,
  incidents: false,
  render: (rendered) => renderDiscord(rendered),
  async send(given, ports) {
    const url = await ports.secretOf(given.channel.url);
    if (!URL.canParse(url)) return { kind: 'refused', scope: 'channel', why: noUrl };
    const known = given.handle?.message;
    return known === undefined
      ? post(new URL(url), renderDiscord(given), ports)
      : change(new URL(url), known, given, ports);
  },
};
