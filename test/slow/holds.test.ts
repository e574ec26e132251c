import { BatchDeleteImageCommand, ECRClient } from '@aws-sdk/client-ecr';
import { afterEach, expect, test } from 'vitest';
import { askFirst, freezeOf, type HeldShop, openHeldShop, scanFirst } from '../support/held-shop.ts';
import { nameOfImage, type ShopOptions } from '../support/shop.ts';

let shop: HeldShop;
afterEach(() => shop.close());

const minute = 60;
const texts = () => shop.hooks.map(({ body }) => body.data.text).join('\n');
const open = async (...given: Parameters<typeof openHeldShop>) => {
  shop = await openHeldShop(...given);
};

test('what needs approval waits for it, and rolls when it is given', async () => {
  await open(askFirst);
  await shop.push('1.1.0');
  await shop.pass(10 * minute);
  expect(shop.updates()).toBe(0);
  expect(shop.told()).toEqual(['info: shop-api 1.1.0 waits for approval']);
  const { id } = await shop.deployment('1.1.0');
  expect(shop.lastText()).toMatch(/^Change: 1\.0\.0 → 1\.1\.0$/m);
  expect(shop.lastText()).toMatch(/^Held: needs approval; by 2026-11-20T09:20:1\S+, else it is skipped$/m);
  expect(shop.lastText()).toMatch(`Approve it: batuta approve ${id}\nReject it: batuta reject ${id}`);
  await shop.approve('1.1.0', { reason: 'looks good' });
  await shop.pass(60);
  expect(await shop.deployment('1.1.0')).toMatchObject({
    state: 'succeeded',
    holds: [],
    approval: { verdict: 'approved', by: 'ana', why: 'looks good' },
  });
  expect(shop.titles().slice(1)).toEqual(['shop-api 1.1.0 is deployed']);
  expect(shop.lastText()).toMatch(/Approved: by ana at 2026-11-20T09:10:\S+: looks good/);
});

test('an approval whose events are lost is found within a minute', async () => {
  let areLost = false;
  await open(askFirst, {
    delivery: ({ source, 'detail-type': type }, deliver) =>
      areLost && source === 'batuta' && type === 'Deployment State Change' ? undefined : deliver(),
  });
  await shop.push('1.1.0');
  await shop.pass(70);
  areLost = true;
  await shop.approve('1.1.0');
  await shop.pass(75);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
});

test('what is rejected is skipped, told with who and when, and not tried again', async () => {
  await open(askFirst);
  await shop.push('1.1.0');
  await shop.pass(60);
  await shop.reject('1.1.0', { reason: 'not on a Friday' });
  await shop.pass(10 * minute);
  expect(shop.told().slice(1)).toEqual(['warning: shop-api 1.1.0 is not deployed']);
  expect(shop.lastText()).toMatch(/Why: rejected by ana at 2026-11-20T09:01:\S+: not on a Friday/);
  expect(await shop.deployments()).toMatchObject([{ state: 'skipped' }]);
  expect(shop.updates()).toBe(0);
});

test('an approval that nobody gives expires within a minute of its time, and says how to deploy by hand', async () => {
  await open(askFirst);
  await shop.push('1.1.0');
  await shop.pass(20 * minute - 1);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'held' });
  await shop.pass(62);
  expect(await shop.deployment('1.1.0')).toMatchObject({
    state: 'skipped',
    outcome: { reason: expect.stringMatching(/^nobody approved it until 2026-11-20T09:20:1/) },
  });
  expect(shop.titles()).toEqual(['shop-api 1.1.0 waits for approval', 'shop-api 1.1.0 is not deployed']);
  expect(shop.lastText()).toMatch('What to do: deploy it by hand: batuta deploy shop-api');
});

