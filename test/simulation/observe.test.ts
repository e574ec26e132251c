import { afterEach, expect, test } from 'vitest';
import type { ServiceConfig } from '../../shared/config/config.ts';
import { askFirst, type HeldShop, openHeldShop } from '../support/held-shop.ts';

let shop: HeldShop;
afterEach(() => shop.close());

function change(parts: Partial<ServiceConfig>): void {
  const { 'shop-api': spec } = shop.config.services;
  if (!spec) throw new Error('no shop-api');
  shop.configure({ ...shop.config, services: { 'shop-api': { ...spec, ...parts } } });
}
const minute = 60;
const told = 'would deploy shop/api:1.1.0 once released: needs approval; shop-api is in mode observe';

test('what waits when the mode becomes observe ends as told only, and is deployed once the mode is live again', async () => {
  shop = await openHeldShop(askFirst);
  await shop.push('1.1.0');
  await shop.pass(30);
  change({ mode: 'observe' });
  await shop.pass(6 * minute);
  expect(await shop.deployments()).toMatchObject([{ state: 'skipped', outcome: { reason: told } }]);
  await shop.pass(3 * minute);
  expect(shop.titles()).toEqual(['shop-api 1.1.0 waits for approval', 'shop-api: would deploy 1.1.0']);
  expect(shop.updates()).toBe(0);
  change({ mode: 'live', hold: { freeze: [] } });
  await shop.pass(3 * minute);
  expect(await shop.deployments()).toMatchObject([{ state: 'skipped' }, { state: 'succeeded' }]);
  expect(shop.updates()).toBe(1);
});

test('an approval that comes after the mode became observe rolls nothing out', async () => {
  shop = await openHeldShop(askFirst);
  await shop.push('1.1.0');
  await shop.pass(30);
  change({ mode: 'observe' });
  await shop.approve('1.1.0');
  await shop.pass(minute);
  expect(await shop.deployments()).toMatchObject([{ state: 'skipped', approval: { verdict: 'approved' } }]);
  expect(shop.updates()).toBe(0);
});
