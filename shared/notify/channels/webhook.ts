import type { ChannelConfigOf } from '../../config/config.ts';
import type { Message } from '../message.ts';
import type { Channel } from './channel.ts';
import { judge } from './http.ts';
import { type ShortMessage, shortMessage, shortText } from './short-message.ts';
import { signatureHeaders } from './webhook-sign.ts';

/** Standard Webhooks payload: `type`, `timestamp` (ISO) and `data`. */
export interface WebhookPayload {
  type: 'batuta.notification';
  timestamp: string;
  /** `text`: all of it, to be read. */
  data: ShortMessage & { text: string };
}

/** Pure; at most 200 kB whatever the message holds, and mostly below the 20 kB that the convention advises. */
export function renderWebhook(message: Message): WebhookPayload {
  return {
    type: 'batuta.notification',
    timestamp: new Date(message.at).toISOString(),
    data: { ...shortMessage(message), text: shortText(message) },
  };
}

/** Any receiver of the Standard Webhooks convention. 410 and redirects stop it. */
export const webhook: Channel<ChannelConfigOf<'webhook'>> = {
  paceMs: 0,
  updatesInPlace: false,
  standing: false,
  incidents: false,
  render: ({ message }) => renderWebhook(message),
  async send({ channel, message, id }, { http, secretOf, now }) {
    const url = await secretOf(channel.url);
    const secrets = await Promise.all(channel.secrets.map(secretOf));
    const body = JSON.stringify(renderWebhook(message));
    const sent = judge(await http.post(url, body, signatureHeaders(secrets, id, now(), body), channel.allow));
    return sent.kind === 'refused' ? { ...sent, why: withAdvice(sent.why) } : sent;
  },
};

/** Of receivers of one's own there are two things to look at. */
const withAdvice = (why: string) =>
  /^it answered HTTP 40[13]$/.test(why)
    ? `${why}: look whether its address is whole and \`secret\` is the receiver's`
    : why;
