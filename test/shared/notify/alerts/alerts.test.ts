import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plus } from '../../../../shared/core/time.ts';
import { aRoute, type Telling, tellingWorld } from '../../../support/telling-world.ts';

const hour = 3_600_000;
type World = ReturnType<typeof tellingWorld>;
const isTrouble = ({ kind }: Telling) => ['run-failed', 'run-skipped', 'run-repeated'].includes(kind);
/** Also what was over before it could be told is told as a recovery, once. */
const isOver = ({ kind, news }: Telling) => kind === 'run-recovered' && news.endsWith(':over');

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('fail' as const), code: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('succeed' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('skip' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      minutes: fc.oneof(fc.integer({ min: 1, max: 15 }), fc.constant(65)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replay' as const), index: fc.nat(200) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('work' as const),
      reversed: fc.boolean(),
      dieAfter: fc.integer({ min: 0, max: 12 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Each end after a trouble, once; two troubles an hour, and three messages in the first hour of each. */
function expectSane(heard: readonly Telling[], ends: readonly string[]) {
  let spell: Telling[] = [];
  for (const telling of heard) {
    if (isOver(telling)) expect(spell.filter(isTrouble)).not.toEqual([]);
    spell = [...spell, telling];
    const first = spell[0] as Telling;
    expect(spell.filter(({ at }) => at < first.at + hour).length).toBeLessThanOrEqual(3);
    if (!isTrouble(telling)) spell = [];
  }
  if (ends.at(-1) === 'succeed') expect(spell).toEqual([]);
  const troubles = heard.filter(isTrouble);
  for (const { at } of troubles)
    expect(troubles.filter((other) => other.at > at - hour && other.at <= at).length).toBeLessThanOrEqual(2);
}

async function play(
  steps: readonly Step[],
  routes?: Parameters<typeof tellingWorld>[0],
): Promise<{ world: World; ends: string[] }> {
  const world = tellingWorld(routes);
  const ends: string[] = [];
  for (const one of steps) {
    if (one.kind === 'fail') await world.end('failed', one.code);
    else if (one.kind === 'skip') await world.skip();
    else if (one.kind === 'succeed') await world.end('succeeded');
    else if (one.kind === 'pass') await world.pass(one.minutes);
    else if (one.kind === 'replay') await world.replay(one.index);
    else await world.work(one.reversed, one.dieAfter);
    if (one.kind === 'succeed') ends.push(one.kind);
    if (one.kind === 'fail' || one.kind === 'skip') ends.push('fail');
  }
  await world.work();
  // An end that the next failure overtook is told with the next folding.
  await world.pass(65);
  return { world, ends };
}

test('whatever comes twice, late, in disorder or into a crash: no news twice, no end without a trouble, right counts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const { world, ends } = await play(steps);
      const keys = world.told.map(({ channel, about, news }) => `${channel} ${about} ${news}`);
      expect(new Set(keys).size).toBe(keys.length);

      const hourly = (await play(steps, [aRoute('ops', { repeatMs: hour }), aRoute('boss', { repeatMs: 24 * hour })]))
        .world;
      const heard = world.told.filter(({ channel }) => channel === 'ops');
      expectSane(heard, ends);
      expectSane(
        hourly.told.filter(({ channel }) => channel === 'ops'),
        ends,
      );
      expectSane(
        hourly.told.filter(({ channel }) => channel === 'boss'),
        ends,
      );
      const troubles = heard.filter(isTrouble);

      const alert = (await world.stores.alerts.get('job:report'))?.value;
      const failures = ends.filter((end) => end === 'fail').length;
      const sinceSuccess = ends.length - 1 - ends.lastIndexOf('succeed');
      const counted = Object.values(alert?.causes ?? {}).reduce((sum, { count }) => sum + count, 0);
      expect(alert?.state === 'open').toBe(sinceSuccess > 0);
      expect(counted).toBeGreaterThanOrEqual(sinceSuccess);
      expect(counted).toBeLessThanOrEqual(failures);
      if (failures > 0 && sinceSuccess > 0) expect(troubles.length).toBeGreaterThan(0);
    }),
    { numRuns: 40 },
  );
});

test('a failure whose event comes after that of the success behind it is told, and over at once', async () => {
  const world = tellingWorld();
  await world.end('failed');
  await world.end('succeeded');
  await world.work(true);
  expect(world.told.filter(({ channel }) => channel === 'ops').map(({ kind }) => kind)).toEqual([
    'run-failed',
    'run-recovered',
  ]);
  expect(world.told.filter(({ channel }) => channel === 'log').map(({ kind }) => kind)).toEqual([
    'run-succeeded',
    'run-failed',
  ]);
});

test('what came and went unheard in an hour with two troubles already is told once, when it is over', async () => {
  const world = tellingWorld();
  for (let time = 0; time < 5; time++) {
    await world.end('failed');
    await world.pass(1);
    await world.end('succeeded');
    await world.pass(1);
  }
  await world.pass(70);
  const told = world.told.filter(({ channel }) => channel === 'ops').map(({ news }) => news);
  expect(told).toEqual(['failed', '1:over', 'failed', '2:over', '3:passed-1']);
});

const service = { kind: 'service', name: 'shop-api' } as const;

test('a trouble that is over before its first event is handled is told once, as one that is over', async () => {
  const world = tellingWorld([aRoute('ops'), aRoute('web', { when: { service: 'web' } })]);
  await world.trouble(service, { kind: 'service-short', id: 't1' });
  await world.over(service);
  await world.work(true);
  await world.pass(300);
  expect(world.told).toMatchObject([
    { channel: 'ops', kind: 'service-recovered', news: '1:passed-1', title: 'shop-api is well again, after 1.0 s' },
  ]);
});

test('a trouble that came and went unheard is told to whom the trouble is routed', async () => {
  const errors = aRoute('oncall', { when: { severity: ['error'] } });
  const world = tellingWorld([errors, aRoute('chores', { when: { severity: ['warning'] } })]);
  await world.trouble(service, { kind: 'service-short', id: 't1' });
  await world.over(service);
  await world.trouble(
    { kind: 'batuta', name: 'schedules' },
    { kind: 'batuta-schedules-differ', id: 'a', severity: 'warning' },
  );
  await world.over({ kind: 'batuta', name: 'schedules' });
  await world.work();
  expect(world.told.map(({ channel, kind }) => `${channel} ${kind}`)).toEqual([
    'oncall service-recovered',
    'chores batuta-recovered',
  ]);
});

test('a failed run that is routed nowhere, and what fell into a silence, are not told when they are over', async () => {
  const world = tellingWorld([aRoute('ops', { when: { service: '*' } })]);
  await world.end('failed');
  await world.end('succeeded');
  await world.work(true);
  const silence = { id: 's-1', matchers: { service: 'shop-*' }, by: 'ann', why: 'a test', createdAt: world.at() };
  world.silences.push({ ...silence, until: plus(world.at(), hour) });
  await world.trouble(service, { kind: 'service-short', id: 't1' });
  await world.work();
  await world.over(service);
  await world.work();
  await world.trouble(service, { kind: 'service-short', id: 't2' });
  await world.over(service);
  await world.work();
  await world.pass(90);
  expect(world.told).toEqual([]);
});

const team = aRoute('team', { repeatMs: hour });
const managers = aRoute('managers', { repeatMs: 24 * hour });

test('each channel is reminded by the `repeat` of its own routes', async () => {
  const world = tellingWorld([team, managers]);
  await world.trouble(service, { kind: 'service-short', id: 't1' });
  await world.work();
  await world.pass(25 * 60);
  await world.over(service);
  await world.work();
  const hours = world.told.filter(({ channel }) => channel === 'team').map(({ at }) => at);
  expect(hours.length).toBeGreaterThanOrEqual(25);
  expect(world.heard('managers')).toEqual([
    '0: shop-api runs fewer tasks than it should',
    '1440: shop-api runs fewer tasks than it should, since 2026-11-20 09:00 UTC',
    expect.stringMatching(/^1500: shop-api is well again, after 25 h/),
  ]);
});

test('who is told more seldom is told how often it was in all', async () => {
  const world = tellingWorld([team, managers]);
  for (let count = 0; count < 15; count++) {
    await world.end('failed');
    await world.work();
    await world.pass(120);
  }
  expect(world.told.filter(({ kind, channel }) => channel === 'team' && kind === 'run-failed')).toHaveLength(15);
  expect(world.heard('managers')).toEqual([
    '0: report failed',
    '1440: report failed 12 times since 2026-11-20 09:00 UTC',
  ]);
});

test('what happened last is told also to whom it is told a day later', async () => {
  const world = tellingWorld([team, managers]);
  await world.end('failed');
  await world.work();
  await world.pass(120);
  await world.end('failed');
  await world.work();
  await world.pass(3 * 24 * 60);
  expect(world.heard('team')).toEqual(['0: report failed', '120: report failed']);
  expect(world.heard('managers')).toEqual([
    '0: report failed',
    '1440: report failed 2 times since 2026-11-20 09:00 UTC',
  ]);
});

test('the run of a failure that not all are told of comes twice, and is told to the same ones', async () => {
  const world = tellingWorld([team, managers]);
  await world.end('failed');
  await world.work();
  await world.pass(120);
  await world.end('failed');
  await world.work();
  await world.end('failed');
  await world.work();
  for (let index = 0; index < 20; index++) await world.replay(index);
  await world.pass(1);
  expect(world.heard('managers')).toEqual(['0: report failed']);
});

const betas = { kind: ['deployment' as const], tag: '*-beta' };

test('a route for a tag hears after a silence for it that the deployment has failed', async () => {
  const world = tellingWorld([aRoute('testers', { when: betas, continue: false }), aRoute('ops')]);
  const silence = { id: 's-1', matchers: { tag: '*-beta' }, by: 'ann', why: 'a test', createdAt: world.at() };
  world.silences.push({ ...silence, until: plus(world.at(), hour) });
  await world.deploy('rolled-back', '1.3.0-beta');
  await world.work();
  await world.pass(70);
  expect(world.heard('testers')).toEqual([expect.stringMatching(/^6\d: shop-api: its last deployment failed, since/)]);
  expect(world.heard('ops')).toEqual([]);
});

test('the end of a failed deployment waits for the window in which the route for its tag is muted', async () => {
  const mute = [{ days: [], from: '09:05', to: '09:30', timezone: 'UTC' }];
  const world = tellingWorld([aRoute('testers', { when: betas, mute })]);
  await world.deploy('rolled-back', '1.3.0-beta');
  await world.work();
  await world.pass(10);
  await world.deploy('succeeded', '1.3.1-beta');
  await world.work();
  await world.pass(30);
  expect(world.heard('testers')).toEqual([
    expect.stringMatching(/^0: shop-api 1.3.0-beta failed/),
    expect.stringMatching(/^30: shop-api is deployed again/),
  ]);
});

test('a failure that is told in full again after a long quiet says which one it is, also if its event comes again', async () => {
  const world = tellingWorld();
  for (let count = 0; count < 3; count++) {
    await world.end('failed');
    await world.work();
    for (let index = 0; index < 9; index++) await world.replay(index);
    await world.pass(5 * 60);
  }
  const heard = world.told.filter(({ channel }) => channel === 'ops');
  expect(heard.map(({ facts }) => facts.find(({ label }) => label === 'Failures')?.value)).toEqual([
    undefined,
    '2 since 09:00 UTC',
    '3 since 09:00 UTC',
  ]);
});

test('once a silence is removed, what it held back is told within five minutes', async () => {
  const world = tellingWorld();
  const silence = { id: 's-1', matchers: {}, by: 'ann', why: 'a test', createdAt: world.at() };
  world.silences.push({ ...silence, until: plus(world.at(), 24 * hour) });
  await world.end('failed');
  await world.trouble(service, { kind: 'service-short', id: 't1' });
  await world.work();
  await world.pass(62);
  expect(world.told).toEqual([]);
  world.silences.pop();
  await world.pass(5);
  const heard = world.heard('ops').map((title) => title.replace(/^6\d: /, ''));
  expect(heard.toSorted()).toEqual([
    'report keeps failing, since 09:00 UTC',
    'shop-api runs fewer tasks than it should, since 09:00 UTC',
  ]);
});

test('in a silence nothing is brought to mind; after it is told how often it was in all', async () => {
  const world = tellingWorld();
  await world.end('failed');
  await world.work();
  const silence = { id: 's-1', matchers: { job: 'report' }, by: 'ann', why: 'a test', createdAt: world.at() };
  world.silences.push({ ...silence, until: plus(world.at(), 2 * hour) });
  for (let count = 0; count < 11; count++) {
    await world.end('failed');
    await world.pass(10);
  }
  await world.pass(15);
  expect(world.heard('ops')).toEqual(['0: report failed', '120: report failed 12 times since 09:00 UTC']);
});

test('a job that a full queue skips each minute is told like one that fails: at once, folded, and when it is over', async () => {
  const world = tellingWorld();
  for (let count = 0; count < 70; count++) {
    await world.skip();
    await world.pass(1);
    // It was let in before: it says nothing about the queue.
    await world.succeed(30);
    await world.work();
  }
  await world.succeed(0.001);
  await world.work();
  expect(world.heard('ops')).toEqual([
    '1: report was skipped',
    expect.stringMatching(/^11: report was skipped 9 more times in 10 min/),
    expect.stringMatching(/^61: report was skipped 49 more times in 51 min/),
    expect.stringMatching(/^72: report is run again: was skipped 70 times since 09:00 UTC/),
  ]);
});

test('of a job that fails and is skipped both are said', async () => {
  const world = tellingWorld();
  await world.skip();
  await world.end('failed');
  await world.work();
  await world.skip();
  await world.pass(61);
  await world.end('succeeded');
  await world.work();
  expect(world.heard('ops').slice(2)).toEqual([
    '60: report failed or was skipped 1 more time in 1 h',
    '61: report succeeds again: failed or was skipped 3 times since 09:00 UTC',
  ]);
});
