import { expect, test } from 'vitest';
import { AwsCallFailed } from '../../../shared/core/errors.ts';
import { iso, plus } from '../../../shared/core/time.ts';
import { recordStore } from '../../../shared/store/records.ts';
import type { Table } from '../../../shared/store/table.ts';
import { memoryTable } from '../../support/memory-table.ts';
import { realTable } from '../../support/real-table.ts';
import { aThing, keepingBus, thingsNow as now, type Thing, thingKind } from '../../support/things.ts';

function thingsOn<T extends Table>(table: T) {
  const { bus, states } = keepingBus();
  return { table, bus, states, things: recordStore(table, bus, thingKind, () => now) };
}
const to = (state: string) => (thing: Thing) => ({ ...thing, state, history: [...thing.history, state] });
const noted = (note: string) => (thing: Thing) => ({ ...thing, history: [...thing.history, note] });

test('what is created twice is there once, as the first said, and announced once', async () => {
  const { things, states } = thingsOn(await realTable());
  expect((await things.create(aThing({ history: ['first'] }))).created).toBe(true);
  const again = await things.create(aThing({ history: ['second'], state: 'other' }));
  expect(again).toMatchObject({ created: false, stored: { value: { state: 'new', history: ['first'] } } });
  expect(states()).toEqual(['new']);
});

test('of many who create it at once one does', async () => {
  const { things, states } = thingsOn(await realTable());
  const all = await Promise.all(Array.from({ length: 5 }, () => things.create(aThing())));
  expect(all.filter(({ created }) => created)).toHaveLength(1);
  expect(states()).toEqual(['new']);
});

test('what is not there is not updated, and nobody is asked', async () => {
  const { things, states } = thingsOn(memoryTable());
  const asked = () => expect.unreachable('there is nothing to decide about');
  expect(await things.update('a', asked)).toBeUndefined();
  expect(states()).toEqual([]);
});

test('a changed state is announced once, an unchanged one not', async () => {
  const { things, states } = thingsOn(memoryTable());
  await things.create(aThing());
  await things.update('a', to('running'));
  await things.update('a', noted('40 %'));
  await things.update('a', to('running'));
  expect(states()).toEqual(['new', 'running']);
  expect(await things.get('a')).toMatchObject({ value: { history: ['running', '40 %', 'running'] }, outbox: {} });
});

test('a decision to leave it writes nothing', async () => {
  const { things, table } = thingsOn(memoryTable());
  await things.create(aThing());
  const [before] = table.items();
  expect(await things.update('a', () => undefined)).toMatchObject({ value: aThing() });
  expect(table.items()).toEqual([before]);
});

/** Before each of the first `times` writes somebody else is quicker. */
function outrun(table: Table, rival: () => Promise<unknown>, times: number): Table {
  let left = times;
  const put: Table['put'] = async (item, expected) => {
    if (left-- > 0) await rival();
    return table.put(item, expected);
  };
  return { ...table, put };
}

test('who lost a race decides again, on what the other wrote', async () => {
  const { table, things: others, bus, states } = thingsOn(memoryTable());
  await others.create(aThing());
  const ours = recordStore(
    outrun(table, () => others.update('a', to('theirs')), 1),
    bus,
    thingKind,
    () => now,
  );
  const seen: (readonly string[])[] = [];
  await ours.update('a', (thing) => {
    seen.push(thing.history);
    return to('ours')(thing);
  });
  expect(seen).toEqual([[], ['theirs']]);
  expect((await others.get('a'))?.value.history).toEqual(['theirs', 'ours']);
  expect(states()).toEqual(['new', 'theirs', 'ours']);
});

test('who loses every race gives up with a Conflict that names the record', async () => {
  const { table, things: others, bus } = thingsOn(memoryTable());
  await others.create(aThing());
  const ours = recordStore(
    outrun(table, () => others.update('a', noted('theirs')), Number.POSITIVE_INFINITY),
    bus,
    thingKind,
    () => now,
  );
  const losing = ours.update('a', noted('ours'));
  await expect(losing).rejects.toMatchObject({ name: 'Conflict', message: expect.stringContaining('thing a') });
  expect((await others.get('a'))?.value.history).not.toContain('ours');
});

