import { CreateServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { readTaskDefinition, writeTaskDefinition } from '../../shared/aws/raw-task-definition.ts';
import type { RawTaskDefinition } from '../../shared/deploy/revision.ts';
import { openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

/** What ECS adds when it registers. */
const added = /^(taskDefinitionArn|revision|status|requiresAttributes|compatibilities|registeredAt|registeredBy)$/;
const without = (raw: RawTaskDefinition, fields: RegExp) =>
  Object.fromEntries(Object.entries(raw).filter(([field]) => !fields.test(field)));

async function openWith(tags: RawTaskDefinition[]) {
  shop = await openShop({
    async create(aws, image) {
      const ecs = new ECSClient(aws);
      const containerDefinitions = [{ ...api, image }, sidecar];
      await writeTaskDefinition(ecs, { ...definition, containerDefinitions, tags });
      const service = { cluster: 'prod', serviceName: 'shop-api', taskDefinition: 'shop-api', desiredCount: 1 };
      await ecs.send(
        new CreateServiceCommand({
          ...service,
          launchType: 'EC2',
          deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
        }),
      );
    },
  });
}

/** A task definition of a year from now. */
const definition = {
  family: 'shop-api',
  networkMode: 'bridge',
  requiresCompatibilities: ['EC2'],
  volumes: [],
  executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
  quietHours: { from: 22, days: [''] },
  runtimePlatform: { firmware: 'uefi' },
};
const api = {
  name: 'api',
  cpu: 0,
  memoryReservation: 64,
  essential: true,
  entryPoint: [''],
  command: ['sh', '-c', ''],
  environment: [{ name: 'EMPTY', value: '', source: null }],
  environmentFiles: [],
  dockerLabels: { empty: '' },
  portMappings: [{ containerPort: 8080, hostPort: 80, sidePort: 81 }],
  warmStart: { seconds: 0, layers: [] },
};
const sidecar = {
  name: 'envoy',
  image: `999999999999.dkr.ecr.us-east-1.amazonaws.com/mesh/envoy@sha256:${'c'.repeat(64)}`,
  essential: false,
  memoryReservation: 32,
  links: [],
};

/** Revisions 1 and 2 as they are on the wire, without what ECS adds, and the two images. */
async function bothRevisions() {
  const ecs = new ECSClient(shop.aws);
  const read = async (revision: number) => {
    const { definition, tags } = await readTaskDefinition(ecs, `shop-api:${revision}`);
    const [api, ...others] = definition.containerDefinitions as RawTaskDefinition[];
    const rest = { ...without(definition, added), containerDefinitions: [without(api ?? {}, /^image$/), ...others] };
    return { image: api?.image, json: JSON.stringify(rest), tags };
  };
  return [await read(1), await read(2)] as const;
}

test('fields that no SDK knows and values that are empty survive the copy; tags are kept and ours added', async () => {
  await openWith([
    { key: 'team', value: '' },
    { key: 'batuta:tag', value: '0.9.0' },
  ]);
  const { digest } = await shop.push('1.1.0');
  await shop.pass(10);
  const [before, after] = await bothRevisions();
  expect(before.json).toContain('"quietHours":{"from":22,"days":[""]}');
  expect(before.json).toContain('"warmStart":{"seconds":0,"layers":[]}');
  expect(before.json).toContain('"source":null');
  expect(after.json).toBe(before.json);
  expect(after.tags).toEqual([
    { key: 'team', value: '' },
    { key: 'batuta:tag', value: '1.1.0' },
    { key: 'batuta:digest', value: digest },
    { key: 'batuta:deployment', value: expect.stringMatching(/^d/) },
  ]);
});
