import { ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { scheduledTasks } from '../support/scheduled-tasks.ts';
import { createdWith, openShipShop, refusalOf, type ShipShop, sickening } from '../support/ship-shop.ts';
import { nameOfImage } from '../support/shop.ts';

let shop: ShipShop;
afterEach(async () => {
  expect(await shop.unended()).toEqual([]);
  await shop.close();
});

const arnOf = (revision: number) => `arn:aws:ecs:us-east-1:123456789012:task-definition/shop-api:${revision}`;
async function activeRevisions(): Promise<number> {
  const { taskDefinitionArns } = await shop.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'shop-api' }));
  return taskDefinitionArns?.length ?? 0;
}

test.each([
  'ecs:ListClusters',
  'ecs:ListServices',
  'events:ListEventBuses',
  'events:ListRuleNamesByTarget',
  'events:ListTargetsByRule',
  'scheduler:ListSchedules',
  'scheduler:GetSchedule',
  'ecs:DeregisterTaskDefinition',
])('without the right to %s the deployments succeed, no revision goes, and it is said on what', async (action) => {
  shop = await openShipShop();
  const { 'shop-api': spec } = shop.config.services;
  if (!spec) throw new Error('the configuration has no shop-api');
  shop.configure({ ...shop.config, services: { 'shop-api': { ...spec, keepRevisions: 1 } } });
  const tasks = scheduledTasks(shop.aws);
  await tasks.schedule(arnOf(1));
  await tasks.rule({ a: arnOf(2) });
  shop.forbid(action);
  for (const version of ['1.1.0', '1.2.0', '1.3.0', '1.4.0']) await shop.roll(version);
  await shop.pass(250);
  expect(await activeRevisions()).toBe(5);
  expect((await shop.deadLetters()).join('\n')).toMatch(refusalOf(action));
});

test('without the right to ecs:ListServiceDeployments, where only ECS knows what ran well, the push waits for it', async () => {
  // 1.0.0 never becomes healthy, and Batuta has no history of its own.
  shop = await openShipShop({
    create: createdWith({ healthCheck: { command: ['CMD', 'true'] } }),
    behave: (spec) => (nameOfImage(spec).endsWith(':1.0.0') ? {} : sickening(spec)),
  });
  const allow = shop.forbid('ecs:ListServiceDeployments');
  await shop.push('1.1.0');
  await shop.pass(250);
  expect(await shop.deployment('1.1.0')).toBeUndefined();
  expect((await shop.deadLetters()).join('\n')).toMatch(refusalOf('ecs:ListServiceDeployments'));
  allow();
  await shop.pass(120);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
  expect((await shop.live()).service).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: 'COMPLETED' }] });
});
