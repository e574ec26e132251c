import { afterEach, expect, test } from 'vitest';
import type { RouteConfig } from '../../shared/config/config.ts';
import { nameOfImage, openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

const told = () => shop.hooks.map(({ body }) => `${body.data.severity}: ${body.data.title.replace(/ after .*/, '')}`);
const evening = { days: [], from: '22:00', to: '22:06', timezone: 'UTC' } as const;

async function openAtTen(...routes: Partial<RouteConfig>[]): Promise<void> {
  const behave = (spec: Parameters<typeof nameOfImage>[0]) =>
    nameOfImage(spec).endsWith('-crash') ? { runMs: 300, exitCode: 1 } : {};
  shop = await openShop({ startAt: '2026-11-20T22:00:00Z', behave });
  const [all] = shop.config.routes;
  if (!all) throw new Error('the configuration has no route');
  shop.configure({ ...shop.config, routes: routes.map((route) => ({ ...all, ...route })) });
}

test('what fails while its route is muted is told when the window ends, once, as it stands then', async () => {
  await openAtTen({ mute: [evening] });
  await shop.push('1.2.0-crash');
  await shop.pass(4 * 60);
  expect(told()).toEqual([]);
  await shop.pass(3 * 60);
  expect(told()).toEqual(['error: shop-api 1.2.0 failed and was rolled back to 1.0.0']);
});

test('an error whose own route is not muted waits for nothing, though what came before it does', async () => {
  await openAtTen({ when: { severity: ['error'] } }, { mute: [evening] });
  await shop.push('1.2.0-crash');
  await shop.pass(2 * 60);
  expect(told()).toContain('error: shop-api 1.2.0 failed and was rolled back to 1.0.0');
});
