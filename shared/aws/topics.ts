import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { ChannelPorts } from '../notify/channels/channel.ts';
import { type AwsConnection, call } from './connection.ts';
import { regionalClients } from './regional-clients.ts';

/** Publishes to a topic in the region that its ARN names: SNS knows only its own. */
export function topicPublisher(aws: AwsConnection): ChannelPorts['publish'] {
  const clientOf = regionalClients(aws, (regional) => new SNSClient(regional));
  return async ({ topic, subject, message }) => {
    const input = { TopicArn: topic, Subject: subject, MessageStructure: 'json', Message: message };
    await call('Publish', () => clientOf(topic).send(new PublishCommand(input)));
  };
}
