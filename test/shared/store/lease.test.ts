import { expect, test } from 'vitest';
import { createFaults } from '../../../local/cloud/faults.ts';
import { plus, toInstant } from '../../../shared/core/time.ts';
import { alone, leaseStore } from '../../../shared/store/lease.ts';
import type { Table } from '../../../shared/store/table.ts';
import { memoryTable } from '../../support/memory-table.ts';
import { realTable } from '../../support/real-table.ts';

const ttlMs = 60_000;

function leasesOn(table: Table) {
  let at = toInstant('2026-11-20T09:00:00Z');
  let owners = 0;
  return {
    ...leaseStore(
      table,
      () => at,
      () => `owner-${++owners}`,
    ),
    pass: (ms: number) => {
      at = plus(at, ms);
    },
  };
}

test('of many who want a lease at once one gets it', async () => {
  const leases = leasesOn(await realTable());
  const got = await Promise.all(Array.from({ length: 8 }, () => leases.acquire('sweep', ttlMs)));
  expect(got.filter((lease) => lease !== undefined)).toHaveLength(1);
});

test('leases of other names are others', async () => {
  const leases = leasesOn(memoryTable());
  expect(await leases.acquire('service#a', ttlMs)).toBeDefined();
  expect(await leases.acquire('service#b', ttlMs)).toBeDefined();
});

test('a lease that is given back is free', async () => {
  const leases = leasesOn(memoryTable());
  const lease = await leases.acquire('sweep', ttlMs);
  expect(lease && (await leases.release(lease))).toBeUndefined();
  expect(await leases.acquire('sweep', ttlMs)).toBeDefined();
});

test('who came by makes the holder look again, at what was said, once', async () => {
  const leases = leasesOn(memoryTable());
  const lease = await leases.acquire('sweep', ttlMs);
  if (!lease) throw new Error('nobody held it');
  for (const word of ['a', 'b', 'a', undefined]) expect(await leases.acquire('sweep', ttlMs, word)).toBeUndefined();
  expect(await leases.release(lease)).toEqual(['a', 'b']);
  expect(await leases.acquire('sweep', ttlMs)).toBeUndefined();
  expect(await leases.release(lease)).toEqual([]);
  expect(await leases.release(lease)).toBeUndefined();
  expect(await leases.acquire('sweep', ttlMs)).toBeDefined();
});

test('who comes by while the holder is going is heard, or gets the lease', async () => {
  for (let turn = 0; turn < 50; turn++) {
    const leases = leasesOn(memoryTable());
    const lease = await leases.acquire('sweep', ttlMs);
    if (!lease) throw new Error('nobody held it');
    const late = async () => {
      for (let step = 0; step < turn % 6; step++) await undefined;
      return leases.acquire('sweep', ttlMs, 'late');
    };
    const [left, taken] = await Promise.all([leases.release(lease), late()]);
    expect(left === undefined ? taken : left).toEqual(left === undefined ? expect.anything() : ['late']);
  }
});

test('a lease that has expired is taken over, and its former holder cannot give it back', async () => {
  const leases = leasesOn(memoryTable());
  const first = await leases.acquire('sweep', ttlMs);
  leases.pass(ttlMs - 1);
  expect(await leases.acquire('sweep', ttlMs)).toBeUndefined();
  leases.pass(1);
  const second = await leases.acquire('sweep', ttlMs);
  expect(second).toBeDefined();
  if (first) await leases.abandon(first);
  expect(first && (await leases.release(first))).toBeUndefined();
  expect(await leases.acquire('sweep', ttlMs)).toBeUndefined();
});

test('a lease that is abandoned is free, whoever came by', async () => {
  const leases = leasesOn(memoryTable());
  const lease = await leases.acquire('sweep', ttlMs);
  await leases.acquire('sweep', ttlMs, 'word');
  if (lease) await leases.abandon(lease);
  expect(await leases.acquire('sweep', ttlMs)).toBeDefined();
});

test('who took the lease and got no answer knows it by its name when the SDK asks again', async () => {
  const faults = createFaults();
  const leases = leasesOn(await realTable(faults, 3));
  faults.add({ service: 'dynamodb', operation: 'PutItem', kind: 'lost-answer', nth: 1, status: 500 });
  expect(await leases.acquire('sweep', ttlMs)).toMatchObject({ name: 'sweep' });
  expect(await leases.acquire('sweep', ttlMs)).toBeUndefined();
});

test('an expired lease can be forgotten by DynamoDB only long after', async () => {
  const table = memoryTable();
  await leasesOn(table).acquire('sweep', ttlMs);
  const [item] = table.items();
  expect((item?.expiresAt ?? 0) * 1000).toBeGreaterThan(Date.parse('2026-11-21T09:00:00Z'));
});

test('work is done alone, and the lease given back though it fails', async () => {
  const leases = leasesOn(memoryTable());
  const done: string[] = [];
  await alone(leases, 'sweep', ttlMs, async () => {
    await alone(leases, 'sweep', ttlMs, async () => void done.push('inner'));
    done.push('outer');
  });
  expect(done).toEqual(['outer']);
  const failing = alone(leases, 'sweep', ttlMs, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await leases.acquire('sweep', ttlMs)).toBeDefined();
});