test('an event that PutEvents did not take stays, is due at once, and goes out with the next', async () => {
  const { things, states, bus } = thingsOn(memoryTable());
  await things.create(aThing());
  bus.refuse = (events) => events.map((_, index) => index);
  await things.update('a', to('one'));
  expect(await things.due(now)).toEqual(['a']);
  bus.refuse = () => [0];
  await things.update('a', to('two'));
  expect(Object.keys((await things.get('a'))?.outbox ?? {})).toHaveLength(1);
  expect(states()).toEqual(['new', 'two']);
  bus.refuse = () => [];
  await things.flush('a');
  expect(states()).toEqual(['new', 'two', 'one']);
  expect((await things.get('a'))?.outbox).toEqual({});
  expect(await things.due(now)).toEqual([]);
});

test('a PutEvents that fails leaves the change written and its event to the sweep', async () => {
  const { things, states, bus } = thingsOn(memoryTable());
  await things.create(aThing());
  bus.refuse = () => {
    throw new AwsCallFailed('PutEvents', 'InternalFailure', 'no', true, undefined);
  };
  await expect(things.update('a', to('ended'))).rejects.toThrow('PutEvents');
  expect((await things.get('a'))?.value.state).toBe('ended');
  bus.refuse = () => [];
  for (const id of await things.due(now)) await things.flush(id);
  expect(states()).toEqual(['new', 'ended']);
  await things.flush('a');
  await things.flush('nobody');
  expect(states()).toEqual(['new', 'ended']);
});

test('an update between PutEvents and its note keeps the event published, and its own to be published', async () => {
  const { things, states, bus } = thingsOn(memoryTable());
  await things.create(aThing());
  const put = bus.put;
  bus.put = async (events) => {
    bus.put = put;
    const answer = await put(events);
    await things.update('a', to('second'));
    return answer;
  };
  await things.update('a', to('first'));
  expect([...new Set(states())]).toEqual(['new', 'first', 'second']);
  expect(await things.get('a')).toMatchObject({ value: { state: 'second' }, outbox: {} });
});

test('what is due comes longest waiting first, page by page, and not before its time', async () => {
  const { things } = thingsOn(await realTable());
  const ids = ['e', 'd', 'c', 'b', 'a'];
  for (const [index, id] of ids.entries()) await things.create(aThing({ id, due: plus(now, index - 4) }));
  await things.create(aThing({ id: 'later', due: plus(now, 1) }));
  await things.create(aThing({ id: 'never' }));
  expect(await things.due(now)).toEqual(ids);
  expect(await things.due(now, 2)).toEqual(['e', 'd']);
  const first = await things.duePage(now, { limit: 3 });
  const second = await things.duePage(now, { limit: 3, cursor: first.next ?? '' });
  expect([...first.ids, ...second.ids]).toEqual(ids);
  expect(second.next).toBeUndefined();
});

test('a list is newest first, page by page', async () => {
  const { things } = thingsOn(await realTable());
  for (const id of ['a', 'b', 'c']) await things.create(aThing({ id }));
  const first = await things.list('things', { limit: 2 });
  expect(first.values.map(({ id }) => id)).toEqual(['c', 'b']);
  const rest = await things.list('things', { cursor: first.next ?? '' });
  expect(rest.values.map(({ id }) => id)).toEqual(['a']);
  expect(rest.next).toBeUndefined();
});

test('the item tells DynamoDB when to forget it, in seconds, and indexes only what they need', async () => {
  const { things, table } = thingsOn(memoryTable());
  await things.create(aThing({ id: 'kept' }));
  await things.create(aThing({ id: 'old', due: now, expires: plus(now, 1500) }));
  const [kept, old] = table.items();
  expect(kept).not.toHaveProperty('expiresAt');
  expect(kept).not.toHaveProperty('gsi1pk');
  expect(old).toMatchObject({ expiresAt: now / 1000 + 2, gsi1pk: 'due#thing', gsi1sk: iso(now), gsi2pk: 'things' });
});
