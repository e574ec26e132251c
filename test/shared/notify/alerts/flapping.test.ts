import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aRoute, type Telling, tellingWorld } from '../../../support/telling-world.ts';

const minute = 60_000;
const service = { kind: 'service', name: 'shop-api' } as const;
/** `tasks`: one of them dies each minute of a spell; `looks`: too few of them are seen once in each. */
type What = 'looks' | 'tasks' | 'job';
interface Spell {
  ill: number;
  well: number;
}

const isEnd = ({ kind }: Telling) => kind.endsWith('-recovered');
const most = (heard: readonly Telling[]) =>
  Math.max(...heard.map(({ at }) => heard.filter((one) => one.at > at - 59 * minute && one.at <= at).length));

/** What a channel hears of a subject that comes and goes, and for how long at most its last word was wrong. */
async function flapping(what: What, spells: readonly Spell[]) {
  const world = tellingWorld([aRoute('ops')]);
  let wrong = { ill: 0, well: 0 };
  const longest = { ill: 0, well: 0 };
  async function pass(state: 'ill' | 'well') {
    await world.work();
    await world.pass(1);
    const last = world.told.at(-1);
    const isWrong = last === undefined || isEnd(last) === (state === 'ill');
    wrong = { ill: 0, well: 0, [state]: isWrong ? wrong[state] + 1 : 0 };
    longest[state] = Math.max(longest[state], wrong[state]);
  }
  for (const [index, { ill, well }] of spells.entries()) {
    for (let nth = 0; nth < ill; nth++) {
      if (what === 'tasks') await world.trouble(service, { kind: 'service-crash-loop', id: `t${index}-${nth}` });
      else if (nth === 0 && what === 'looks') await world.trouble(service, { kind: 'service-short', id: `t${index}` });
      else if (nth === 0) await world.end('failed');
      await pass('ill');
    }
    await (what === 'job' ? world.end('succeeded') : world.over(service));
    for (let nth = 0; nth < well; nth++) await pass('well');
  }
  for (let nth = 0; nth < 90; nth++) await pass('well');
  return { told: world.told, heard: world.heard('ops'), longest };
}

const aDayOf = (ill: number, well: number): Spell[] =>
  Array.from({ length: Math.floor(1440 / (ill + well)) }, () => ({ ill, well }));

test('a service that comes and goes is told at once, then that it comes and goes, and its end when it stays well', async () => {
  const { heard } = await flapping('looks', aDayOf(5, 15).slice(0, 20));
  expect(heard).toEqual([
    '0: shop-api runs fewer tasks than it should',
    expect.stringMatching(/^5: shop-api is well again, after 5 min/),
    '20: shop-api runs fewer tasks than it should',
    '60: shop-api runs fewer tasks than it should, on and off: 3 spells since 09:00 UTC',
    '80: shop-api runs fewer tasks than it should, on and off: 4 spells since 09:00 UTC',
    '320: shop-api runs fewer tasks than it should, on and off: 16 spells since 09:00 UTC',
    '415: shop-api is well again, after 20 spells since 09:00 UTC',
  ]);
});

test('a job that fails every other time too, with how often in all', async () => {
  const { heard, told } = await flapping('job', aDayOf(5, 5).slice(0, 12));
  expect(heard).toEqual([
    '0: report failed',
    '5: report succeeds again: failed once, at 09:00 UTC',
    '10: report failed',
    '60: report failed on and off: 6 times since 09:00 UTC',
    '70: report failed on and off: 7 times since 09:00 UTC',
    '145: report succeeds again: failed 12 times since 09:00 UTC',
  ]);
  expect(told.at(-1)?.facts).toContainEqual({ label: 'Over since', value: '10:55 UTC' });
});

test.each([
  [5, 15, 'looks'],
  [10, 10, 'tasks'],
  [5, 12, 'job'],
  [12, 11, 'tasks'],
  [3, 7, 'job'],
] as const)(
  'a day of %i minutes ill and %i well (%s): few messages, none says well while it is ill',
  async (...day) => {
    const [ill, well, what] = day;
    const { told, longest } = await flapping(what, aDayOf(ill, well));
    expect(told.length).toBeLessThanOrEqual(12);
    expect(most(told)).toBeLessThanOrEqual(3);
    expect(longest.ill).toBe(0);
    expect(longest.well).toBeLessThanOrEqual(30);
    expect(told.at(-1)).toSatisfy(isEnd);
  },
);

