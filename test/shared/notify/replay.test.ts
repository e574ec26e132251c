import { expect, test } from 'vitest';
import { deploymentIdOf } from '../../../shared/core/ids.ts';
import { listFailed, replayAll, replayDelivery } from '../../../shared/notify/replay.ts';
import { deliveryWorld, ok, refused, retry } from '../../support/delivery-world.ts';

const idOf = (name: string, channel = 'team') => `${channel}:${deploymentIdOf(name)}`;

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
  const { deliveries } = await listFailed(world.stores, { channel: 'team' });
  expect(deliveries.map(({ id }) => id)).toEqual([idOf('c'), idOf('b'), idOf('a')]);
  expect(deliveries[0]).toMatchObject({ channel: 'team', lastError: 'it answered HTTP 400' });
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
  expect((await listFailed(world.stores, {})).deliveries).toHaveLength(3);
});

test('a delivery that nobody knows is not replayed', async () => {
  expect(await replayDelivery('team:none', (await mended()).replay)).toBe('unknown');
});

test('all of a channel are replayed, each once', async () => {
  const world = await mended();
  const { replayed } = await replayAll({ channel: 'team' }, world.replay);
  expect(replayed).toHaveLength(3);
  expect((await replayAll({ channel: 'team' }, world.replay)).replayed).toEqual([]);
  await world.pass(60);
  expect(world.took('team')).toHaveLength(3);
  expect((await listFailed(world.stores, {})).deliveries.map(({ id }) => id)).toEqual([idOf('c', 'ops')]);
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
