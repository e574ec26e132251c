import { expect, test } from 'vitest';
import { toInstant } from '../../../../shared/core/time.ts';
import { type Hold, holdsKey, withHolds } from '../../../../shared/deploy/hold/hold.ts';

const now = toInstant(0);
const nothing: { holds: readonly Hold[]; heldBy?: readonly string[] } = { holds: [] };
const approval: Hold = { kind: 'approval', why: 'needs approval' };
const scan: Hold = { kind: 'scan', why: 'waits for its scan' };

test('the key tells kinds and their trouble, and leaves out what nobody can act on', () => {
  const before: Hold = { kind: 'before', why: 'the job migrate runs first' };
  expect(holdsKey([approval, { ...scan, overdue: true }, before])).toBe('approval,scan!');
  expect(holdsKey([{ ...scan, failed: true }])).toBe('scan!!');
});

test('a hold that ends, or comes again, is remembered: there is nothing new to tell', () => {
  const both = withHolds(nothing, [approval, scan], now);
  const one = withHolds(both, [approval], now);
  const again = withHolds(one, [approval, scan], now);
  expect([both, one, again].map(({ heldBy }) => heldBy)).toEqual(Array(3).fill(['approval', 'scan']));
  expect(one.holds).toEqual([approval]);
});

test('a scan that becomes overdue is new', () => {
  const waiting = withHolds(nothing, [scan], now);
  expect(withHolds(waiting, [{ ...scan, overdue: true }], now).heldBy).toEqual(['scan', 'scan!']);
});
