import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Around, createDispatcher } from '../../local/cloud/dispatcher.ts';
import { createDynamoDb } from '../../local/cloud/dynamodb/dynamodb.ts';
import { dynamoTable } from '../../shared/store/table.ts';
import { testPlace } from './place.ts';
import { clientConfig } from './sdk.ts';

/** The table as serverless.yml describes it, in the local DynamoDB. */
export async function realTable(around: Around = {}, maxAttempts = 1) {
  const aws = { ...clientConfig(createDispatcher([createDynamoDb({ place: testPlace() })], around)), maxAttempts };
  const indexes = ['1', '2', '3'].map((number) => ({
    IndexName: `GSI${number}`,
    KeySchema: [
      { AttributeName: `gsi${number}pk`, KeyType: 'HASH' as const },
      { AttributeName: `gsi${number}sk`, KeyType: 'RANGE' as const },
    ],
    Projection: { ProjectionType: 'ALL' as const },
  }));
  const names = ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk', 'gsi3pk', 'gsi3sk'];
  await new DynamoDBClient(aws).send(
    new CreateTableCommand({
      TableName: 'batuta',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: indexes,
    }),
  );
  return dynamoTable(aws, 'batuta');
}
