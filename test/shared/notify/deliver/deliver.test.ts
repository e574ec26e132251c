import { expect, test } from 'vitest';
import { deploymentIdOf } from '../../../../shared/core/ids.ts';
import { plus } from '../../../../shared/core/time.ts';
import { noteOver, noteTrouble } from '../../../../shared/notify/alerts/alerts.ts';
import { bringForward } from '../../../../shared/notify/deliver/deliver-again.ts';
import {
  type DeliveryWorld,
  deliveryWorld,
  limited,
  ok,
  refused,
  retry,
  type Told,
} from '../../../support/delivery-world.ts';

const minute = 60;
const hour = 3600;
const names = (count: number) => Array.from({ length: count }, (_, index) => `d${index}`);
const abouts = (told: readonly Told[]) => told.map(({ about }) => about);
const idsOf = (given: readonly string[]): string[] => given.map((name) => deploymentIdOf(name));
const gaps = (told: readonly Told[]) => told.slice(1).map(({ at }, index) => at - (told[index]?.at ?? 0));

/** So many deployments fail, one a second. */
async function failures(world: DeliveryWorld, given: readonly string[]): Promise<void> {
  for (const name of given) {
    await world.news(name, 'failed');
    await world.pass(1);
  }
}

test('a channel that hangs holds up no other', async () => {
  const hang = () => world.clock.sleep(10_000).then(() => retry('it did not answer within 10 s'));
  const world = deliveryWorld({ hanging: { answer: hang }, team: {} });
  await failures(world, names(5));
  expect(world.took('team')).toHaveLength(5);
  expect(world.took('team').every(({ at }, index) => at < world.clock.now() - (4 - index) * 1000)).toBe(true);
});

test('a message that a receiver fails on holds up none behind it, and is tried for a day', async () => {
  const poison = deploymentIdOf('d1');
  const world = deliveryWorld({
    team: { answer: ({ id }) => (id.includes(poison) ? retry('it answered HTTP 500') : ok) },
  });
  await failures(world, names(5));
  expect(abouts(world.took('team'))).toEqual(idsOf(['d0', 'd2', 'd3', 'd4']));
  await world.pass(27 * hour);
  expect(await world.delivery('team', 'd1')).toMatchObject({ state: 'failed', lastError: /500; given up after/ });
  const tries = world.told.filter(({ about }) => about === poison).map(({ at }) => at);
  expect((tries.at(-1) ?? 0) - (tries[0] ?? 0)).toBeGreaterThan(24 * hour * 1000);
});

test('a stage that no route asks for is not told in the place of one that waited', async () => {
  let up = false;
  const team = { answer: () => (up ? ok : retry('it answered HTTP 503')) };
  const world = deliveryWorld({ team }, { only: 'changes' });
  await world.news('d0', 'superseded');
  await world.pass(5);
  await world.news('d0', 'rolling', []);
  up = true;
  await world.pass(hour);
  expect(world.took('team')).toEqual([]);
  await world.news('d0', 'succeeded');
  await world.pass(minute);
  expect(world.took('team').map(({ news }) => news)).toEqual(['succeeded']);
});

test('what has waited longest goes first', async () => {
  let up = false;
  const world = deliveryWorld({ team: { answer: () => (up ? ok : retry('it answered HTTP 429', 600_000)) } });
  await failures(world, names(30));
  up = true;
  await world.pass(12 * minute);
  expect(abouts(world.took('team'))).toEqual(idsOf(names(30)));
});

test("a channel's pace is kept, also from one invocation to the next", async () => {
  const world = deliveryWorld({ team: { paceMs: 1000 } });
  for (const name of names(200)) await world.news(name, 'failed');
  await world.pass(150);
  await world.news('x', 'failed');
  await world.news('y', 'failed');
  await world.pass(100);
  expect(world.took('team')).toHaveLength(202);
  expect(Math.min(...gaps(world.told))).toBeGreaterThanOrEqual(1000);
});

test('one invocation that has used a channel makes the next one wait', async () => {
  const world = deliveryWorld({ team: { paceMs: 5000 } });
  await world.news('x', 'failed');
  await world.pass(1);
  await world.news('y', 'failed');
  await world.pass(10);
  expect(gaps(world.told)).toEqual([expect.toSatisfy((gap) => gap >= 5000 && gap < 5100)]);
});

