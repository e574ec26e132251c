import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { createDynamoDb } from '../../../local/cloud/dynamodb/dynamodb.ts';
import { runIdOf } from '../../../shared/core/ids.ts';
import { plus, toInstant } from '../../../shared/core/time.ts';
import { launchQueue, runKind } from '../../../shared/run/run-record.ts';
import { cacheStore } from '../../../shared/store/cache.ts';
import { recordStore } from '../../../shared/store/records.ts';
import { dynamoTable } from '../../../shared/store/table.ts';
import { testPlace } from '../../support/place.ts';
import { anAttempt, aRun, now } from '../../support/runs.ts';
import { clientConfig } from '../../support/sdk.ts';

async function realTable() {
  const aws = clientConfig(createDispatcher([createDynamoDb({ place: testPlace() })]));
  const indexes = ['1', '2'].map((number) => ({
    IndexName: `GSI${number}`,
    KeySchema: [
      { AttributeName: `gsi${number}pk`, KeyType: 'HASH' as const },
      { AttributeName: `gsi${number}sk`, KeyType: 'RANGE' as const },
    ],
    Projection: { ProjectionType: 'ALL' as const },
  }));
  const names = ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'];
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
const bus = { put: async () => [] };

test('runs to launch are a queue of their own, oldest first, page by page', async () => {
  const runs = recordStore(await realTable(), bus, runKind, () => now);
  const ids = Array.from({ length: 7 }, (_, index) => runIdOf(`queued ${index}`));
  for (const [index, id] of ids.entries()) await runs.create(aRun({ id, createdAt: plus(now, index - 10) }));
  const onTheWay = aRun({ id: runIdOf('on the way'), state: 'running', attempts: [anAttempt({ taskArn: 'x' })] });
  await runs.create(onTheWay);
  await runs.create(aRun({ id: runIdOf('later'), notBefore: plus(now, 1) }));

  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await runs.duePage(now, { queue: launchQueue, limit: 3, ...(cursor ? { cursor } : {}) });
    expect(page.ids.length).toBeLessThanOrEqual(3);
    seen.push(...page.ids);
    cursor = page.next;
  } while (cursor);
  expect(seen).toEqual(ids);
  expect(await runs.due(now)).toEqual([onTheWay.id]);
});

test('a run with nothing left to do is due nowhere', async () => {
  const runs = recordStore(await realTable(), bus, runKind, () => now);
  await runs.create(aRun({ state: 'failed', finishedAt: now }));
  expect(await runs.due(plus(now, 1e9))).toEqual([]);
  expect((await runs.duePage(plus(now, 1e9), { queue: launchQueue })).ids).toEqual([]);
});

test('what is cached expires, is replaced and forgotten', async () => {
  let at = toInstant(0);
  const cache = cacheStore(await realTable(), () => at);
  await cache.set('key', 'one', 1000);
  expect(await cache.get('key')).toBe('one');
  await cache.set('key', 'two', 1000);
  expect(await cache.get('key')).toBe('two');
  at = toInstant(1000);
  expect(await cache.get('key')).toBeUndefined();
  at = toInstant(0);
  await cache.forget('key');
  expect(await cache.get('key')).toBeUndefined();
});
