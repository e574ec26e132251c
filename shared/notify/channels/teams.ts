import type { ChannelConfigOf } from '../../config/config.ts';
import type { Channel } from './channel.ts';
import { judgeTeams } from './teams-answer.ts';
import { renderTeams } from './teams-card.ts';

/**
 * A Teams channel or chat by a Workflows webhook ("When a Teams webhook request is received"), or by an Incoming
 * Webhook as long as there are any. Such a message cannot be changed later. At most 4 requests a second
 * (learn.microsoft.com "Rate limiting for connectors").
 */
export const teams: Channel<ChannelConfigOf<'teams'>> = {
  paceMs: 250,
  updatesInPlace: false,
  standing: false,
  incidents: false,
  render: (rendered) => renderTeams(rendered),
  async send({ channel, message, mentions }, { http, secretOf }) {
    const url = await secretOf(channel.url);
    // Without the charset emoji may arrive broken (learn.microsoft.com "Format cards in Teams").
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    return judgeTeams(await http.post(url, JSON.stringify(renderTeams({ message, mentions })), headers));
  },
};
