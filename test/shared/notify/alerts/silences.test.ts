import { expect, test } from 'vitest';
import { plus } from '../../../../shared/core/time.ts';
import { aRoute, tellingWorld } from '../../../support/telling-world.ts';

const hour = 3_600_000;
const service = { kind: 'service', name: 'shop-api' } as const;

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
    'report failed once, at 09:00 UTC',
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

const pagerWorld = () =>
  tellingWorld([aRoute('on-call', { only: 'changes' }), aRoute('team', { only: 'changes' })], {
    'on-call': 'pagerduty',
    team: 'slack',
  });

test('a pager resolves what it was told of in the silence in which it ends, and chats hear that after it', async () => {
  const world = pagerWorld();
  await world.end('failed');
  await world.work();
  expect(world.openIncidents()).toEqual(['job:report']);
  world.silence(60);
  await world.end('succeeded');
  await world.work();
  expect(world.openIncidents()).toEqual([]);
  await world.pass(70);
  expect(world.heard('team')).toEqual(['0: report failed', expect.stringMatching(/^60: report succeeds again/)]);
  expect(world.heard('on-call')).toHaveLength(2);
});

test('a trouble that ends, comes again and ends in a silence leaves nothing open, and its end is told once', async () => {
  const world = pagerWorld();
  await world.end('failed');
  await world.work();
  world.silence(60);
  for (const state of ['succeeded', 'failed', 'succeeded'] as const) {
    await world.end(state);
    await world.pass(5);
  }
  await world.pass(120);
  expect(world.openIncidents()).toEqual([]);
  expect(world.heard('team')).toEqual(['0: report failed', expect.stringMatching(/^60: report succeeds again/)]);
});

test('what was told of before a silence and fails in it pages nobody: its message is corrected, and after the silence it is told once', async () => {
  const world = pagerWorld();
  await world.hold();
  await world.work();
  world.silence(60);
  await world.fall();
  await world.work();
  expect(world.openIncidents()).toEqual([]);
  expect(world.told.filter(({ kind }) => kind !== 'deployment-held')).toEqual([]);
  expect(world.corrected.map(({ channel, kind }) => `${channel} ${kind}`)).toContain('team deployment-failed');
  await world.pass(70);
  await world.fall();
  await world.pass(5);
  expect(world.openIncidents()).toEqual(['deployment:shop-api']);
  const told = world.told.filter(({ channel, kind }) => channel === 'team' && kind !== 'deployment-held');
  expect(told.map(({ title }) => title)).toEqual([expect.stringMatching(/^shop-api: its last deployment failed/)]);
});

test('a channel that hears of each run hears after the silence, and once, that one has failed in it', async () => {
  const world = tellingWorld();
  await world.start();
  await world.work();
  world.silence(60);
  await world.pass(5);
  await world.finish('failed');
  await world.pass(70);
  expect(world.heard('log')).toEqual([
    '0: report has started',
    expect.stringMatching(/^6\d: report failed once, at 09:0\d UTC/),
  ]);
});

test('where a silence matches only the success, whoever heard of the failure hears by the alert that it is over', async () => {
  const world = tellingWorld([aRoute('on-call', { only: 'all' })], { 'on-call': 'pagerduty' });
  world.silence(24 * 60, { severity: ['info'] });
  for (const [state, open] of [
    ['rolled-back', ['deployment:shop-api']],
    ['succeeded', []],
  ] as const) {
    await world.deploy(state, '1.0');
    await world.work();
    expect(world.openIncidents()).toEqual(open);
  }
});

test('what a silence held back is not told by its run besides, should its event come again', async () => {
  const world = tellingWorld([aRoute('ops')]);
  world.silence(60);
  await world.end('failed');
  await world.pass(70);
  expect(world.told).toHaveLength(1);
  await world.replay(0);
  expect(world.told).toHaveLength(1);
});

test('who heard that a run began, or has its message corrected in a silence, hears after it by the alert that it failed', async () => {
  const world = tellingWorld([aRoute('team', { only: 'all' }), aRoute('hook', { only: 'all' })], { team: 'slack' });
  await world.end('failed');
  await world.start();
  await world.work();
  world.silence(60);
  await world.finish('failed');
  await world.pass(70);
  expect(world.corrected.map(({ news }) => news)).toEqual(['failed']);
  for (const channel of ['team', 'hook']) expect(world.heard(channel).at(-1)).toMatch(/^60: report failed/);
});

test('a success that ends nothing resolves nothing', async () => {
  const world = tellingWorld([aRoute('on-call', { only: 'all' })], { 'on-call': 'pagerduty' });
  await world.skip();
  await world.work();
  await world.succeed(5);
  await world.work();
  expect(world.openIncidents()).toEqual(['job:report']);
  await world.pass(1);
  await world.succeed(0);
  await world.pass(60);
  expect(world.openIncidents()).toEqual([]);
});
