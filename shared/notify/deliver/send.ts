import type { ChannelConfig } from '../../config/config.ts';
import { AwsCallFailed } from '../../core/errors.ts';
import type { ChannelPorts, Post, Sent } from '../channels/channel.ts';
import { channelOf } from '../channels/channels.ts';

export interface Sender {
  /** The least time between an answer of the channel's and the next request. */
  paceMs(channel: ChannelConfig): number;
  /** Never throws: what cannot be read or reached now is a retry. */
  send(post: Post<ChannelConfig>): Promise<Sent>;
}

/** AWS's own words name accounts and roles, and what is said here is told on other channels. */
export const whyOf = (error: unknown): string =>
  error instanceof AwsCallFailed ? `${error.operation}: ${error.code}` : (error as Error).message;

/** Where the address stands that leads nowhere: the parameter's name is no secret. */
function withPlace(sent: Sent, channel: ChannelConfig): Sent {
  if (sent.kind === 'sent' || !('url' in channel) || !channel.url.startsWith('ssm:')) return sent;
  const isOfAddress = /^its (address|host) /.test(sent.why) || (sent.kind === 'refused' && sent.scope === 'channel');
  return isOfAddress ? { ...sent, why: `${sent.why} (its address is in ${channel.url.slice('ssm:'.length)})` } : sent;
}

/** Hands each post to its type of channel. */
export function channelSender(ports: ChannelPorts): Sender {
  return {
    paceMs: (channel) => channelOf(channel).paceMs,
    async send(post) {
      try {
        return withPlace(await channelOf(post.channel).send(post, ports), post.channel);
      } catch (error) {
        // Someone may yet put the parameter there, or allow what is refused.
        return { kind: 'retry', why: whyOf(error) };
      }
    },
  };
}
