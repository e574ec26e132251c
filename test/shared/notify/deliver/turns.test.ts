import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deploymentIdOf } from '../../../../shared/core/ids.ts';
import { plus } from '../../../../shared/core/time.ts';
import { replayDeliveries } from '../../../../shared/notify/deliver/replay.ts';
import { forgetTurns, takeTurn, turnsBefore } from '../../../../shared/notify/deliver/turns.ts';
import type { Table } from '../../../../shared/store/table.ts';
import { type DeliveryWorld, deliveryWorld, ok, refused, retry } from '../../../support/delivery-world.ts';
import { memoryTable } from '../../../support/memory-table.ts';

const minute = 60;
const hour = 3600;
const subject = 'service:shop-api';
const order = (world: DeliveryWorld) => world.took('team').map(({ about }) => about);
const ids = (...names: string[]): string[] => names.map((name) => deploymentIdOf(name));
const fail = (world: DeliveryWorld, name: string, more: { mutedUntil?: ReturnType<typeof world.now> } = {}) =>
  world.news(name, 'failed', ['team'], { subject, ...more });

test('what comes later of the same subject waits for what is tried again, and other subjects do not', async () => {
  const answers = [retry('it answered HTTP 500')];
  const world = deliveryWorld({ team: { answer: () => answers.shift() ?? ok } });
  await world.news('trouble', 'failed', ['team'], { subject });
  await world.pass(1);
  await world.news('other', 'failed', ['team'], { subject: 'service:web' });
  await world.pass(1);
  expect(order(world)).toEqual(ids('other'));
  await world.news('end', 'succeeded', ['team'], { subject });
  await world.pass(15);
  expect(order(world)).toEqual(ids('other', 'trouble', 'end'));
});

test('after an outage each subject is told in order, also what was tried meanwhile', async () => {
  let up = false;
  const world = deliveryWorld({ team: { answer: () => (up ? ok : retry('it did not answer')) } });
  for (const name of ['a', 'b', 'c', 'd']) {
    await fail(world, name);
    await world.news(`other-${name}`, 'failed', ['team'], { subject: 'service:web' });
    await world.pass(20 * minute);
  }
  up = true;
  await world.pass(2 * hour);
  const took = order(world);
  expect(took).toHaveLength(8);
  expect(took.filter((id) => ids('a', 'b', 'c', 'd').includes(id))).toEqual(ids('a', 'b', 'c', 'd'));
  expect(took.filter((id) => !ids('a', 'b', 'c', 'd').includes(id))).toEqual(
    ids('other-a', 'other-b', 'other-c', 'other-d'),
  );
});

test('what a receiver fails on by itself holds up the rest of its subject for five minutes at most', async () => {
  const poison = deploymentIdOf('poison');
  const world = deliveryWorld({
    team: { answer: ({ id }) => (id.includes(poison) ? retry('it answered HTTP 500') : ok) },
  });
  await fail(world, 'poison');
  await world.pass(1);
  await fail(world, 'next');
  await world.news('other', 'failed', ['team'], { subject: 'service:web' });
  await world.pass(4 * minute);
  expect(order(world)).toEqual(ids('other'));
  await world.pass(3 * minute);
  expect(order(world)).toEqual(ids('other', 'next'));
});

test('what is muted comes in order when the window ends, and holds up nothing that is heard before', async () => {
  const world = deliveryWorld({ team: {} });
  const mutedUntil = plus(world.now(), hour * 1000);
  for (const name of ['z', 'y', 'x']) await fail(world, name, { mutedUntil });
  await fail(world, 'loud');
  await world.pass(10);
  expect(order(world)).toEqual(ids('loud'));
  await world.pass(2 * hour);
  expect(order(world)).toEqual(ids('loud', 'z', 'y', 'x'));
});

