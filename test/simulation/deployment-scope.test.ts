import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import type { CloudRequest } from '../../local/cloud/dispatcher.ts';
import { nameOfImage, openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

const updates: Record<string, unknown>[] = [];
function noteUpdates({ headers, body }: CloudRequest): undefined {
  if (headers['x-amz-target']?.endsWith('.UpdateService')) updates.push(JSON.parse(body));
}

async function look() {
  const ecs = new ECSClient(shop.aws);
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'], include: ['TAGS'] }),
  );
  const { desiredCount, deploymentConfiguration, loadBalancers, networkConfiguration, tags } = services?.[0] ?? {};
  const taskDefinition = services?.[0]?.taskDefinition ?? '';
  const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }));
  const {
    containerDefinitions = [],
    taskDefinitionArn: _,
    revision: __,
    registeredAt: ___,
    registeredBy: ____,
    ...definition
  } = described.taskDefinition ?? {};
  return {
    taskDefinition,
    service: { desiredCount, deploymentConfiguration, loadBalancers, networkConfiguration, tags },
    definition: { ...definition, containers: containerDefinitions.map(({ image: _image, ...rest }) => rest) },
    tags: (described.tags ?? []).filter(({ key }) => !key?.startsWith('batuta:')),
  };
}

test.each([
  ['a deployment', '1.1.0', 1],
  ['a deployment and its way back', '1.2.0-crash', 2],
])('%s names the revision and nothing else, also while autoscaling counts', async (_what, version, calls) => {
  shop = await openShop({
    intercept: noteUpdates,
    behave: (spec) => (nameOfImage(spec).endsWith('-crash') ? { runMs: 300, exitCode: 1 } : {}),
  });
  const before = await look();
  await shop.push(version);
  await shop.pass(1);
  const scaled = { cluster: 'prod', service: 'shop-api', desiredCount: 5 };
  await new ECSClient(shop.aws).send(new UpdateServiceCommand(scaled));
  await shop.pass(300);
  const ours = updates.splice(0).filter(({ desiredCount }) => desiredCount === undefined);
  expect(ours).toHaveLength(calls);
  for (const input of ours)
    expect(input).toEqual({ cluster: 'prod', service: 'shop-api', taskDefinition: expect.any(String) });
  const { taskDefinition, ...after } = await look();
  expect(taskDefinition === before.taskDefinition).toBe(calls === 2);
  const { taskDefinition: _before, ...expected } = before;
  expect(after).toEqual({ ...expected, service: { ...expected.service, desiredCount: 5 } });
});
