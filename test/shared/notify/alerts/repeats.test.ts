import { expect, test } from 'vitest';
import { aRoute, tellingWorld } from '../../../support/telling-world.ts';

const hour = 3_600_000;
const service = { kind: 'service', name: 'shop-api' } as const;

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

test('after a mute it is told how often it was in all, as what was counted meanwhile was not heard', async () => {
  const mute = [{ days: [], from: '09:05', to: '13:00', timezone: 'UTC' }];
  const world = tellingWorld([aRoute('ops', { mute }), aRoute('team')]);
  for (let count = 0; count < 9; count++) {
    await world.end('failed');
    await world.work();
    await world.pass(30);
  }
  await world.pass(60);
  expect(world.heard('ops')).toEqual([
    '0: report failed',
    '240: report failed 8 times since 09:00 UTC',
    '301: report failed 9 times since 09:00 UTC',
  ]);
  expect(world.heard('team').slice(1, 3)).toEqual([
    '31: report failed 1 more time in 31 min',
    '61: report failed 1 more time in 30 min',
  ]);
});

test('who heard nothing of it at all is told how often it was, too', async () => {
  const world = tellingWorld([aRoute('ops', { mute: [{ days: [], from: '08:00', to: '13:30', timezone: 'UTC' }] })]);
  for (let count = 0; count < 9; count++) {
    await world.trouble(service, { kind: 'service-crash-loop', id: `t${count}` });
    await world.pass(30);
  }
  expect(world.heard('ops')).toEqual(['270: shop-api keeps crashing: 9 times since 09:00 UTC']);
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

test('who hears of errors only hears that they are over while a warning goes on, and nothing of its end', async () => {
  const errors = aRoute('oncall', { when: { severity: ['error'] } });
  const world = tellingWorld([errors, aRoute('ops')]);
  await world.trouble(service, { kind: 'service-unhealthy', id: 't1', severity: 'warning', cause: 'no answer' });
  await world.pass(5);
  await world.trouble(service, { kind: 'service-crash-loop', id: 't2', cause: 'exit code 1' });
  await world.pass(10);
  await world.over(service, ['service-crash-loop']);
  await world.pass(120);
  await world.over(service);
  await world.pass(20);
  expect(world.heard('oncall')).toEqual([
    '6: shop-api keeps crashing',
    expect.stringMatching(/^16: shop-api is well again but for a warning, after 10 min/),
  ]);
  expect(world.told.find(({ news }) => news.includes('eased'))).toMatchObject({
    facts: [
      { label: 'It was', value: 'exit code 1' },
      { label: 'Goes on', value: 'no answer' },
    ],
    message: { incident: { key: 'service:shop-api', state: 'closed' } },
  });
  expect(world.heard('ops')).toEqual([
    '1: shop-api has unhealthy tasks',
    '6: shop-api keeps crashing',
    expect.stringMatching(/^136: shop-api is well again, after 2 h 15 min/),
  ]);
});

test('errors that come again while the warning goes on are told again, and their end', async () => {
  const errors = aRoute('oncall', { when: { severity: ['error'] } });
  const world = tellingWorld([errors, aRoute('ops')]);
  await world.trouble(service, { kind: 'service-unhealthy', id: 't1', severity: 'warning' });
  await world.trouble(service, { kind: 'service-crash-loop', id: 't2' });
  await world.pass(10);
  await world.over(service, ['service-crash-loop']);
  await world.pass(120);
  await world.trouble(service, { kind: 'service-crash-loop', id: 't3' });
  await world.pass(10);
  await world.over(service);
  await world.pass(20);
  expect(world.heard('oncall').slice(2)).toEqual([
    '131: shop-api keeps crashing',
    expect.stringMatching(/^141: shop-api is well again, after 2 h 20 min/),
  ]);
});

test('they hear that also where the warning comes while the end of the errors waits to be told', async () => {
  const errors = aRoute('oncall', { when: { severity: ['error'] } });
  const world = tellingWorld([errors, aRoute('ops')]);
  for (const id of ['t1', 't2']) {
    await world.trouble(service, { kind: 'service-crash-loop', id });
    await world.pass(10);
    await world.over(service);
    await world.pass(10);
  }
  await world.trouble(service, { kind: 'service-unhealthy', id: 't3', severity: 'warning' });
  await world.pass(300);
  expect(world.heard('oncall').slice(2)).toEqual([
    '21: shop-api keeps crashing',
    expect.stringMatching(/^60: shop-api is well again but for a warning/),
  ]);
  expect(world.heard('ops').at(-1)).toMatch(/shop-api has unhealthy tasks/);
});
