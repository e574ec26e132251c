import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { AwsError } from '../../local/cloud/service.ts';
import { openFleet } from '../support/fleet.ts';

let fleet: Awaited<ReturnType<typeof openFleet>>;
afterEach(() => fleet.close());

test('a push for more services than AWS lets register at once fails none of them', async () => {
  const updates: number[] = [];
  fleet = await openFleet({
    configured: 24,
    live: 24,
    desiredCount: 0,
    rateLimits: true,
    faults: { after: (_service, operation) => void (operation === 'UpdateService' && updates.push(fleet.clock.now())) },
  });
  const pushedAt = fleet.clock.now();
  await fleet.push('1.1.0');
  await fleet.pass(20);
  expect((await fleet.deployments()).map(({ state }) => state)).toEqual(Array(24).fill('succeeded'));
  expect(updates.map((at) => (at - pushedAt) / 1000)).toEqual([...Array(20).fill(0), 1, 2, 3, 4]);
  expect(fleet.errors).toEqual([]);
});

test('services that share a family are registered one after the other, each its own revision, though invocations race', async () => {
  let lastMs = 0;
  const crowded =
    'Too many concurrent attempts to create a new revision of the specified family. Please try again later.';
  fleet = await openFleet({
    configured: 5,
    live: 5,
    family: 'shared',
    desiredCount: 0,
    faults: {
      before(_service, operation) {
        if (operation === 'RegisterTaskDefinition' && fleet.clock.now() - lastMs < 400)
          throw new AwsError('ClientException', crowded);
      },
      after: (_service, operation) => {
        if (operation === 'RegisterTaskDefinition') lastMs = fleet.clock.now();
      },
    },
    delivery(event, deliver) {
      deliver();
      if (event['detail-type'] === 'ECR Image Action') deliver();
    },
  });
  await fleet.push('1.1.0');
  await fleet.pass(20);
  const deployments = await fleet.deployments();
  expect(deployments.map(({ state }) => state)).toEqual(Array(5).fill('succeeded'));
  for (const { service, id } of deployments) {
    const { services } = await fleet.ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: [service] }));
    const taskDefinition = services?.[0]?.taskDefinition;
    const { tags } = await fleet.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }));
    expect(tags).toContainEqual({ key: 'batuta:deployment', value: id });
  }
  expect(fleet.errors).toEqual([]);
});
