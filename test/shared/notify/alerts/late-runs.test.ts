import { expect, test } from 'vitest';
import { aRoute, tellingWorld } from '../../../support/telling-world.ts';

const open = () =>
  tellingWorld([aRoute('on-call'), aRoute('team'), aRoute('hook')], { 'on-call': 'pagerduty', team: 'slack' });
type World = ReturnType<typeof open>;

/** One a minute: it waits for so long, and then ends so. */
async function runs(world: World, how: 'late' | 'missed', end: 'succeeded' | 'failed' | undefined, minutes: number) {
  for (let count = 0; count < minutes; count++) {
    await world.begin(how);
    await world.work();
    await world.pass(1);
    if (end) await world.finish(end);
    await world.work();
  }
}

test.each([
  ['late', undefined, ['0: report is late', '10: report was late 9 more times in 10 min']],
  ['missed', undefined, ['0: report missed its schedule', '10: report did not run when it should have: 9 more times']],
  ['late', 'failed', ['0: report is late', '1: report failed', '60: report failed or was late 115 more times']],
  ['missed', 'failed', ['0: report missed its schedule', '1: report failed', '60: report failed or missed its time']],
] as const)('of a job each of whose runs is %s, then %s, people hear twice in an hour', async (how, end, expected) => {
  const world = open();
  await runs(world, how, end, 62);
  for (const channel of ['team', 'hook']) {
    const heard = world.heard(channel);
    expect(heard.filter((title) => Number.parseInt(title, 10) < 60)).toHaveLength(2);
    for (const [nth, title] of expected.entries()) expect(heard[nth]).toContain(title);
  }
});

test('a late run whose failure is folded says so where its message stands, and calls nobody', async () => {
  const world = open();
  for (const state of ['failed', 'failed'] as const) {
    await world.begin('late');
    await world.work();
    await world.finish(state);
    await world.work();
    await world.pass(1);
  }
  expect(world.heard('team')).toHaveLength(2);
  // That it was late before is no failure.
  expect(world.told.flatMap(({ facts }) => facts.map(({ label }) => label))).not.toContain('Failures');
  expect(world.openIncidents()).toEqual(['job:report']);
  await world.end('succeeded');
  await world.pass(60);
  expect(world.openIncidents()).toEqual([]);
});

test('one that is late and then succeeds says so in its own message where that stands, else by the alert', async () => {
  const world = open();
  await world.begin('late');
  await world.work();
  await world.finish('succeeded');
  await world.pass(60);
  expect(world.heard('team')).toEqual([expect.stringMatching(/^0: report is late/)]);
  expect(world.corrected.map(({ channel, news }) => `${channel} ${news}`)).toEqual([
    'on-call succeeded',
    'team succeeded',
  ]);
  expect(world.heard('hook')[1]).toMatch(/^1: report has run after all: was late once, at 09:00 UTC/);
  expect(world.openIncidents()).toEqual([]);
});

test('the success of a run that was asked for before does not end it that a later one is late', async () => {
  const world = open();
  await world.begin('late');
  await world.work();
  await world.succeed(5);
  await world.pass(5);
  expect(world.heard('hook')).toHaveLength(1);
  await world.end('succeeded');
  await world.pass(60);
  expect(world.heard('hook')).toHaveLength(2);
});

test('where others had failed before it, the success of a late run is told aloud', async () => {
  const world = open();
  await world.end('failed');
  await world.begin('late');
  await world.work();
  await world.finish('succeeded');
  await world.pass(60);
  expect(world.heard('team').at(-1)).toMatch(/report succeeds again: failed or was late 2 times/);
});
