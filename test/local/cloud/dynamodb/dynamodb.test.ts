import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { type Around, createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createDynamoDb } from '../../../../local/cloud/dynamodb/dynamodb.ts';
import { AwsError } from '../../../../local/cloud/service.ts';
import { testPlace } from '../../../support/place.ts';
import { clientConfig } from '../../../support/sdk.ts';

const tableArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/batuta';

async function connect(around: Around = {}) {
  const service = createDynamoDb({ place: testPlace() });
  const make = (dispatcherAround: Around) =>
    new DynamoDBClient(clientConfig(createDispatcher([service], dispatcherAround)));
  await make({}).send(
    new CreateTableCommand({
      TableName: 'batuta',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'due'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-due',
          KeySchema: [{ AttributeName: 'due', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  const db = make(around);
  const put = (more: object = {}, values: Record<string, { S: string }> = {}) =>
    db.send(
      new PutItemCommand({ TableName: 'batuta', Item: { pk: { S: 'run' }, sk: { S: '1' }, ...values }, ...more }),
    );
  return { service, db, put };
}

const key = { pk: { S: 'run' }, sk: { S: '1' } };

test('an item is written, read and found by an index', async () => {
  const { db, put } = await connect();
  await put({}, { due: { S: 'today' } });
  expect((await db.send(new GetItemCommand({ TableName: 'batuta', Key: key }))).Item?.due).toEqual({ S: 'today' });
  const found = await db.send(
    new QueryCommand({
      TableName: 'batuta',
      IndexName: 'by-due',
      KeyConditionExpression: 'due = :d',
      ExpressionAttributeValues: { ':d': { S: 'today' } },
    }),
  );
  expect(found.Count).toBe(1);
});

test('a table is ready with the answer that creates it, under our account', async () => {
  const { db } = await connect();
  const { Table } = await db.send(new DescribeTableCommand({ TableName: 'batuta' }));
  expect(Table).toMatchObject({ TableStatus: 'ACTIVE', TableArn: tableArn });
  expect(Table?.GlobalSecondaryIndexes?.[0]?.IndexArn).toBe(`${tableArn}/index/by-due`);
});

test('of many racing conditional writes one wins', async () => {
  const { put } = await connect();
  const tries = await Promise.allSettled(
    Array.from({ length: 20 }, () => put({ ConditionExpression: 'attribute_not_exists(pk)' })),
  );
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const [refused] = tries.filter(({ status }) => status === 'rejected');
  expect(refused).toMatchObject({ reason: { name: 'ConditionalCheckFailedException' } });
});

test('a failed condition brings the item when asked to, for a put and for an update', async () => {
  const { db, put } = await connect();
  await put({}, { state: { S: 'running' } });
  const more = {
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  await expect(put(more)).rejects.toMatchObject({ Item: { state: { S: 'running' } } });
  await expect(put({ ConditionExpression: 'attribute_not_exists(pk)' })).rejects.not.toHaveProperty('Item.state');
  const update = new UpdateItemCommand({ TableName: 'batuta', Key: key, UpdateExpression: 'REMOVE x', ...more });
  await expect(db.send(update)).rejects.toMatchObject({ Item: { state: { S: 'running' } } });
});

test('an empty string is no index key', async () => {
  const { db, put } = await connect();
  const refusal = { name: 'ValidationException', message: /IndexName: by-due, IndexKey: due/ };
  const due = { due: { S: '' } };
  await expect(put({}, due)).rejects.toMatchObject(refusal);
  const batch = { RequestItems: { batuta: [{ PutRequest: { Item: { ...key, ...due } } }] } };
  await expect(db.send(new BatchWriteItemCommand(batch))).rejects.toMatchObject(refusal);
  const update = new UpdateItemCommand({
    TableName: 'batuta',
    Key: key,
    UpdateExpression: 'SET a = :a, #due = :due',
    ExpressionAttributeNames: { '#due': 'due' },
    ExpressionAttributeValues: { ':a': { S: '' }, ':due': { S: '' } },
  });
  await expect(db.send(update)).rejects.toMatchObject(refusal);
  await put({}, { other: { S: '' } });
});

test('IAM and the hooks around calls apply as to any service', async () => {
  const seen: unknown[] = [];
  const { db, put } = await connect({
    authorize(_caller, accesses) {
      seen.push(...accesses);
      if (accesses.some(({ action }) => action === 'dynamodb:PutItem'))
        throw new AwsError('AccessDeniedException', 'User: x is not authorized to perform: dynamodb:PutItem');
    },
    after(service, operation) {
      seen.push(`${service}:${operation} done`);
    },
  });
  await expect(put()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect((await db.send(new GetItemCommand({ TableName: 'batuta', Key: key }))).Item).toBeUndefined();
  await expect(db.send(new DescribeTableCommand({ TableName: 'gone' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  expect(seen).toEqual([
    { action: 'dynamodb:PutItem', resource: tableArn },
    { action: 'dynamodb:GetItem', resource: tableArn },
    'dynamodb:GetItem done',
    { action: 'dynamodb:DescribeTable', resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/gone' },
  ]);
});

test('a query of an index needs the index’s ARN, a batch each of its tables', async () => {
  const { service } = await connect();
  expect(service.access('Query', { TableName: 'batuta', IndexName: 'by-due' })).toEqual([
    { action: 'dynamodb:Query', resource: `${tableArn}/index/by-due` },
  ]);
  expect(service.access('BatchGetItem', { RequestItems: { batuta: {}, other: {} } })).toHaveLength(2);
});
