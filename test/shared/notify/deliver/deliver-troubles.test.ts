import { expect, test } from 'vitest';
import type { ChannelConfig } from '../../../../shared/config/config.ts';
import { deploymentIdOf } from '../../../../shared/core/ids.ts';
import type { Sent } from '../../../../shared/notify/channels/channel.ts';
import { elsewhere } from '../../../../shared/notify/deliver/deliver-elsewhere.ts';
import { hintForChannel } from '../../../../shared/notify/deliver/deliver-troubles.ts';
import { replayDeliveries } from '../../../../shared/notify/deliver/replay.ts';
import { aboutTest, testDelivery } from '../../../../shared/notify/samples/test-news.ts';
import { deliveryWorld, ok, refused, retry } from '../../../support/delivery-world.ts';

const minute = 60;
const hour = 3600;
const alertOf = async (world: ReturnType<typeof deliveryWorld>, channel = 'team') =>
  (await world.stores.alerts.get(`batuta:channel ${channel}`))?.value;

test('a revoked token is told once, what it refused is failed, and a repaired one heals by itself', async () => {
  let revoked = false;
  const world = deliveryWorld({ team: { answer: () => (revoked ? refused('channel', 'token_revoked') : ok) } });
  await world.news('before', 'failed');
  await world.pass(1);
  revoked = true;
  for (const name of ['a', 'b', 'c']) await world.news(name, 'failed');
  await world.pass(8 * minute);
  expect(await world.delivery('team', 'a')).toMatchObject({ state: 'failed', lastError: 'token_revoked' });
  expect(await alertOf(world)).toMatchObject({
    state: 'open',
    causes: {
      'batuta-channel-failing': {
        count: 1,
        cause: 'The channel team takes no notifications: token_revoked',
        lasting: true,
      },
    },
  });
  revoked = false;
  await world.pass(6 * minute);
  expect(await world.delivery('team', 'c')).toMatchObject({ state: 'sent' });
  expect(await alertOf(world)).toMatchObject({ state: 'closed', episode: 1 });
});

test.each<[string, ChannelConfig, string]>([
  [
    'a token is in Parameter Store',
    { name: 'team', type: 'slack', token: 'ssm:/batuta/slack/token', channel: '#x' },
    'Check its token, the parameter /batuta/slack/token; then',
  ],
  [
    'an address that stands in batuta.yml is looked for there',
    { name: 'own', type: 'webhook', url: 'https://news.example.com/secret-path', secrets: [] },
    'Check its url in batuta.yml; then',
  ],
  [
    'a topic has a policy, and no address',
    { name: 'mail', type: 'sns', topic: 'arn:aws:sns:eu-west-1:123456789012:news' },
    'Check its topic, and who may publish to it; then',
  ],
])('%s', (_fact, channel, hint) => {
  expect(hintForChannel(channel)).toBe(
    `${hint} send what it missed: batuta notify replay --all --channel ${channel.name}`,
  );
});

test('a channel that refuses everything is asked no more than once in five minutes', async () => {
  const world = deliveryWorld({ team: { answer: () => refused('channel') } });
  for (let index = 0; index < 30; index++) await world.news(`d${index}`, 'failed');
  await world.pass(hour);
  expect(world.told.length).toBeLessThanOrEqual(12);
  expect(world.told.length).toBeGreaterThan(8);
});

const gone: Sent = { kind: 'refused', scope: 'channel', gone: true, why: 'it answered HTTP 410' };

test('an address that is gone is asked twice as seldom each time, down to once in six hours, and at once by a replay', async () => {
  let answer: Sent = gone;
  const world = deliveryWorld({ team: { answer: () => answer } });
  for (let index = 0; index < 30; index++) await world.news(`d${index}`, 'failed');
  await world.pass(24 * hour);
  const asked = world.told.map(({ at }) => at);
  const gaps = asked.slice(1).map((at, index) => Math.round((at - (asked[index] ?? 0)) / 60_000));
  const due = [5, 10, 20, 40, 80, 160, 320, 360, 360];
  expect(gaps).toHaveLength(due.length);
  // The sweep looks once a minute.
  for (const [index, gap] of gaps.entries()) expect(gap - (due[index] ?? 0)).toBeOneOf([0, 1]);
  answer = ok;
  expect(await replayDeliveries([`team:${deploymentIdOf('d0')}`], world.replay)).toHaveLength(1);
  await world.pass(minute);
  expect(world.took('team')).toHaveLength(30 - asked.length + 1);
  answer = gone;
  await world.news('later', 'failed');
  await world.pass(6 * minute);
  expect((await world.states.get('team')).pausedUntil).toBeLessThan(world.now() + 5 * minute * 1000);
});

