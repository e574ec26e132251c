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

/** `MessageStructure: json`: an object with a text for each protocol, at least `default`. */
function checkStructure(message: string, structure: string | undefined): void {
  if (structure === undefined) return;
  if (structure !== 'json') invalid('MessageStructure', 'Invalid message structure type');
  const texts = parsed(message);
  if (typeof texts !== 'object' || texts === null) invalid('Message Structure', 'JSON message body failed to parse');
  if (typeof (texts as { default?: unknown }).default !== 'string')
    invalid('Message Structure', 'No default entry in JSON message body');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface SnsPorts {
  place: Place;
  clock: Clock;
  /** Hears of what is published. */
  onPublished?: (published: Published) => void;
}

/** SNS topics in memory: what is published can be read, nothing is delivered on. Other accounts' topics let everyone publish. */
export function createSns({ place, clock, onPublished }: SnsPorts): Sns {
  const topics = new Set<string>();
  const published: Published[] = [];

  const checkTopic = (arn: string, callersRegion: string | undefined): void => {
    const [, region = '', account] = /^arn:aws:sns:([^:]+):(\d{12}):[\w-]+$/.exec(arn) ?? [];
    if (account === undefined) invalid('TopicArn', 'An ARN must have at least 6 elements');
    if (callersRegion !== undefined && callersRegion !== region) invalid('TopicArn', 'it is of another region');
    const isOwn = account === place.account && region === place.region;
    if (isOwn && !topics.has(arn)) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
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
    Publish(input, { region }) {
      const topicArn = input.TopicArn ?? input.TargetArn;
      if (topicArn === undefined) invalid('PhoneNumber', 'the local cloud publishes to topics only');
      checkTopic(topicArn, region);
      checkMessage(input.Message, input.Subject);
      checkStructure(input.Message, input.MessageStructure);
      const one = {
        topicArn,
        messageId: place.newUuid(),
        message: input.Message,
        subject: input.Subject,
        attributes: input.MessageAttributes ?? {},
        publishedMs: clock.now(),
      };
      published.push(one);
      onPublished?.(one);
      return { MessageId: one.messageId };
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
