import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aRoute, type Telling, tellingWorld } from '../../../support/telling-world.ts';

const hour = 3_600_000;
const service = { kind: 'service', name: 'shop-api' } as const;
type World = ReturnType<typeof tellingWorld>;
const isTrouble = ({ kind }: Telling) => !/recovered|succeeded/.test(kind);
/** Also what was over before it could be told is told as a recovery, once. */
const isOver = ({ kind, news }: Telling) => kind.endsWith('-recovered') && news.endsWith(':over');

const around = [
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
] as const;

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('fail' as const), code: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('succeed' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('skip' as const) }) },
  ...around,
);
const serviceStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('trouble' as const),
      what: fc.constantFrom('service-short' as const, 'service-unhealthy' as const),
      severity: fc.constantFrom('error' as const, 'warning' as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('over' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('half' as const),
      causes: fc.subarray(['service-short', 'service-unhealthy'], { minLength: 1, maxLength: 1 }),
    }),
  },
  ...around,
);
type StepOf<Of> = Of extends fc.Arbitrary<infer S> ? S : never;
type Step = StepOf<typeof step> | StepOf<typeof serviceStep>;

/** What the alert tells itself is heard up to a minute after it is decided. */
const nearlyAnHour = hour - 60_000;

/** Each end after a trouble, once; two troubles an hour, and three messages in the first hour of each. */
function expectSane(heard: readonly Telling[], ends: readonly string[]) {
  let spell: Telling[] = [];
  for (const telling of heard) {
    if (isOver(telling)) expect(spell.filter(isTrouble)).not.toEqual([]);
    spell = [...spell, telling];
    const first = spell[0] as Telling;
    expect(spell.filter(({ at }) => at < first.at + nearlyAnHour).length).toBeLessThanOrEqual(3);
    if (!isTrouble(telling)) spell = [];
  }
  if (ends.at(-1) === 'over') expect(spell).toEqual([]);
  const troubles = heard.filter(isTrouble);
  for (const { at } of troubles)
    expect(troubles.filter((other) => other.at > at - nearlyAnHour && other.at <= at).length).toBeLessThanOrEqual(2);
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
    else if (one.kind === 'trouble')
      await world.trouble(service, { kind: one.what, severity: one.severity, id: `t${ends.length}` });
    else if (one.kind === 'half') await world.over(service, one.causes);
    else if (one.kind === 'over') await world.over(service);
    else if (one.kind === 'pass') await world.pass(one.minutes);
    else if (one.kind === 'replay') await world.replay(one.index);
    else await world.work(one.reversed, one.dieAfter);
    if (one.kind === 'succeed' || one.kind === 'over') ends.push('over');
    if (one.kind === 'fail' || one.kind === 'skip' || one.kind === 'trouble') ends.push('fail');
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
      const sinceSuccess = ends.length - 1 - ends.lastIndexOf('over');
      const count = Object.values(alert?.causes ?? {}).reduce((sum, cause) => sum + cause.count, 0);
      expect(alert?.state === 'open').toBe(sinceSuccess > 0);
      expect(count).toBeGreaterThanOrEqual(sinceSuccess);
      expect(count).toBeLessThanOrEqual(failures);
      if (failures > 0 && sinceSuccess > 0) expect(troubles.length).toBeGreaterThan(0);
    }),
    { numRuns: 40 },
  );
});

test('of a service too, whose troubles no other record tells: each is told, if only that it is over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(serviceStep, { maxLength: 40, size: 'max' }), async (steps) => {
      const errors = aRoute('oncall', { when: { severity: ['error'] } });
      const { world, ends } = await play(steps, [aRoute('ops'), aRoute('boss', { repeatMs: 24 * hour }), errors]);
      for (const name of ['ops', 'boss', 'oncall']) {
        const heard = world.told.filter(({ channel }) => channel === name);
        expectSane(heard, ends);
        if (name !== 'oncall') expect(heard.length > 0).toBe(ends.includes('fail'));
      }
    }),
    { numRuns: 40 },
  );
});
