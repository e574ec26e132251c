import { type RegisterTaskDefinitionCommandInput, TagResourceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, test } from 'vitest';
import { aRevision, createdWith, inProd, openShipShop, type ShipShop } from '../../support/ship-shop.ts';
import type { ShopOptions } from '../../support/shop.ts';

let shop: ShipShop;
const open = async (options: ShopOptions = {}) => {
  shop = await openShipShop(options);
};
afterEach(async () => {
  expect(await shop.unended()).toEqual([]);
  await shop.close();
});
const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';

/** Puts another revision in place, as somebody else would. */
async function replaceBy(definition: RegisterTaskDefinitionCommandInput): Promise<void> {
  const taskDefinition = await shop.register(definition);
  await shop.ecs.send(new UpdateServiceCommand({ ...inProd, taskDefinition }));
  await shop.pass(60);
}

/** On the wire, with what the SDK would drop. */
async function replaceRaw(definition: object): Promise<void> {
  await shop.cloud.dispatcher.handle({
    method: 'POST',
    path: '/',
    headers: {
      'x-amz-target': 'AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition',
      'content-type': 'application/x-amz-json-1.1',
      authorization: 'AWS4-HMAC-SHA256 Credential=root/20261120/us-east-1/ecs/aws4_request, Signature=0',
    },
    body: JSON.stringify(definition),
  });
  await shop.ecs.send(new UpdateServiceCommand({ ...inProd, taskDefinition: 'shop-api' }));
  await shop.pass(60);
}

describe('what is registered', () => {
  test('read-only fields are stripped, and tags, which come only when asked for, carried over', async () => {
    await open();
    const live = (await shop.live()).service?.taskDefinition;
    await shop.ecs.send(new TagResourceCommand({ resourceArn: live, tags: [{ key: 'team', value: '' }] }));
    await shop.roll('1.1.0');
    const [body] = shop.sent('RegisterTaskDefinition');
    const readOnly =
      'taskDefinitionArn revision status requiresAttributes compatibilities registeredAt registeredBy deregisteredAt deleteRequestedAt';
    expect(Object.keys(body ?? {}).filter((key) => readOnly.split(' ').includes(key))).toEqual([]);
    expect(shop.sent('DescribeTaskDefinition')[0]).toMatchObject({ include: ['TAGS'] });
    expect((await shop.live()).tags).toContainEqual({ key: 'team', value: '' });
  });

  test('empty values mean something and are never cleaned: commands, entry points, labels, options, variables', async () => {
    const container = {
      entryPoint: [''],
      command: ['sh', '-c', ''],
      dockerLabels: { empty: '' },
      environment: [{ name: 'EMPTY', value: '' }],
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': '/ecs/shop-api',
          'awslogs-region': 'us-east-1',
          'awslogs-stream-prefix': 'api',
          'awslogs-datetime-format': '',
        },
      },
      mountPoints: [],
    };
    await open();
    await replaceBy(aRevision(container));
    await shop.roll('1.1.0');
    const { image: _, ...registered } = ((await shop.live()).definition?.containerDefinitions ?? [])[0] ?? {};
    expect(registered).toMatchObject(container);
  });

  test('fields that no SDK knows yet survive, in and out', async () => {
    const known = {
      enableFaultInjection: true,
      container: { restartPolicy: { enabled: true }, versionConsistency: 'disabled' },
    };
    await open({ create: createdWith(known.container) });
    const next = aRevision(known.container, { enableFaultInjection: true });
    const raw = {
      ...next,
      futureField: { deep: [''] },
      containerDefinitions: [{ ...next.containerDefinitions?.[0], newKnob: 0 }],
    };
    await replaceRaw(raw);
    await shop.roll('1.1.0');
    const [body] = shop.sent('RegisterTaskDefinition');
    expect(body).toMatchObject({
      enableFaultInjection: true,
      futureField: { deep: [''] },
      containerDefinitions: [{ newKnob: 0, restartPolicy: { enabled: true }, versionConsistency: 'disabled' }],
    });
  });

  test('a digest-pinned sidecar of another repository stays byte for byte', async () => {
    await open();
    await shop.pushImage('shop/api-proxy', '1', 'shop-api:proxy');
    const proxy = await shop.pushImage('shop/proxy', '1', 'shop-api:proxy');
    const sidecar = { name: 'proxy', image: `${registry}/shop/proxy@${proxy.digest}`, essential: false, command: [''] };
    const tagged = { name: 'second', image: `${registry}/shop/api-proxy:1`, essential: false };
    const definition = aRevision({});
    await replaceBy({
      ...definition,
      containerDefinitions: [...(definition.containerDefinitions ?? []), sidecar, tagged],
    });
    const before = (await shop.live()).definition?.containerDefinitions;
    await shop.roll('1.1.0');
    const after = (await shop.live()).definition?.containerDefinitions;
    expect(after?.slice(1)).toEqual(before?.slice(1));
    expect(after?.[0]?.image).toMatch(/shop\/api@sha256:/);
  });

  test('version consistency is by digest: while ECR holds that, its tag may go and the service still scales out', async () => {
    await open();
    const { digest } = await shop.push('1.1.0');
    await shop.pass(60);
    await shop.pushImage('shop/api', 'kept', 'shop-api:1.1.0');
    await shop.deleteImages('1.1.0');
    await shop.ecs.send(new UpdateServiceCommand({ ...inProd, desiredCount: 4 }));
    await shop.pass(120);
    const { service, definition } = await shop.live();
    expect(definition?.containerDefinitions?.[0]?.image).toBe(`${registry}/shop/api@${digest}`);
    expect(service).toMatchObject({ runningCount: 4 });
  });
});
