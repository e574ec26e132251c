import { createHash, type Hash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

/** The SDK compares this with its own and refuses the answer when they differ. */
export function md5OfBody(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

function addSized(hash: Hash, value: string | Uint8Array): void {
  const bytes = Buffer.from(value as string);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  hash.update(size).update(bytes);
}

/** As SQS's developer guide counts it, "Calculating the MD5 message digest for message attributes". */
export function md5OfAttributes(attributes: Readonly<Record<string, MessageAttributeValue>>): string {
  const hash = createHash('md5');
  for (const name of Object.keys(attributes).sort()) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? { DataType: 'String' };
    addSized(hash, name);
    addSized(hash, DataType);
    hash.update(Buffer.from([DataType.startsWith('Binary') ? 2 : 1]));
    addSized(hash, BinaryValue ?? StringValue ?? '');
  }
  return hash.digest('hex');
}
