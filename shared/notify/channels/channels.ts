import type { ChannelConfig, ChannelConfigOf, ChannelType } from '../../config/config.ts';
import type { Channel } from './channel.ts';
import { discord } from './discord.ts';
import { eventbridge } from './eventbridge.ts';
import { pagerduty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { slackWebhook } from './slack-webhook.ts';
import { sns } from './sns.ts';
import { teams } from './teams.ts';
import { webhook } from './webhook.ts';

/** Every type of channel. */
const channels: { readonly [Type in ChannelType]: Channel<ChannelConfigOf<Type>> } = {
  discord,
  eventbridge,
  pagerduty,
  slack,
  'slack-webhook': slackWebhook,
  sns,
  teams,
  webhook,
};

export const channelOf = ({ type }: ChannelConfig): Channel<ChannelConfig> => channels[type] as Channel<ChannelConfig>;
