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
