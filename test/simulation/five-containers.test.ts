import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { fargateDefinition } from '../support/local-ecs.ts';
import { openShop, type Shop } from '../support/shop.ts';

const ours = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const theirs = '999999999999.dkr.ecr.eu-west-1.amazonaws.com';
let shop: Shop;
afterEach(() => shop.close());

test('of five containers those of the repository get the new image, and the sidecars stay byte for byte', async () => {
  shop = await openShop({ behave: () => ({}) });
  const ecs = new ECSClient(shop.aws);
  const mesh = await shop.pushImage('mesh/envoy', '1');
  for (const name of ['mesh/agent', `${theirs}/shop/api`]) await shop.pushImage(name, '1.0.0');
  const containers = [
    { name: 'api', image: `${ours}/shop/api:1.0.0`, essential: true },
    { name: 'envoy', image: `${ours}/mesh/envoy@${mesh.digest}`, essential: false },
    { name: 'worker', image: `${ours}/shop/api:1.0.0`, essential: true, command: ['sh', '-c', ''] },
    { name: 'agent', image: `${ours}/mesh/agent:1.0.0`, essential: false, dockerLabels: { empty: '' } },
    { name: 'partner', image: `${theirs}/shop/api:1.0.0`, essential: false },
  ];
  const role = 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole';
  const definition = { ...fargateDefinition(''), executionRoleArn: role, taskRoleArn: role, family: 'five' };
  await ecs.send(new RegisterTaskDefinitionCommand({ ...definition, containerDefinitions: containers }));
  await ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'shop-api', taskDefinition: 'five' }));
  await shop.pass(60);
  const live = async () => {
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }));
    const taskDefinition = services?.[0]?.taskDefinition;
    const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    return described.taskDefinition?.containerDefinitions ?? [];
  };
  const before = await live();
  const { digest } = await shop.push('1.1.0');
  await shop.pass(130);
  const pinned = `${ours}/shop/api@${digest}`;
  const changed = new Set(['api', 'worker']);
  const expected = before.map((each) => (changed.has(each.name ?? '') ? { ...each, image: pinned } : each));
  expect(await live()).toEqual(expected);
  expect(before.map(({ image }) => image)).toEqual(containers.map(({ image }) => image));
  expect(shop.hooks.map(({ body }) => body.data.title)).toContain('shop-api 1.1.0 is deployed');
});
