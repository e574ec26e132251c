import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateServiceCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { Deployment } from '../../shared/deploy/deployment.ts';
import { openShop, type ShopOptions } from './shop.ts';

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const executionRoleArn = 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole';

export interface FleetOptions extends Omit<ShopOptions, 'configFile' | 'service'> {
  /** Services in batuta.yml. */
  configured: number;
  /** The last so many of them are in ECS, of the repository shop/api that is pushed to; the others are of others. */
  live: number;
  desiredCount?: number;
  /** One that all live services share; by default each has its own. */
  family?: string;
}

const nameOf = (index: number) => `shop-${String(index).padStart(4, '0')}`;

function configuration({ configured, live }: FleetOptions): string {
  const services = Array.from({ length: configured }, (_, index) => {
    const repository = index >= configured - live ? 'shop/api' : `other/r${index % 10}`;
    return `  ${nameOf(index)}: { image: { repository: ${repository}, tags: "semver:>=1.0.0" } }`;
  });
  const head = ['cluster: prod', `passRoles: [${executionRoleArn}]`, 'services:'];
  return `${[...head, ...services].join('\n')}\njobs: {}\n`;
}

async function createService(ecs: ECSClient, name: string, family: string, desiredCount: number): Promise<void> {
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn,
      containerDefinitions: [{ name: 'api', image: `${registry}/shop/api:1.0.0` }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'prod',
      serviceName: name,
      taskDefinition: family,
      desiredCount,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    }),
  );
}

/** The whole system with many services, steady on shop/api 1.0.0; close it. */
export async function openFleet(options: FleetOptions) {
  const { configured, live, desiredCount = 1, family, ...rest } = options;
  const folder = mkdtempSync(join(tmpdir(), 'batuta-fleet-'));
  const configFile = join(folder, 'batuta.yml');
  writeFileSync(configFile, configuration(options));
  const shop = await openShop({ ...rest, configFile });
  const ecs = new ECSClient(shop.aws);
  const names = Array.from({ length: live }, (_, index) => nameOf(configured - live + index));
  for (const name of names) await createService(ecs, name, family ?? name, desiredCount);
  // Until all are steady, and a sweep has adopted what runs.
  await shop.pass(150);
  return {
    ...shop,
    ecs,
    names,
    /** Of all live services, in no order. */
    async deployments(): Promise<Deployment[]> {
      const pages = await Promise.all(names.map((name) => shop.table.query({ index: 'gsi2', pk: `service#${name}` })));
      return pages.flatMap(({ items }) => items.map(({ value }) => value as Deployment));
    },
    async close() {
      await shop.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