test('a receiver that names a time is left alone until then by every invocation', async () => {
  let limited = true;
  const world = deliveryWorld({
    team: { answer: () => (limited ? retry('it answered HTTP 429', 90_000) : ok) },
  });
  await failures(world, ['d0']);
  limited = false;
  await failures(world, names(80));
  expect(world.told).toHaveLength(1);
  await world.pass(10 * minute);
  expect(world.took('team')).toHaveLength(80);
  expect(gaps(world.told)[0]).toBeGreaterThanOrEqual(90_000);
});

test('a receiver that answers 429 for an hour is asked a few times, and then gets everything', async () => {
  const until = 3600_000;
  const world = deliveryWorld({
    team: { answer: (_post, at) => (at - start < until ? retry('it answered HTTP 429', 1000) : ok) },
  });
  const start = world.clock.now();
  await failures(world, names(100));
  await world.pass(hour + 30 * minute);
  expect(world.took('team')).toHaveLength(100);
  expect(world.told.length - 100).toBeLessThan(25);
});

test('the pace of a limited receiver is learnt from its first 429, for later invocations too', async () => {
  let last = Number.NEGATIVE_INFINITY;
  const world = deliveryWorld({
    team: {
      answer(_post, at) {
        if (at - last < 1000) return retry('it answered HTTP 429', 1000);
        last = at;
        return ok;
      },
    },
  });
  for (const name of names(100)) await world.news(name, 'failed');
  await world.pass(3 * minute);
  await world.news('x', 'failed');
  await world.pass(0.3);
  await world.news('y', 'failed');
  await world.pass(minute);
  expect(world.took('team')).toHaveLength(102);
  expect(world.told).toHaveLength(103);
});

test('the pace of a receiver that names no time with its 429 is learnt too, and the channel rests as a whole', async () => {
  let last = Number.NEGATIVE_INFINITY;
  const answer = (_post: unknown, at: number) => {
    if (at - last < 3000) return limited;
    last = at;
    return ok;
  };
  const world = deliveryWorld({ team: { answer } });
  for (const name of names(50)) await world.news(name, 'failed');
  await world.pass(6 * minute);
  expect(abouts(world.took('team'))).toEqual(idsOf(names(50)));
  expect(world.told.length - 50).toBeLessThan(6);
});

test('a receiver that answers 429 without a time for an hour is asked less and less, down to once in some minutes', async () => {
  let isLimited = true;
  const world = deliveryWorld({ team: { answer: () => (isLimited ? limited : ok) } });
  for (const name of names(20)) await world.news(name, 'failed');
  await world.pass(hour);
  expect(gaps(world.told)[0]).toBeLessThanOrEqual(2000);
  expect(world.told.length).toBeLessThan(32);
  isLimited = false;
  await world.pass(hour);
  expect(world.took('team')).toHaveLength(20);
});

test('a receiver that is down is probed, not asked for each of two hundred deliveries', async () => {
  let up = false;
  const world = deliveryWorld({ team: { answer: () => (up ? ok : retry('the connection failed (ECONNREFUSED)')) } });
  for (const name of names(200)) await world.news(name, 'failed');
  await world.pass(hour);
  expect(world.told.length).toBeLessThan(25);
  up = true;
  await world.pass(10 * minute);
  expect(world.took('team')).toHaveLength(200);
});

test('one message that alone meets a limit lets the others by after two hours', async () => {
  const poison = deploymentIdOf('d0');
  const world = deliveryWorld({ team: { answer: ({ id }) => (id.includes(poison) ? limited : ok) } });
  await failures(world, names(5));
  await world.pass(2 * hour + 10 * minute);
  expect(abouts(world.took('team'))).toEqual(idsOf(names(5).slice(1)));
});

/** One that a muted route has wait for six hours. */
async function muted(world: DeliveryWorld, name: string): Promise<void> {
  await world.news(name, 'failed', []);
  const about = { kind: 'deployment' as const, id: deploymentIdOf(name) };
  const delivery = { schemaVersion: 1, id: `team:${about.id}`, channel: 'team', about, state: 'pending' } as const;
  const later = { createdAt: world.now(), nextAttemptAt: plus(world.now(), 6 * hour * 1000) };
  await world.stores.deliveries.create({ ...delivery, ...later, wantedVersion: 1, sentVersion: 0, attempts: 0 });
}

