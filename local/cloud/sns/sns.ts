import type * as model from '@aws-sdk/client-sns';
import * as snsModel from '@aws-sdk/client-sns';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations, type Place, type Service } from '../service.ts';

interface Published {
  topicArn: string;
  messageId: string;
  message: string;
  subject: string | undefined;
  attributes: Readonly<Record<string, model.MessageAttributeValue>>;
  publishedMs: number;
}

export interface Sns extends Service {
  /** Everything that was published, oldest first. */
  published(): readonly Published[];
}

const pageSize = 100;
const maxMessageBytes = 262_144;

function invalid(parameter: string, reason: string): never {
  throw new AwsError('InvalidParameterException', `Invalid parameter: ${parameter} Reason: ${reason}`);
}

function checkMessage(message: string, subject: string | undefined): void {
  if (message === '') throw new AwsError('InvalidParameterException', 'Invalid parameter: Empty message');
  if (Buffer.byteLength(message) > maxMessageBytes)
    throw new AwsError('InvalidParameterException', 'Invalid parameter: Message too long');
  if (subject !== undefined && (subject === '' || subject.length >= 100))
    throw new AwsError('InvalidParameterException', 'Invalid parameter: Subject');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what SNS refuses
  if (subject !== undefined && /[\u0000-\u001f\u007f]/.test(subject))
    throw new AwsError('InvalidParameterException', 'Invalid parameter: Subject');
}

/** SNS topics in memory: what is published can be read, nothing is delivered on. */
export function createSns({ place, clock }: { place: Place; clock: Clock }): Sns {
  const topics = new Set<string>();
  const published: Published[] = [];

  const checkTopic = (arn: string): void => {
    if (!/^arn:aws:sns:[^:]+:\d{12}:[\w-]+$/.test(arn)) invalid('TopicArn', 'An ARN must have at least 6 elements');
    if (!topics.has(arn)) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
  };

  const operations = {
    CreateTopic(input) {
      if (!/^[\w-]{1,256}$/.test(input.Name))
        invalid('Topic Name', 'it has 1 to 256 letters, digits, hyphens and underscores');
      const arn = `arn:aws:sns:${place.region}:${place.account}:${input.Name}`;
      topics.add(arn);
      return { TopicArn: arn };
    },
    ListTopics(input) {
      const page = pageOf([...topics].sort(), input.NextToken, pageSize, () =>
        invalid('NextToken', 'it was never given'),
      );
      return {
        Topics: page.items.map((TopicArn) => ({ TopicArn })),
        ...(page.next ? { NextToken: page.next } : {}),
      };
    },
    DeleteTopic(input) {
      topics.delete(input.TopicArn);
      return {};
    },
    Publish(input) {
      const topicArn = input.TopicArn ?? input.TargetArn;
      if (topicArn === undefined) invalid('PhoneNumber', 'the local cloud publishes to topics only');
      checkTopic(topicArn);
      checkMessage(input.Message, input.Subject);
      const messageId = place.newUuid();
      published.push({
        topicArn,
        messageId,
        message: input.Message,
        subject: input.Subject,
        attributes: input.MessageAttributes ?? {},
        publishedMs: clock.now(),
      });
      return { MessageId: messageId };
    },
  } satisfies Operations<typeof model>;

  return {
    name: 'sns',
    model: snsModel,
    protocol: 'query',
    version: '2010-03-31',
    invalidInput: 'InvalidParameterException',
    operations,
    access(operation, input) {
      const named = input.Name === undefined ? '*' : `arn:aws:sns:${place.region}:${place.account}:${input.Name}`;
      return [{ action: `sns:${operation}`, resource: String(input.TopicArn ?? input.TargetArn ?? named) }];
    },
    published: () => published,
  };
}
