import type { ChannelConfig, ChannelConfigOf, ChannelType } from '../../config/config.ts';
import type { Channel } from './channel.ts';
import { discord } from './discord.ts';
import { pagerduty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { slackWebhook } from './slack-webhook.ts';
import { teams } from './teams.ts';
import { webhook } from './webhook.ts';

/** Every type of channel that is built. */
const channels: { readonly [Type in ChannelType]?: Channel<ChannelConfigOf<Type>> } = {
  discord,
  pagerduty,
  slack,
  'slack-webhook': slackWebhook,
  teams,
  webhook,
};

/** @throws Error for a type that this release does not have */
export function channelOf(config: ChannelConfig): Channel<ChannelConfig> {
  const channel = channels[config.type];
  if (!channel) throw new Error(`The channel ${config.name} is of the type ${config.type}, which is not built yet`);
  return channel as Channel<ChannelConfig>;
}