test('once a receiver is back, what was tried meanwhile goes out at once, in its order; what is muted waits', async () => {
  let up = false;
  const world = deliveryWorld({ team: { answer: () => (up ? ok : retry('it answered HTTP 503')) } });
  await failures(world, names(40));
  await muted(world, 'quiet');
  await world.pass(3 * hour);
  const tried = new Set(abouts(world.told));
  expect(tried.size).toBeGreaterThan(10);
  up = true;
  await world.pass(6 * minute);
  const [first, ...others] = abouts(world.took('team'));
  expect(others).toEqual(idsOf(names(40)).filter((id) => id !== first));
  expect(await world.delivery('team', 'quiet')).toMatchObject({ state: 'pending', attempts: 0 });
});

test('what there is no time to bring forward keeps its own next attempt', async () => {
  const world = deliveryWorld({ team: { answer: () => retry('it answered HTTP 503') } });
  await failures(world, names(3));
  await world.pass(10 * minute);
  const before = await world.delivery('team', 'd0');
  expect(before?.nextAttemptAt).toBeDefined();
  const ids = idsOf(names(3)).map((id) => `team:${id}`);
  expect(await bringForward(ids, world, () => 0)).toEqual([]);
  expect(await world.delivery('team', 'd0')).toEqual(before);
  expect(await bringForward(ids.toReversed(), world, () => 1)).toEqual(ids);
});

test('behind an outage with 1 500 waiting, what was tried meanwhile goes out first, before what came after it', async () => {
  let up = false;
  const answer = () => (up ? ok : retry('it answered HTTP 503'));
  const world = deliveryWorld({ team: { paceMs: 1000, answer } });
  for (const name of names(1500)) {
    await world.news(name, 'failed');
    await world.pass(2);
  }
  const tried = new Set(abouts(world.told));
  expect(tried.size).toBeGreaterThan(5);
  up = true;
  await world.pass(hour);
  const took = abouts(world.took('team'));
  expect(took).toHaveLength(1500);
  // The probe that found it back.
  expect(took.slice(1)).toEqual(idsOf(names(1500)).filter((id) => id !== took[0]));
});

test('two messages that a receiver fails on are not brought up by every other that it takes', async () => {
  const poison = idsOf(['p1', 'p2']);
  const world = deliveryWorld({
    team: { answer: ({ id }) => (poison.some((bad) => id.includes(bad)) ? retry('it answered HTTP 500') : ok) },
  });
  for (const name of ['p1', 'p2', ...names(60)]) {
    await world.news(name, 'failed');
    await world.pass(20);
  }
  await world.pass(20 * minute);
  expect(world.took('team')).toHaveLength(60);

  expect(world.told.length - 60).toBeLessThan(30);
});

test('a channel that takes nothing for days gives up what waited a day, without a request for each', async () => {
  const world = deliveryWorld({ team: { answer: () => retry('it answered HTTP 503') } });
  for (const name of names(60)) await world.news(name, 'failed');
  await world.pass(40 * hour);
  expect(await world.delivery('team', 'd59')).toMatchObject({
    state: 'failed',
    lastError: /^it answered HTTP 503; given up/,
  });
  expect(world.told.length).toBeLessThan(520);
});

test('a message that is refused for good is failed, and the next ones go out', async () => {
  const world = deliveryWorld({
    team: { answer: ({ id }) => (id.includes(deploymentIdOf('d0')) ? refused('message', 'it answered HTTP 400') : ok) },
  });
  await failures(world, names(3));
  expect(await world.delivery('team', 'd0')).toMatchObject({ state: 'failed', lastError: 'it answered HTTP 400' });
  expect(abouts(world.told)).toEqual(idsOf(names(3)));
});

test('news about a channel that left the configuration is failed', async () => {
  const world = deliveryWorld({ team: { answer: () => retry('it answered HTTP 503') } });
  await failures(world, names(2));
  await world.pass(2 * minute);
  Object.assign(world.config, { channels: {} });
  await world.pass(20 * minute);
  const why = { state: 'failed', lastError: 'the channel is no longer in the configuration' };
  expect([await world.delivery('team', 'd0'), await world.delivery('team', 'd1')]).toMatchObject([why, why]);
  expect(await world.states.names([])).toEqual([]);
});

