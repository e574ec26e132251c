import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { AwsError } from '../../local/cloud/service.ts';
import type { Deployment } from '../../shared/deploy/deployment.ts';
import { nameOfImage, openShop, type Shop, type ShopOptions } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

const lines = [
  ...Array.from({ length: 30 }, (_, index) => `line ${index}`),
  'connecting to postgres://shop:hunter2@db/shop',
  'Error: DB_PASSWORD=hunter2 was refused',
];
const behave: NonNullable<ShopOptions['behave']> = (spec) =>
  nameOfImage(spec).endsWith('-crash') ? { runMs: 300, exitCode: 1, lines } : {};

/** There shop-api has logTail: true, and the functions the right to read its log. */
const configFile = fileURLToPath(new URL('../fixtures/all-kinds/batuta.yml', import.meta.url));

async function deploymentOf(opened: Shop): Promise<Deployment> {
  const { body } = await opened.api('GET', '/api/deployments');
  const [{ id }] = body.deployments ?? body.items;
  return (await opened.table.get({ pk: `deployment#${id}`, sk: 'deployment' }))?.value as Deployment;
}
const news = () => shop.hooks.map(({ body }) => body.data.text).join('\n');

test('with logTail the last twenty lines of tasks that died are told, without what looks like a secret', async () => {
  shop = await openShop({ behave, configFile });
  await shop.push('1.2.0-crash');
  await shop.pass(60);
  const { crashes, state } = await deploymentOf(shop);
  expect(state).toBe('rolled-back');
  const tails = Object.values(crashes).flatMap(({ logTail }) => (logTail ? [logTail] : []));
  expect(tails).toHaveLength(3);
  for (const tail of tails) {
    expect(tail).toHaveLength(20);
    expect(tail.at(-1)).toBe('Error: DB_PASSWORD=[redacted] was refused');
  }
  expect(news()).toContain('was refused');
  expect(news()).toContain('line 29');
  expect(news()).not.toContain('line 9\n');
  expect(JSON.stringify([shop.hooks, shop.log])).not.toContain('hunter2');
});

test('without logTail the news names the log, and nobody reads it', async () => {
  shop = await openShop({ behave });
  await shop.push('1.2.0-crash');
  await shop.pass(60);
  expect(news()).toMatch(/read the log \(\/\S+\)/);
  expect(shop.calls.filter((call) => /GetLogEvents/.test(call))).toEqual([]);
  expect(news()).not.toContain('was refused');
});

test('where the events of tasks are lost, the sweep brings their lines too', async () => {
  const delivery: ShopOptions['delivery'] = ({ 'detail-type': type }, deliver) =>
    type.startsWith('ECS') ? undefined : deliver();
  shop = await openShop({ behave, configFile, delivery });
  await shop.push('1.2.0-crash');
  await shop.pass(200);
  expect((await deploymentOf(shop)).state).toBe('rolled-back');
  expect(news()).toContain('was refused');
});

test('a log that cannot be read holds nothing up', async () => {
  const before = (_service: string, operation: string) => {
    if (operation === 'GetLogEvents')
      throw new AwsError('AccessDeniedException', 'not authorized to perform: logs:GetLogEvents');
  };
  shop = await openShop({ behave, configFile, faults: { before } });
  await shop.push('1.2.0-crash');
  await shop.pass(60);
  expect((await deploymentOf(shop)).state).toBe('rolled-back');
  const warned = shop.log.filter(({ level }) => level === 'warn').map(({ message }) => message);
  expect(warned).toContainEqual(expect.stringMatching(/cannot be read: .*logs:GetLogEvents/));
});
