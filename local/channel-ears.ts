import type { ChannelConfig, Config } from '../shared/config/config.ts';
import type { CloudPorts } from './cloud/cloud.ts';

/** What a channel told over a topic or a bus. */
export interface Received {
  channel: string;
  body: unknown;
}

/** What each kind of subscriber gets; whoever publishes to the topic by hand sends the same to all. */
function textsOf(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return { default: message };
  }
}

/** Hears what channels tell over topics and buses, as their stand-ins hear what they tell over HTTP. */
export function channelEars(
  { channels }: Pick<Config, 'channels'>,
  onMessage: (message: Received) => void,
): Required<Pick<CloudPorts, 'onPublished' | 'onPut'>> {
  const tell = (meant: (channel: ChannelConfig) => boolean, bodyOf: () => unknown) => {
    for (const { name } of Object.values(channels).filter(meant)) onMessage({ channel: name, body: bodyOf() });
  };
  return {
    onPublished({ topicArn, subject, message }) {
      const isOurs = (channel: ChannelConfig) => channel.type === 'sns' && channel.topic === topicArn;
      tell(isOurs, () => ({ subject, message: textsOf(message) }));
    },
    onPut(arn, event) {
      if (event['detail-type'] === 'Batuta Notification')
        tell(
          (channel) => channel.type === 'eventbridge' && channel.bus === arn,
          () => event,
        );
    },
  };
}