test('an outage of half an hour is nobody else’s business, one of two hours is', async () => {
  let up = false;
  const world = deliveryWorld({ team: { answer: () => (up ? ok : retry('it answered HTTP 503')) } });
  await world.news('a', 'failed');
  await world.pass(hour / 2);
  expect(await alertOf(world)).toBeUndefined();
  await world.pass(2 * hour);
  expect(await alertOf(world)).toMatchObject({ state: 'open' });
  up = true;
  await world.pass(2 * hour);
  expect(await alertOf(world)).toMatchObject({ state: 'closed' });
});

test('one message that is refused says nothing about its channel', async () => {
  const world = deliveryWorld({ team: { answer: () => refused('message') } });
  await world.news('a', 'failed');
  await world.pass(hour);
  expect(await alertOf(world)).toBeUndefined();
});

test('a sample that a new address refuses is nobody else’s business; the next news that it refuses is', async () => {
  const world = deliveryWorld({ team: { answer: () => gone } });
  const about = aboutTest('deployment-failed', 'a176dd0c');
  await world.stores.deliveries.create(testDelivery('team', about, world.now()));
  await world.pass(minute);
  expect((await world.stores.deliveries.get(`team:${about.id}`))?.value).toMatchObject({
    state: 'failed',
    lastError: 'it answered HTTP 410',
  });
  expect((await world.states.get('team')).pausedUntil).toBeGreaterThan(world.now());
  expect(await alertOf(world)).toBeUndefined();
  await world.news('a', 'failed');
  await world.pass(6 * minute);
  expect(await alertOf(world)).toMatchObject({ state: 'open' });
});

test('a worker that is gone after telling of a refusal tells of it no second time', async () => {
  const counts: (number | undefined)[] = [];
  for (let at = 1; at < 60; at++) {
    let revoked = true;
    const world = deliveryWorld({ team: { answer: () => (revoked ? refused('channel') : ok) } });
    world.crash.at = at;
    await world.news('a', 'failed');
    await world.pass(20 * minute);
    const alert = await alertOf(world);
    counts.push(alert?.causes['batuta-channel-failing']?.count);
    revoked = false;
    await world.news('b', 'failed');
    await world.pass(20 * minute);
    expect(await alertOf(world)).toMatchObject({ state: 'closed', episode: 1 });
  }
  expect(new Set(counts)).toEqual(new Set([1]));
});

test.each([
  ['a failing channel does not hear of itself', ['team', 'ops'], 'channel team', ['ops']],
  ['where routes name only itself, the first other channel hears it', ['team'], 'channel team', ['ops']],
  ['other troubles go where the routes say', ['team'], 'dead letters', ['team']],
])('%s', (_fact, channels, name, expected) => {
  const routes = [{ to: ['team'] }, { to: ['team', 'ops', 'calls'] }];
  expect(elsewhere(channels, { subject: { kind: 'batuta', name } }, routes)).toEqual(expected);
});
test('a job may have any name', () => {
  expect(elsewhere(['team'], { subject: { kind: 'job', name: 'channel team' } }, [])).toEqual(['team']);
});
test('a refusal names the delivery that met it', async () => {
  const world = deliveryWorld({ team: { answer: () => refused('channel', 'it answered HTTP 410') } });
  await world.news('a', 'failed');
  await world.pass(1);
  expect((await world.states.get('team')).trouble).toMatchObject({
    of: `team:${deploymentIdOf('a')}`,
    why: 'it answered HTTP 410',
    told: true,
  });
});
