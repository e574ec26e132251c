import { expect, test } from 'vitest';
import { deploymentIdOf } from '../../../../shared/core/ids.ts';
import { channelStates } from '../../../../shared/notify/deliver/channel-state.ts';
import { deliveriesIn } from '../../../../shared/notify/deliver/delivery-record.ts';
import { replayDeliveries, replayDelivery } from '../../../../shared/notify/deliver/replay.ts';
import { deliveryWorld, ok, refused, retry } from '../../../support/delivery-world.ts';

const idOf = (name: string, channel = 'team') => `${channel}:${deploymentIdOf(name)}`;

type World = ReturnType<typeof deliveryWorld>;
const failed = async (world: World) => (await world.stores.deliveries.list(deliveriesIn('failed'))).values;

/** A channel that refused three deliveries and now takes them. */
async function mended() {
  let broken = true;
  const world = deliveryWorld({
    team: { answer: () => (broken ? refused('message', 'it answered HTTP 400') : ok) },
    ops: { answer: () => (broken ? refused('message', 'it answered HTTP 422') : ok) },
  });
  for (const name of ['a', 'b', 'c']) {
    await world.news(name, 'rolling-back', name === 'c' ? ['team', 'ops'] : ['team']);
    await world.pass(1);
  }
  broken = false;
  return world;
}

test('what was given up is listed, the latest first, with why', async () => {
  const world = await mended();
  const deliveries = await failed(world);
  expect(deliveries.filter(({ channel }) => channel === 'team').map(({ id }) => id)).toEqual(
    ['c', 'b', 'a'].map((name) => idOf(name)),
  );
  expect(deliveries.find(({ channel }) => channel === 'team')).toMatchObject({
    channel: 'team',
    lastError: 'it answered HTTP 400',
  });
});

test('a replayed delivery tells how its record stands now, once', async () => {
  const world = await mended();
  await world.stores.deployments.update(deploymentIdOf('a'), (known) => ({ ...known, state: 'rolled-back' }));
  const told = world.told.length;
  const both = [await replayDelivery(idOf('a'), world.replay), await replayDelivery(idOf('a'), world.replay)];
  expect(both).toEqual(['replayed', 'not-failed']);
  await world.pass(60);
  expect(await replayDelivery(idOf('a'), world.replay)).toBe('not-failed');
  await world.pass(60);
  expect(world.told.slice(told).map(({ id }) => id)).toEqual([`${idOf('a')}:rolled-back`]);
  expect(await failed(world)).toHaveLength(3);
});

test('a delivery that nobody knows is not replayed', async () => {
  expect(await replayDelivery('team:none', (await mended()).replay)).toBe('unknown');
});

test('several are replayed, each once', async () => {
  const world = await mended();
  const ids = ['a', 'b', 'c'].map((name) => idOf(name));
  expect(await replayDeliveries(ids, world.replay)).toEqual(ids);
  expect(await replayDeliveries(ids, world.replay)).toEqual([]);
  await world.pass(60);
  expect(world.took('team')).toHaveLength(3);
  expect((await failed(world)).map(({ id }) => id)).toEqual([idOf('c', 'ops')]);
});

test('a replay ends the pause of a channel that was in trouble', async () => {
  let broken = true;
  const world = deliveryWorld({ team: { answer: () => (broken ? refused('channel') : ok) } });
  await world.news('a', 'failed');
  await world.pass(1);
  broken = false;
  await replayDelivery(idOf('a'), world.replay);
  await world.pass(2);
  expect(world.took('team')).toHaveLength(1);
});

test('the pause has ended by the time a worker hears of the replay', async () => {
  const world = deliveryWorld({ team: { answer: () => refused('channel') } });
  await world.news('a', 'failed');
  await world.pass(1);
  const { deliveries, table } = world.stores;
  const pauses: unknown[] = [];
  const update: typeof deliveries.update = async (...asked) => {
    pauses.push((await channelStates(table, world.replay.now).get('team')).pausedUntil);
    return deliveries.update(...asked);
  };
  await replayDelivery(idOf('a'), { ...world.replay, stores: { table, deliveries: { ...deliveries, update } } });
  expect(pauses).toEqual([undefined]);
});

test('what is replayed while a request is under way is tried at once, whatever becomes of that request', async () => {
  let broken = true;
  const answer = async () => {
    const how = broken ? refused('channel') : ok;
    await world.clock.sleep(10_000);
    return how;
  };
  const world: World = deliveryWorld({ team: { paceMs: 1000, answer } });
  for (const name of ['a', 'b']) await world.news(name, 'failed');
  // The pause after the first is over, and the second has begun.
  await world.pass(365);
  expect(world.told).toHaveLength(1);
  broken = false;
  await replayDelivery(idOf('a'), world.replay);
  await world.pass(30);
  expect(world.took('team')).toHaveLength(1);
});

test('a replay that finds the worker about to go is tried by it', async () => {
  let broken = true;
  const world: World = deliveryWorld(
    { team: { paceMs: 1000, answer: () => (broken ? refused('channel') : ok) } },
    {
      watchTable: (table) => ({
        ...table,
        // The worker has seen its queue, and is about to give its lease back.
        async remove(key, expected) {
          if (broken && key.pk === 'lease#deliver#team') {
            broken = false;
            await replayDelivery(idOf('a'), world.replay);
            await world.clock.sleep(100);
          }
          return table.remove(key, expected);
        },
      }),
    },
  );
  await world.news('a', 'failed');
  await world.pass(10);
  expect(world.took('team')).toHaveLength(1);
});

test('a replay does not end the pause that a receiver asked for', async () => {
  let limited = false;
  const world = deliveryWorld({
    team: { answer: () => (limited ? retry('it answered HTTP 429', 600_000) : refused('message')) },
  });
  await world.news('a', 'failed');
  await world.pass(1);
  limited = true;
  await world.news('b', 'failed');
  await world.pass(1);
  await replayDelivery(idOf('a'), world.replay);
  await world.pass(300);
  expect(world.told).toHaveLength(2);
});
