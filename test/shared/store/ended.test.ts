import { expect, test } from 'vitest';
import { type Instant, iso, plus } from '../../../shared/core/time.ts';
import { recordedWithinMs } from '../../../shared/store/ended.ts';
import { recordStore } from '../../../shared/store/records.ts';
import type { Table } from '../../../shared/store/table.ts';
import { memoryTable } from '../../support/memory-table.ts';
import { realTable } from '../../support/real-table.ts';
import { aThing, keepingBus, type Thing, thingKind, thingsNow } from '../../support/things.ts';

const minute = 60_000;

function thingsOn(table: Table, inARow = false) {
  let clock: Instant = thingsNow;
  const things = recordStore(table, keepingBus().bus, thingKind, () => clock, { inARow });
  const pass = (minutes: number) => {
    clock = plus(clock, minutes * minute);
  };
  const ids = async (from: number, upTo: number) => {
    const bounds = { from: iso(plus(thingsNow, from * minute)), upTo: iso(plus(thingsNow, upTo * minute)) };
    return (await things.listEnded('ends', bounds)).values.map(({ id }) => id);
  };
  return { things, pass, ids };
}
const end = (minutes: number) => (thing: Thing) => ({
  ...thing,
  state: 'over',
  ended: plus(thingsNow, minutes * minute),
});
const touched = (thing: Thing) => ({ ...thing, state: `${thing.state}, told` });

test('what has ended is listed by its end, the latest first, from a time up to and without another', async () => {
  const { things, ids, pass } = thingsOn(await realTable());
  for (const id of ['open', 'a', 'b', 'c']) await things.create(aThing({ id }));
  pass(3);
  await things.update('b', end(2));
  await things.update('a', end(1));
  await things.update('c', end(3));
  expect(await ids(0, 4)).toEqual(['c', 'b', 'a']);
  expect(await ids(1, 3)).toEqual(['b', 'a']);
});

test.each([
  ['one write at a time', false],
  ['writes in a row', true],
])('an end that is recorded late counts two minutes before that, whatever is written later: %s', async (_, inARow) => {
  const { things, ids, pass } = thingsOn(memoryTable(), inARow);
  await things.create(aThing());
  pass(60);
  await things.update('a', end(1));
  pass(60);
  await things.update('a', touched);
  await things.settle();
  const counted = 60 - recordedWithinMs / minute;
  expect(await ids(0, counted)).toEqual([]);
  expect(await ids(counted, counted + 1)).toEqual(['a']);
});

test('what a former release ended is listed by its end once it is written again', async () => {
  const table = memoryTable();
  const { endedUnder: _, ...former } = thingKind;
  await recordStore(table, keepingBus().bus, former, () => thingsNow).create(end(0)(aThing()));
  const { things, ids, pass } = thingsOn(table);
  expect(await ids(0, 200)).toEqual([]);
  pass(100);
  await things.update('a', touched);
  expect(await ids(0, 1)).toEqual(['a']);
});