test('whatever its rhythm: told at once, two troubles and their ends an hour, and no wrong word for long', async () => {
  const spell = fc.record({ ill: fc.integer({ min: 1, max: 50 }), well: fc.integer({ min: 1, max: 50 }) });
  const whatever = fc.constantFrom<What>('looks', 'tasks', 'job');
  await fc.assert(
    fc.asyncProperty(whatever, fc.array(spell, { minLength: 1, maxLength: 12, size: 'max' }), async (what, spells) => {
      const { told, heard, longest } = await flapping(what, spells);
      expect(heard[0]).toMatch(/^0: /);
      // Also the end of what was told the hour before.
      expect(most(told)).toBeLessThanOrEqual(5);
      expect(most(told.filter((telling) => !isEnd(telling)))).toBeLessThanOrEqual(2);
      // Two troubles an hour: until then a third beginning is not told.
      expect(longest.ill).toBeLessThan(60);
      expect(longest.well).toBeLessThanOrEqual(30);
      expect(told.at(-1)).toSatisfy(isEnd);
    }),
    { numRuns: 20 },
  );
});

test('the end of what was told twice waits a while of a service, and not of a job, nor after a long trouble', async () => {
  const once = (ill: number) => [{ ill, well: 20 }];
  expect((await flapping('tasks', once(12))).heard[2]).toMatch(/^27: shop-api is well again, after 12 min/);
  expect((await flapping('tasks', once(31))).heard[2]).toMatch(/^31: shop-api is well again, after 31 min/);
  const world = tellingWorld([aRoute('ops')]);
  await world.end('failed');
  await world.end('failed', 2);
  await world.pass(5);
  await world.end('succeeded');
  await world.work();
  expect(world.heard('ops').at(-1)).toBe('5: report succeeds again: failed 2 times since 09:00 UTC');
});

test('what came and went and then stays is told half an hour later, and its end at once', async () => {
  const { heard } = await flapping('looks', [...aDayOf(5, 15).slice(0, 6), { ill: 100, well: 60 }]);
  expect(heard.slice(5)).toEqual([
    '150: shop-api runs fewer tasks than it should, on and off: 7 spells since 09:00 UTC, now since 11:00 UTC',
    '220: shop-api is well again, after 7 spells since 09:00 UTC',
  ]);
});

test('the same look is told when it is so again', async () => {
  const world = tellingWorld([aRoute('ops')]);
  const letters = { kind: 'batuta-dead-letters', id: 'queue 1' } as const;
  const subject = { kind: 'batuta', name: 'dead letters' } as const;
  for (let nth = 0; nth < 3; nth++) {
    await world.trouble(subject, letters);
    await world.pass(5);
    await world.over(subject);
    await world.pass(5);
  }
  await world.trouble(subject, letters);
  await world.pass(60);
  expect(world.heard('ops').at(-1)).toBe(
    '60: Batuta has dead letters, on and off: 4 spells since 09:00 UTC, now since 09:30 UTC',
  );
});

test('what came and went unheard is told with what people need who look into it', async () => {
  const world = tellingWorld([aRoute('ops')]);
  const look = { cause: 'exit code 1', hint: 'read the log', links: [{ label: 'Log', url: 'https://logs.test/1' }] };
  await world.trouble(service, { kind: 'service-crash-loop', id: 't1', ...look });
  await world.over(service);
  await world.work();
  const [told] = world.told;
  expect(told).toMatchObject({ news: '1:passed-1', message: { ...look, severity: 'warning' } });
  expect(told?.facts.slice(0, 3)).toEqual([
    { label: 'Since', value: '09:00 UTC' },
    { label: 'Times', value: '1' },
    { label: 'Now', value: 'over since 09:00 UTC' },
  ]);
});
