import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deploymentIdOf } from '../../../../shared/core/ids.ts';
import { plus } from '../../../../shared/core/time.ts';
import { takeTurn } from '../../../../shared/notify/deliver/turns.ts';
import { type DeliveryWorld, deliveryWorld, ok, retry } from '../../../support/delivery-world.ts';
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
  await world.pass(2);
  // The channel works again: it is tried at once, for the sake of the one that waits for it.
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
  const answers = fc.array(fc.constantFrom('ok', 'limit', 'error', 'hang'), { maxLength: 4 });
  const gaps = fc.array(fc.nat({ max: 30 }), { minLength: 2, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(answers, gaps, async (given, after) => {
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
      for (const [index, seconds] of after.entries()) {
        await fail(world, `n${index}`);
        await world.pass(seconds);
      }
      await world.pass(hour);
      expect(order(world)).toEqual(ids(...after.map((_, index) => `n${index}`)));
      expect(world.errors).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test('a turn is taken once for each, and taken again keeps what was before it', async () => {
  const table = memoryTable();
  const now = deliveryWorld({}).now();
  const take = (id: string) => takeTurn(table, { channel: 'team', subject, id }, now);
  expect(await take('a')).toEqual({ number: 1 });
  expect(await take('b')).toEqual({ number: 2, after: 'a' });
  expect(await take('b')).toEqual({ number: 3, after: 'a' });
  const many = await Promise.all(['c', 'd', 'e', 'f'].map(take));
  expect(many.map(({ number }) => number).toSorted()).toEqual([4, 5, 6, 7]);
  expect(new Set(many.map(({ after }) => after)).size).toBe(4);
});
