import type { ChannelConfigOf } from '../../config/config.ts';
import type { Channel } from './channel.ts';
import { judgeHook } from './slack-answer.ts';
import { slackWhole } from './slack-render.ts';

/** Slack's incoming webhook: posts to one channel and can change nothing later, so each piece of news is a message. */
export const slackWebhook: Channel<ChannelConfigOf<'slack-webhook'>> = {
  // docs.slack.dev "Rate limits": incoming webhooks, 1 per second.
  paceMs: 1000,
  updatesInPlace: false,
  standing: false,
  incidents: false,
  render: (rendered) => slackWhole(rendered),
  async send({ channel, ...post }, { http, secretOf }) {
    const url = (await secretOf(channel.url)).trim();
    return judgeHook(await http.post(url, JSON.stringify({ ...slackWhole(post), unfurl_links: false })));
  },
};