test('a newer push voids the approval of the older one, given or not', async () => {
  await open(askFirst);
  await shop.push('1.1.0');
  await shop.pass(60);
  await shop.push('1.2.0');
  await shop.pass(60);
  expect(await shop.deployment('1.1.0')).toMatchObject({
    state: 'superseded',
    outcome: { reason: 'the newer 1.2.0 was chosen before it was approved' },
  });
  await expect(shop.approve('1.1.0')).rejects.toThrow(/409/);
  await shop.approve('1.2.0');
  await shop.pass(60);
  expect((await shop.deployments()).map(({ image, state }) => `${image.tag} ${state}`)).toEqual([
    '1.1.0 superseded',
    '1.2.0 succeeded',
  ]);
  expect(shop.updates()).toBe(1);
});

test.each<[string, string, string]>([
  // Lisbon leaves summer time on 25 October 2026 at 02:00, and goes back to it on 28 March 2027 at 01:00.
  ['as the clock goes back', '2026-10-25T07:50:00Z', '2026-10-25T08:00:00Z'],
  ['as the clock goes forward', '2027-03-28T06:50:00Z', '2027-03-28T07:00:00Z'],
  ['as it stays', '2026-11-22T07:50:00Z', '2026-11-22T08:00:00Z'],
])('a freeze over a weekend in Lisbon ends at eight there, %s', async (_fact, startAt, end) => {
  await open({ freeze: [freezeOf('Fri 18:00 - Sun 08:00 Europe/Lisbon')] }, { startAt });
  await shop.push('1.1.0');
  await shop.pass(9 * minute);
  expect(await shop.deployment('1.1.0')).toMatchObject({ holds: [{ kind: 'freeze', until: Date.parse(end) }] });
  expect(shop.updates()).toBe(0);
  await shop.pass(90);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
  expect(shop.titles()).toEqual(['shop-api 1.1.0 waits for the end of a freeze', 'shop-api 1.1.0 is deployed']);
  expect(shop.hooks[0]?.body.data.text).toMatch(`Held: frozen Fri 18:00 - Sun 08:00 Europe/Lisbon; until ${end}`);
});

test('a freeze that begins during a rollout does not stop it', async () => {
  await open({ freeze: [freezeOf('Fri 09:01 - Mon 08:00')] });
  await shop.passUntil('2026-11-20T09:00:59Z');
  await shop.push('1.1.0');
  await shop.pass(60);
  const { state, rolledAt = 0, stableAt = 0 } = await shop.deployment('1.1.0');
  const begins = Date.parse('2026-11-20T09:01:00Z');
  expect([state, rolledAt < begins, stableAt > begins]).toEqual(['succeeded', true, true]);
});

test('while a service is paused its pushes are recorded, and resuming it rolls the newest', async () => {
  await open({});
  await shop.pause({ reason: 'incident 7' });
  for (const version of ['1.1.0', '1.2.0']) {
    await shop.push(version);
    await shop.pass(minute);
  }
  expect(shop.updates()).toBe(0);
  expect(await shop.deployments()).toMatchObject([{ state: 'superseded' }, { state: 'held' }]);
  expect(texts()).toMatch(/Held: shop-api was paused by ana at 2026-11-20T09:00:\S+: incident 7; until somebody/);
  expect(texts()).toMatch('Resume the service: batuta resume shop-api');
  await shop.resume();
  await shop.pass(60);
  expect(await shop.deployment('1.2.0')).toMatchObject({ state: 'succeeded' });
  expect(shop.updates()).toBe(1);
});

test('a pause until a time ends by itself', async () => {
  await open({});
  await shop.pause({ for: '10m' });
  await shop.push('1.1.0');
  await shop.pass(9 * minute);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'held' });
  await shop.pass(3 * minute);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
});

