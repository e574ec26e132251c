import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type AwsConnection, call } from '../aws/connection.ts';

export interface Key {
  pk: string;
  sk: string;
}
/** An item: its key, a version that counts writes, index keys, `expiresAt` (seconds, for TTL) and a document. */
export interface Item extends Key {
  version: number;
  gsi1pk?: string;
  gsi1sk?: string;
  gsi2pk?: string;
  gsi2sk?: string;
  gsi3pk?: string;
  gsi3sk?: string;
  /** Seconds since the epoch. DynamoDB deletes later, up to days, so readers check too. */
  expiresAt?: number;
  [attribute: string]: unknown;
}
interface Page {
  items: Item[];
  /** Opaque; present when there is more. */
  next?: string;
}
interface Query {
  index?: 'gsi1' | 'gsi2' | 'gsi3';
  pk: string;
  /** Inclusive upper and lower bounds of the sort key. */
  upTo?: string;
  from?: string;
  newestFirst?: boolean;
  limit?: number;
  cursor?: string;
}

export interface Table {
  /** Strongly consistent. */
  get(key: Key): Promise<Item | undefined>;
  /** Writes the whole item if its stored version is `expected` (0: absent); false when it is not. */
  put(item: Item, expected: number): Promise<boolean>;
  /** Deletes if the stored version is `expected`; false when it is not. */
  remove(key: Key, expected: number): Promise<boolean>;
  query(query: Query): Promise<Page>;
}

const encodeCursor = (key: Record<string, unknown>) => Buffer.from(JSON.stringify(key)).toString('base64url');
const decodeCursor = (cursor: string) => JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));

function conditionOf(expected: number) {
  return expected === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#v = :v',
        ExpressionAttributeNames: { '#v': 'version' },
        ExpressionAttributeValues: marshall({ ':v': expected }),
      };
}

async function unlessConflict(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if ((error as Error).cause instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function rangeOf({ pk, upTo, from, index }: Query) {
  const [partition, sort] = index ? [`${index}pk`, `${index}sk`] : ['pk', 'sk'];
  const between = from !== undefined && upTo !== undefined;
  const range = between
    ? ' AND #s BETWEEN :from AND :to'
    : upTo !== undefined
      ? ' AND #s <= :to'
      : from !== undefined
        ? ' AND #s >= :from'
        : '';
  return {
    KeyConditionExpression: `#p = :p${range}`,
    ExpressionAttributeNames: { '#p': partition, ...(range ? { '#s': sort } : {}) },
    ExpressionAttributeValues: marshall({
      ':p': pk,
      ...(upTo === undefined ? {} : { ':to': upTo }),
      ...(from === undefined ? {} : { ':from': from }),
    }),
  };
}

/** The one table, by key look-ups and index queries only (nothing scans). */
export function dynamoTable(aws: AwsConnection, tableName: string): Table {
  const client = new DynamoDBClient(aws);
  return {
    async get({ pk, sk }) {
      const answer = await call('GetItem', () =>
        client.send(new GetItemCommand({ TableName: tableName, Key: marshall({ pk, sk }), ConsistentRead: true })),
      );
      return answer.Item && (unmarshall(answer.Item) as Item);
    },
    put: (item, expected) =>
      unlessConflict(() =>
        call('PutItem', () =>
          client.send(
            new PutItemCommand({
              TableName: tableName,
              // A map with a key `constructor`, such as an output of that name, counts as a class's instance.
              Item: marshall(item, { removeUndefinedValues: true, convertClassInstanceToMap: true }),
              ...conditionOf(expected),
            }),
          ),
        ),
      ),
    remove: ({ pk, sk }, expected) =>
      unlessConflict(() =>
        call('DeleteItem', () =>
          client.send(
            new DeleteItemCommand({ TableName: tableName, Key: marshall({ pk, sk }), ...conditionOf(expected) }),
          ),
        ),
      ),
    async query(query) {
      const answer = await call('Query', () =>
        client.send(
          new QueryCommand({
            TableName: tableName,
            ...(query.index ? { IndexName: query.index.toUpperCase() } : { ConsistentRead: true }),
            ...rangeOf(query),
            ScanIndexForward: !query.newestFirst,
            ...(query.limit ? { Limit: query.limit } : {}),
            ...(query.cursor ? { ExclusiveStartKey: marshall(decodeCursor(query.cursor)) } : {}),
          }),
        ),
      );
      return {
        items: (answer.Items ?? []).map((item) => unmarshall(item) as Item),
        ...(answer.LastEvaluatedKey ? { next: encodeCursor(unmarshall(answer.LastEvaluatedKey)) } : {}),
      };
    },
  };
}
