import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type AwsConnection, call } from './connection.ts';

export interface QueueLengths {
  /** About how many messages lie in the queue, those that somebody is reading among them. @throws AwsCallFailed */
  lengthOf(url: string): Promise<number>;
}

const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

export function queueLengths(aws: AwsConnection): QueueLengths {
  const client = new SQSClient(aws);
  return {
    async lengthOf(url) {
      const input = { QueueUrl: url, AttributeNames: [...names] };
      const { Attributes = {} } = await call('GetQueueAttributes', () =>
        client.send(new GetQueueAttributesCommand(input)),
      );
      return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    },
  };
}