test('whatever a channel answers for a while, the news of a subject comes in the order it had', async () => {
  const answers = fc.array(fc.constantFrom('ok', 'limit', 'error', 'hang'), { maxLength: 3 });
  const gaps = fc.array(fc.nat({ max: 30 }), { minLength: 2, maxLength: 6 });
  const crashes = fc.option(fc.integer({ min: 1, max: 150 }));
  await fc.assert(
    fc.asyncProperty(answers, gaps, crashes, async (given, after, crashAt) => {
      const left = [...given];
      const world = deliveryWorld({
        team: {
          async answer() {
            const next = left.shift() ?? 'ok';
            if (next === 'hang') await world.clock.sleep(10_000);
            if (next === 'limit') return retry('it answered HTTP 429', 20_000);
            return next === 'ok' ? ok : retry('it answered HTTP 500');
          },
        },
      });
      world.crash.at = crashAt ?? Number.POSITIVE_INFINITY;
      for (const [index, seconds] of after.entries()) {
        await fail(world, `n${index}`);
        await world.pass(seconds);
      }
      await world.pass(hour);
      // What was sent and not recorded is sent once more, and nothing before it is.
      const took = order(world).filter((id, place, all) => id !== all[place - 1]);
      expect(took).toEqual(ids(...after.map((_, index) => `n${index}`)));
      expect(world.errors).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('three that wait for one which the receiver fails on do not have it asked again and again', async () => {
  const poison = deploymentIdOf('poison');
  const world = deliveryWorld({
    team: { answer: ({ id }) => (id.includes(poison) ? retry('it answered HTTP 500') : ok) },
  });
  for (const name of ['poison', 'a', 'b', 'c']) {
    await fail(world, name);
    await world.pass(1);
  }
  await world.pass(10 * minute);
  expect(order(world)).toEqual(ids('a', 'b', 'c'));
  // 10 s, doubling: as one that nobody waits for.
  expect(world.told.filter(({ about }) => about === poison).length).toBeLessThan(9);
});

test('many that were muted together come in order, whatever the order of the index', async () => {
  const reversed = (table: Table): Table => ({
    ...table,
    async query(query) {
      const page = await table.query(query);
      return { ...page, items: page.items.toReversed() };
    },
  });
  const world = deliveryWorld({ team: {} }, { watchTable: reversed });
  const mutedUntil = plus(world.now(), hour * 1000);
  const names = Array.from({ length: 60 }, (_, index) => `n${index}`);
  for (const name of names) await fail(world, name, { mutedUntil });
  await world.pass(2 * hour);
  expect(order(world)).toEqual(ids(...names));
});

test('a slow receiver and many in a row: no worker dies in the middle', async () => {
  const world = deliveryWorld({ team: { answer: () => world.clock.sleep(9_500).then(() => ok) } });
  const mutedUntil = plus(world.now(), hour * 1000);
  const names = Array.from({ length: 30 }, (_, index) => `n${index}`);
  for (const name of names) await fail(world, name, { mutedUntil });
  await world.pass(3 * hour);
  expect(order(world)).toEqual(ids(...names));
  expect(world.errors).toEqual([]);
});

test('one that is put off, one that is muted and one that is loud: the first two hold their places', async () => {
  const answers = [retry('it answered HTTP 500')];
  const world = deliveryWorld({ team: { answer: () => answers.shift() ?? ok } });
  await fail(world, 'a');
  await fail(world, 'b', { mutedUntil: plus(world.now(), hour * 1000) });
  await fail(world, 'c');
  await world.pass(2 * hour);
  expect(order(world)).toEqual(ids('a', 'c', 'b'));
});

test('replayed, they come in the order of the replay, also where one is put off', async () => {
  let says: 'refuse' | 'fail' | 'take' = 'refuse';
  const world = deliveryWorld({
    team: {
      answer() {
        if (says === 'refuse') return refused('message');
        if (says === 'take') return ok;
        says = 'take';
        return retry('it answered HTTP 500');
      },
    },
  });
  for (const name of ['a', 'b', 'c']) await fail(world, name);
  await world.pass(minute);
  says = 'fail';
  await replayDeliveries(
    ids('a', 'b', 'c').map((id) => `team:${id}`),
    world.replay,
  );
  await world.pass(hour);
  expect(order(world)).toEqual(ids('a', 'b', 'c'));
});

test('a turn whose delivery was never written holds up nothing', async () => {
  const answers = [retry('it answered HTTP 500')];
  const world = deliveryWorld({ team: { answer: () => answers.shift() ?? ok } });
  await fail(world, 'a');
  await takeTurn(world.stores.table, { channel: 'team', subject, id: `team:${deploymentIdOf('b')}` }, world.now());
  await fail(world, 'c');
  await world.pass(hour);
  expect(order(world)).toEqual(ids('a', 'c'));
});

test('the time that a whole channel rests is nobody’s to lose patience in', async () => {
  const answers = [
    retry('it answered HTTP 503', 600_000),
    retry('it answered HTTP 500'),
    retry('it answered HTTP 500'),
  ];
  const world = deliveryWorld({ team: { answer: () => answers.shift() ?? ok } });
  for (const name of ['a', 'b', 'c']) await fail(world, name);
  await world.pass(hour);
  expect(order(world)).toEqual(ids('a', 'b', 'c'));
});

test('news that comes to what waits already has the newest place', async () => {
  let up = false;
  const world = deliveryWorld({ team: { answer: () => (up ? ok : retry('it did not answer')) } });
  await world.news('a', 'rolling-back', ['team'], { subject });
  await fail(world, 'b');
  await world.news('a', 'rolled-back', ['team'], { subject });
  up = true;
  await world.pass(hour);
  expect(world.took('team').map(({ about, news }) => [about, news])).toEqual([
    [deploymentIdOf('b'), 'failed'],
    [deploymentIdOf('a'), 'rolled-back'],
  ]);
});

test('turns are kept in order, each once, and forgotten', async () => {
  const table = memoryTable();
  const now = deliveryWorld({}).now();
  const place = { channel: 'team', subject };
  const take = (id: string) => takeTurn(table, { ...place, id }, now);
  for (const id of ['a', 'b', 'c', 'a']) await take(id);
  expect(await turnsBefore(table, { ...place, id: 'a' })).toEqual(['b', 'c']);
  await forgetTurns(table, place, ['b'], now);
  expect(await turnsBefore(table, { ...place, id: 'a' })).toEqual(['c']);
  expect(await turnsBefore(table, { ...place, id: 'unknown' })).toEqual([]);
  await Promise.all(['d', 'e', 'f', 'g'].map(take));
  expect(await turnsBefore(table, { ...place, id: 'unknown' })).toEqual([]);
  await take('last');
  expect((await turnsBefore(table, { ...place, id: 'last' })).toSorted()).toEqual(['a', 'c', 'd', 'e', 'f', 'g']);
});
