import {
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import type { ServiceConfig } from '../../shared/config/config.ts';
import type { Deployment } from '../../shared/deploy/deployment.ts';
import { fargateDefinition } from '../support/local-ecs.ts';
import { nameOfImage, openShop, type Shop, type ShopOptions } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const titles = () => shop.hooks.map(({ body }) => body.data.title);
const service = { cluster: 'prod', service: 'shop-api' };

/** What terraform apply does: another revision of its own, in place of ours. */
async function apply(image: string): Promise<void> {
  const ecs = new ECSClient(shop.aws);
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...fargateDefinition(`${registry}/${image}`, { name: 'api' }),
      family: 'shop-api',
      executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    }),
  );
  await ecs.send(new UpdateServiceCommand({ ...service, taskDefinition: 'shop-api' }));
}

async function live(): Promise<string> {
  const { services } = await new ECSClient(shop.aws).send(
    new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }),
  );
  return services?.[0]?.taskDefinition?.split('/')[1] ?? '';
}

function configure(parts: Partial<ServiceConfig>): void {
  const { 'shop-api': spec } = shop.config.services;
  if (!spec) throw new Error('there is no service shop-api');
  shop.configure({ ...shop.config, services: { 'shop-api': { ...spec, ...parts } } });
}

async function openDeployed(drift: 'tell' | 'restore', options: ShopOptions = {}): Promise<void> {
  shop = await openShop(options);
  configure({ drift });
  await shop.push('1.1.0');
  await shop.pass(30);
}

test("somebody's apply is told once, and left alone", async () => {
  await openDeployed('tell');
  await shop.push('0.9.0');
  await apply('shop/api:0.9.0');
  await shop.pass(25 * 60);
  expect(titles()).toEqual([
    'shop-api 1.1.0 is deployed',
    'shop-api: somebody else put shop-api:3 in the place of 1.1.0',
  ]);
  expect(shop.hooks.at(-1)?.body.data.text).toMatch(/containers\.api\.image: .* → .*shop\/api:0\.9\.0/);
  expect(await live()).toBe('shop-api:3');
  expect(shop.errors).toEqual([]);
});

test("with drift: restore somebody's apply is told and undone", async () => {
  await openDeployed('restore');
  await shop.push('0.9.0');
  await apply('shop/api:0.9.0');
  await shop.pass(120);
  expect(titles()).toEqual([
    'shop-api 1.1.0 is deployed',
    'shop-api: somebody else put shop-api:3 in the place of 1.1.0',
    'shop-api 1.1.0 is put back',
  ]);
  expect(await live()).toBe('shop-api:4');
  expect(shop.errors).toEqual([]);
});

test.each([
  ['restore', 'shop-api:4'],
  ['tell', 'shop-api:3'],
] as const)(
  'with drift: %s, while a deployment waits nothing is put back; once it is rejected %s runs',
  async (drift, runs) => {
    await openDeployed(drift);
    configure({ drift, hold: { freeze: [], approval: { expiresMs: 86_400_000 } } });
    await shop.push('1.2.0');
    await shop.pass(10);
    await shop.push('0.9.0');
    await apply('shop/api:0.9.0');
    await shop.pass(20 * 60);
    expect(await live()).toBe('shop-api:3');
    const token = await shop.token('ann', 'deployer');
    const [held] = (await shop.api('GET', '/api/deployments', { token })).body.deployments.filter(
      ({ state }: Deployment) => state === 'held',
    );
    await shop.api('POST', `/api/deployments/${held.id}/reject`, { token, body: {} });
    await shop.pass(20 * 60);
    expect(await live()).toBe(runs);
    expect(titles()).toEqual([
      'shop-api 1.1.0 is deployed',
      'shop-api 1.2.0 waits for approval',
      'shop-api: somebody else put shop-api:3 in the place of 1.1.0',
      'shop-api 1.2.0 is not deployed',
      ...(drift === 'restore' ? ['shop-api 1.1.0 is put back'] : []),
    ]);
  },
);

test('a failed rollout is known within five seconds of the third crash, by events alone', async () => {
  const behave: ShopOptions['behave'] = (spec) =>
    nameOfImage(spec).endsWith('-crash') ? { runMs: 300, exitCode: 1 } : {};
  const noSweep: ShopOptions['delivery'] = ({ 'detail-type': type }, deliver) =>
    type === 'Scheduled Event' ? undefined : deliver();
  await openDeployed('tell', { behave, delivery: noSweep });
  await shop.push('1.2.0-crash');
  await shop.pass(60);
  const token = await shop.token('ann', 'viewer');
  const { body } = await shop.api('GET', '/api/deployments?service=shop-api&limit=1', { token });
  const { id } = body.deployments[0];
  const item = await shop.table.get({ pk: `deployment#${id}`, sk: 'deployment' });
  if (!item) throw new Error(`there is no deployment ${id}`);
  const { crashes, rollback, state } = item.value as Deployment;
  expect(state).toBe('rolled-back');
  const third = Object.values(crashes)
    .map(({ stoppedAt }) => stoppedAt)
    .sort((a, b) => a - b)[2];
  expect((rollback?.intendedAt ?? Number.POSITIVE_INFINITY) - (third ?? 0)).toBeLessThan(5000);
});