test('several holds at once are told in one piece of news, and their ends are no news', async () => {
  await open({ ...askFirst, ...scanFirst, freeze: [freezeOf('Fri 09:00 - Fri 09:20')] });
  await shop.scanOnPush();
  await shop.pause();
  await shop.pushImage('1.1.0', { scan: { delaySeconds: 300 } });
  await shop.pass(8 * minute);
  expect(await shop.deployment('1.1.0')).toMatchObject({
    holds: [{ kind: 'pause' }, { kind: 'freeze' }, { kind: 'approval' }],
  });
  await shop.resume();
  await shop.pass(60);
  await shop.approve('1.1.0');
  await shop.pass(60);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'held', holds: [{ kind: 'freeze' }] });
  await shop.pass(15 * minute);
  expect(shop.titles()).toEqual([
    "shop-api 1.1.0 waits for the service to be resumed, the end of a freeze, the image's scan, and approval",
    'shop-api 1.1.0 is deployed',
  ]);
});

test('an admin lifts every hold, which is told with the result', async () => {
  await open({ ...askFirst, ...scanFirst, freeze: [freezeOf('Fri - Mon')] });
  await shop.pause();
  await shop.push('1.1.0');
  await shop.pass(60);
  await shop.override('1.1.0', { reason: 'the shop is down' });
  await shop.pass(60);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded', override: { by: 'root' } });
  expect(shop.lastText()).toMatch(/Holds lifted: by root at 2026-11-20T09:01:\S+: the shop is down/);
});

const crashing: ShopOptions['behave'] = (spec) =>
  nameOfImage(spec).endsWith('-crash') ? { runMs: 300, exitCode: 1 } : {};

test('a rollback by hand is held by nothing', async () => {
  await open({}, { behave: crashing });
  await shop.push('1.1.0');
  await shop.pass(60);
  await shop.push('1.2.0');
  await shop.pass(60);
  await shop.pause();
  const admin = await shop.token('boss', 'admin');
  const { status } = await shop.api('POST', '/api/services/shop-api/rollback', { body: {}, token: admin });
  expect(status).toBeLessThan(300);
  await shop.pass(60);
  expect((await shop.deployments()).at(-1)).toMatchObject({ state: 'succeeded', goBack: {}, holds: [] });
});

test('what waits is not wanted once its tag is moved to an image that failed before; moved again, it is', async () => {
  await open({}, { behave: (spec) => (nameOfImage(spec).endsWith('-crash') ? { runMs: 300, exitCode: 1 } : {}) });
  const { 'shop-api': spec } = shop.config.services;
  if (!spec) throw new Error('no shop-api');
  const image = { repository: 'shop/api', exclude: [], tags: { kind: 'exact' as const, tag: 'live' } };
  shop.configure({ ...shop.config, services: { 'shop-api': { ...spec, image } } });
  const bad = () => shop.pushImage('1.1.0-crash', {}, 'live');
  const good = () => shop.pushImage('1.2.0', {}, 'live');
  await bad();
  await shop.pass(3 * minute);
  const hold = { freeze: [], approval: { expiresMs: 3_600_000 } };
  shop.configure({ ...shop.config, services: { 'shop-api': { ...spec, image, hold } } });
  await good();
  await shop.pass(30);
  await bad();
  await shop.pass(30);
  expect(await shop.deployments()).toMatchObject([{ state: 'rolled-back' }, { state: 'superseded' }]);
  expect((await shop.deployments())[1]?.outcome?.reason).toMatch(/^live was moved to an image that failed before/);
  await good();
  await shop.pass(30);
  expect((await shop.deployments())[2]).toMatchObject({ state: 'held', holds: [{ kind: 'approval' }] });
});

test('what gave way to a newer image that the service cannot take is held anew once that one is gone', async () => {
  await open(askFirst);
  await shop.pushImage('1.1.0');
  await shop.pass(30);
  await shop.pushImage('1.2.0', { platforms: ['linux/arm64'] });
  await shop.pass(30);
  expect((await shop.deployments()).map(({ state }) => state)).toEqual(['superseded', 'failed']);
  await new ECRClient(shop.aws).send(
    new BatchDeleteImageCommand({ repositoryName: 'shop/api', imageIds: [{ imageTag: '1.2.0' }] }),
  );
  await shop.pass(2 * minute);
  expect((await shop.deployments()).at(-1)).toMatchObject({ state: 'held', image: { tag: '1.1.0' } });
});
