import { describe, expect, test } from 'vitest';
import type { Item, Table } from '../../../shared/store/table.ts';
import { memoryTable } from '../../support/memory-table.ts';
import { realTable } from '../../support/real-table.ts';

const key = { pk: 'run#1', sk: 'run' };
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('an item is created only where there is none', async () => {
  const table = await realTable();
  expect(await table.get(key)).toBeUndefined();
  expect(await table.put({ ...key, version: 1, state: 'first' }, 0)).toBe(true);
  expect(await table.put({ ...key, version: 1, state: 'second' }, 0)).toBe(false);
  expect(await table.get(key)).toEqual({ ...key, version: 1, state: 'first' });
});

test('an item is replaced as a whole, only by who knows its version', async () => {
  const table = await realTable();
  await table.put({ ...key, version: 1, old: true }, 0);
  expect(await table.put({ ...key, version: 2, fresh: true }, 1)).toBe(true);
  expect(await table.put({ ...key, version: 2, late: true }, 1)).toBe(false);
  expect(await table.get(key)).toEqual({ ...key, version: 2, fresh: true });
});

test('an item that is gone is not written by who knew it', async () => {
  const table = await realTable();
  expect(await table.put({ ...key, version: 3 }, 2)).toBe(false);
  expect(await table.get(key)).toBeUndefined();
});

test('an item is removed only by who knows its version', async () => {
  const table = await realTable();
  await table.put({ ...key, version: 1 }, 0);
  expect(await table.remove(key, 2)).toBe(false);
  expect(await table.get(key)).toBeDefined();
  expect(await table.remove(key, 1)).toBe(true);
  expect(await table.get(key)).toBeUndefined();
});

test('a document comes back as it was, empty values too; what is undefined is left out', async () => {
  const table = await realTable();
  const value = { args: ['sh', '-c', ''], none: [], nested: { empty: {}, no: null, yes: true, n: 1.5 } };
  await table.put({ ...key, version: 1, value: { ...value, gone: undefined } }, 0);
  expect((await table.get(key))?.value).toEqual(value);
});

async function listed(table: Table) {
  for (const number of range(1, 7)) {
    const sk = `2026-11-0${number}`;
    const gsi1 = { gsi1pk: `due#${number % 2 ? 'odd' : 'even'}`, gsi1sk: sk };
    await table.put({ pk: 'list', sk, version: 1, ...gsi1, ...(number > 5 ? { gsi2pk: 'new', gsi2sk: sk } : {}) }, 0);
  }
  return table;
}
const days = (items: readonly Item[]) => items.map(({ sk }) => Number(sk.slice(-1)));

describe.each([
  ['DynamoDB', realTable],
  ['the table in memory', memoryTable],
])('in %s', (_where, open) => {
  test.each([
    ['all of a partition, oldest first', { pk: 'list' }, [1, 2, 3, 4, 5, 6, 7]],
    ['newest first', { pk: 'list', newestFirst: true }, [7, 6, 5, 4, 3, 2, 1]],
    ['up to and with a bound', { pk: 'list', upTo: '2026-11-03' }, [1, 2, 3]],
    ['from and with a bound', { pk: 'list', from: '2026-11-06' }, [6, 7]],
    ['between bounds', { pk: 'list', from: '2026-11-02', upTo: '2026-11-04' }, [2, 3, 4]],
    ['one partition of an index', { index: 'gsi1' as const, pk: 'due#odd' }, [1, 3, 5, 7]],
    ['an index up to a bound', { index: 'gsi1' as const, pk: 'due#even', upTo: '2026-11-05' }, [2, 4]],
    ['only what has the keys of a sparse index', { index: 'gsi2' as const, pk: 'new', newestFirst: true }, [7, 6]],
    ['nothing of a partition that is none', { pk: 'other' }, []],
  ])('a query finds %s', async (_what, query, expected) => {
    const { items, next } = await (await listed(await open())).query(query);
    expect(days(items)).toEqual(expected);
    expect(next).toBeUndefined();
  });

  test.each([
    ['a partition', { pk: 'list', newestFirst: true }, [7, 6, 5, 4, 3, 2, 1]],
    ['an index', { index: 'gsi1' as const, pk: 'due#odd' }, [1, 3, 5, 7]],
  ])('cursors lead through %s, each item once', async (_what, query, expected) => {
    const table = await listed(await open());
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const { items, next } = await table.query({ ...query, limit: 2, ...(cursor ? { cursor } : {}) });
      expect(items.length).toBeLessThanOrEqual(2);
      seen.push(...days(items));
      cursor = next;
    } while (cursor);
    expect(seen).toEqual(expected);
  });
});

test("a map may have keys named as an object's own members", async () => {
  const table = await realTable();
  const outputs = { constructor: '1', toString: '2', hasOwnProperty: '3' };
  await table.put({ ...key, version: 1, outputs }, 0);
  expect((await table.get(key))?.outputs).toEqual(outputs);
});

test('an item leaves an index when it is written without its keys', async () => {
  const table = await realTable();
  await table.put({ ...key, version: 1, gsi1pk: 'due#run', gsi1sk: '1' }, 0);
  await table.put({ ...key, version: 2 }, 1);
  expect((await table.query({ index: 'gsi1', pk: 'due#run' })).items).toEqual([]);
});

test('what AWS refuses otherwise is an error that names the call, never a lost race', async () => {
  const table = await realTable();
  await expect(table.put({ pk: '', sk: 'x', version: 1 }, 0)).rejects.toMatchObject({
    name: 'AwsCallFailed',
    operation: 'PutItem',
    code: 'ValidationException',
    retryable: false,
  });
});
