import { ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { nameOfImage, openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

const minute = 60;
/** Of the service: its job runs meanwhile. */
const titles = () => shop.hooks.map(({ body }) => body.data.title).filter((title) => title.startsWith('shop-api'));

test('in the whole system a crash loop of 500 tasks is three messages in its first hour', async () => {
  let isSick = false;
  shop = await openShop({
    behave(spec) {
      if (!nameOfImage(spec).startsWith('shop-api')) return { runMs: 3_000 };
      return isSick ? { runMs: 4_000, exitCode: 1 } : {};
    },
  });
  await shop.pass(minute);
  isSick = true;
  const { taskArns = [] } = await new ECSClient(shop.aws).send(new ListTasksCommand({ cluster: 'prod' }));
  for (const arn of taskArns) shop.cloud.ecs.disruptions.outOfMemory(arn);
  await shop.pass(25 * minute);
  isSick = false;
  await shop.pass(34 * minute);
  expect(titles()).toEqual([
    'shop-api keeps crashing',
    expect.stringMatching(/^shop-api keeps crashing: \d{3} more times in 1\d min$/),
    expect.stringMatching(/^shop-api is well again, after \d+ min/),
  ]);
  const counted = (await shop.table.get({ pk: 'alert#service:shop-api', sk: 'alert' }))?.value;
  expect(counted).toMatchObject({ state: 'closed' });
  const { causes } = counted as { causes: Record<string, { count: number }> };
  expect(causes['crash-loop']?.count).toBeGreaterThan(500);
  expect(shop.errors).toEqual([]);
  await shop.pass(5 * 60 * minute);
  expect(titles().slice(3)).toEqual([]);
}, 240_000);
