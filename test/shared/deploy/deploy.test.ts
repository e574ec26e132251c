import { afterEach, expect, test } from 'vitest';
import { deployWorld } from '../../support/deploy-world.ts';

const worlds: { close(): Promise<void> }[] = [];
function world(options: Parameters<typeof deployWorld>[0] = {}) {
  const made = deployWorld(options);
  worlds.push(made);
  return made;
}
afterEach(async () => {
  for (const made of worlds.splice(0)) await made.close();
});

const states = (made: ReturnType<typeof deployWorld>) =>
  made.deployments().map(({ image, state }) => `${image.tag} ${state}`);

test('a push is rolled out and succeeds when PRIMARY is ours and COMPLETED', async () => {
  const shop = world();
  await shop.createService();
  await shop.push('1.1.0').announce();
  expect(states(shop)).toEqual(['1.1.0 rolling']);
  await shop.pass(30);
  expect(states(shop)).toEqual(['1.1.0 succeeded']);
  expect(await shop.live()).toBe('shop-api:2 COMPLETED');
  expect(shop.published).toEqual(['preparing', 'rolling', 'succeeded']);
});

test('a deployment takes five ECS and ECR calls up to UpdateService', async () => {
  const shop = world();
  await shop.createService();
  shop.calls.length = 0;
  await shop.push('1.1.0').announce();
  expect(shop.calls).toEqual([
    'DescribeImages',
    'DescribeServices',
    'DescribeTaskDefinition',
    'RegisterTaskDefinition',
    'UpdateService',
  ]);
});

test('an image that crashes is taken back, with the reason, breaker or not', async () => {
  const shop = world();
  await shop.createService();
  await shop.push('1.2.0', 'crash').announce();
  await shop.pass(60);
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  expect(await shop.live()).toBe('shop-api:1 COMPLETED');
  expect(shop.deployments()[0]?.outcome?.reason).toMatch(/3 tasks of shop-api:2 died within 10 minutes: exit code 1/);
  expect(shop.published).toEqual(['preparing', 'rolling', 'rolling-back', 'rolled-back']);
});
