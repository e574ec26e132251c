import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { AwsError } from '../service.ts';
import { defaultAttributes, type Queue, seconds } from './queue.ts';

export function invalidValue(message: string): never {
  throw new AwsError('InvalidParameterValue', message);
}

/** @throws AwsError when `value` is outside of `min` to `max` */
export function checkRange(parameter: string, value: number | undefined, min: number, max: number): void {
  if (value !== undefined && (value < min || value > max))
    invalidValue(
      `Value ${value} for parameter ${parameter} is invalid. Reason: Must be between ${min} and ${max}, if provided.`,
    );
}

export function checkQueueName(name: string): void {
  if (name.endsWith('.fifo'))
    invalidValue('The local cloud has standard queues only: dead-letter queues must be standard.');
  if (!/^[\w-]{1,80}$/.test(name))
    invalidValue('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
}

const ranges: Record<string, [number, number]> = {
  VisibilityTimeout: [0, 43_200],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
};

export function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const [min, max] = ranges[name] ?? [];
    if (min === undefined || max === undefined) {
      if (
        !(name in defaultAttributes) &&
        !['Policy', 'RedrivePolicy', 'KmsMasterKeyId', 'RedriveAllowPolicy'].includes(name)
      )
        throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
      continue;
    }
    if (!/^\d+$/.test(value) || Number(value) < min || Number(value) > max)
      throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: SQS takes XML 1.0's characters, three of these among them
const invalidCharacters = /[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export function checkMessage(
  queue: Queue,
  body: string,
  attributes: Readonly<Record<string, MessageAttributeValue>>,
): void {
  if (body === '') throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (invalidCharacters.test(body))
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  if (Object.keys(attributes).length > 10)
    invalidValue(`Number of message attributes [${Object.keys(attributes).length}] exceeds the allowed maximum [10].`);
  const limit = seconds(queue, 'MaximumMessageSize');
  const size = Object.entries(attributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.length ?? 0),
    Buffer.byteLength(body),
  );
  if (size > limit)
    invalidValue(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
}

export function checkBatch(entry: string, entries: readonly { Id?: string | undefined }[]): void {
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', `There should be at least one ${entry} in the request.`);
  if (entries.length > 10)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  const repeated = entries.find(({ Id }, index) => entries.findIndex((other) => other.Id === Id) !== index);
  if (repeated) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated.Id} repeated.`);
}
