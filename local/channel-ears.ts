import type { ChannelConfig, Config } from '../shared/config/config.ts';
import type { CloudPorts } from './cloud/cloud.ts';

/** What a channel told over a topic or a bus. */
export interface Received {
  channel: string;
  body: unknown;
}

/** Hears what channels tell over topics and buses, as their stand-ins hear what they tell over HTTP. */
export function channelEars(
  { channels }: Pick<Config, 'channels'>,
  onMessage: (message: Received) => void,
): Required<Pick<CloudPorts, 'onPublished' | 'onPut'>> {
  const tell = (meant: (channel: ChannelConfig) => boolean, body: unknown) => {
    for (const { name } of Object.values(channels).filter(meant)) onMessage({ channel: name, body });
  };
  return {
    onPublished({ topicArn, subject, message }) {
      const body = { subject, message: JSON.parse(message) };
      tell((channel) => channel.type === 'sns' && channel.topic === topicArn, body);
    },
    onPut(arn, event) {
      if (event['detail-type'] === 'Batuta Notification')
        tell((channel) => channel.type === 'eventbridge' && channel.bus === arn, event);
    },
  };
}