test('what waits longer than the sweep looks is failed too when its channel leaves the configuration', async () => {
  const world = deliveryWorld({ team: {} });
  await muted(world, 'd0');
  await world.pass(2 * minute);
  Object.assign(world.config, { channels: {} });
  await world.pass(7 * hour);
  expect(await world.delivery('team', 'd0')).toMatchObject({ state: 'failed' });
});

test('PagerDuty is not told late of a trouble whose end it has heard', async () => {
  let up = false;
  const world = deliveryWorld({ team: { answer: () => (up ? ok : retry('it answered HTTP 503')) } });
  const pager = { name: 'team', type: 'pagerduty', routingKey: 'ssm:/key', region: 'us' };
  Object.assign(world.config.channels, { team: pager });
  await world.news('d0', 'failed');
  await world.pass(5);
  const subject = { kind: 'deployment', name: 'shop-api' } as const;
  const trouble = { key: 'failed', kind: 'deployment-failed', cause: 'x', id: 'd0', elsewhere: true } as const;
  const at = (await world.stores.deployments.get(deploymentIdOf('d0')))?.value.createdAt ?? world.now();
  await noteTrouble(world.stores.alerts, subject, { ...trouble, at }, world.now());
  await noteOver(world.stores.alerts, subject, { at: world.now() });
  up = true;
  await world.pass(hour);
  expect(world.took('team')).toEqual([]);
  expect(await world.delivery('team', 'd0')).toMatchObject({ state: 'sent' });
});

test('a delivery that waits tells the newest news only, and a handle leads later news to the first message', async () => {
  let up = false;
  const handles: unknown[] = [];
  const world = deliveryWorld({
    team: {
      answer({ handle }) {
        handles.push(handle);
        return up ? { kind: 'sent', handle: { ts: '1' } } : retry('it answered HTTP 503');
      },
    },
  });
  await world.news('d', 'rolling-back');
  await world.pass(1);
  up = true;
  await world.news('d', 'rolled-back');
  await world.pass(minute);
  expect(world.took('team').map(({ news }) => news)).toEqual(['rolled-back']);
  await world.news('d', 'succeeded');
  await world.pass(minute);
  expect(handles.at(-1)).toEqual({ ts: '1' });
});

test('what two events wake at the same moment is sent once', async () => {
  const world = deliveryWorld({
    team: { answer: () => world.clock.sleep(50).then(() => ok) },
  });
  await world.news('d', 'failed');
  const event = { id: `team:${deploymentIdOf('d')}`, state: 'pending', subject: 'team', version: 1 };
  await Promise.all([world.wake(event), world.wake(event), world.pass(minute)]);
  expect(world.told).toHaveLength(1);
});

test('what is left when time runs out is handed on', async () => {
  const world = deliveryWorld({ team: { answer: () => world.clock.sleep(9000).then(() => ok) } });
  for (const name of names(40)) await world.news(name, 'failed');
  await world.pass(40 * 9.1 + 5);
  expect(world.took('team')).toHaveLength(40);
});

test.each([
  ['at the slowest pace', 58_000, 3, 9000],
  ['with three requests in a row', 38_000, 4, 30_000],
])('no worker is ended between sending and recording, %s', async (_case, paceMs, slow, slowMs) => {
  const answer = () => world.clock.sleep(world.told.length === slow ? slowMs : 1000).then(() => ok);
  const world: DeliveryWorld = deliveryWorld({ team: { paceMs, answer } });
  for (const name of names(8)) await world.news(name, 'failed');
  await world.pass(10 * minute);
  expect(abouts(world.told)).toEqual(idsOf(names(8)));
});

test('newer news that comes while its delivery is told is left to the next worker where no time is left', async () => {
  const stages = ['rolling-back', 'rolled-back', 'succeeded'] as const;
  const world: DeliveryWorld = deliveryWorld({
    team: {
      paceMs: 60_000,
      async answer({ message }) {
        const next = stages[['failed', ...stages].indexOf(message.news)];
        await world.clock.sleep(9000);
        if (next) await world.news('a', next);
        return ok;
      },
    },
  });
  await world.news('a', 'failed');
  await world.pass(10 * minute);
  expect(world.told.map(({ news }) => news)).toEqual(['failed', ...stages]);
  expect(Math.max(...gaps(world.told))).toBeLessThan(75_000);
});
