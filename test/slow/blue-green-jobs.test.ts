import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { createdWith, openShipShop } from '../support/ship-shop.ts';
import { nameOfImage } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/ship/batuta.yml', import.meta.url));
let shop: Awaited<ReturnType<typeof openShipShop>>;
afterEach(() => shop.close());

test('a job after a blue/green rollout runs once its bake time is over, and its failure takes the service back', async () => {
  const deploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 3 } as const;
  shop = await openShipShop({
    configFile,
    create: createdWith({}, { deploymentConfiguration }),
    behave: (spec) => {
      if (nameOfImage(spec) === 'toolbox') return { runMs: 3000, exitCode: 3 };
      return spec.command?.includes('migrate') ? { runMs: 3000, exitCode: 0 } : {};
    },
  });
  await shop.push('1.1.0');
  await shop.pass(120);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'rolling', runs: { after: [] } });
  await shop.pass(15 * 60);
  const deployment = await shop.deployment('1.1.0');
  expect(deployment).toMatchObject({ state: 'rolled-back', runs: { after: [{ job: 'smoke' }] } });
  expect(deployment?.outcome?.reason).toMatch(/^the after job smoke failed/);
  const { service } = await shop.live();
  expect(service?.taskDefinition).toMatch(/shop-api:1$/);
  expect(service?.deploymentConfiguration).toMatchObject(deploymentConfiguration);
  expect(shop.errors).toEqual([]);
});
