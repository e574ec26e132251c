import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '../../build/configuration.ts';
import { virtualClock } from '../../local/clock.ts';
import { createCloud } from '../../local/cloud/cloud.ts';
import type { ImageManifest } from '../../local/cloud/service.ts';
import { seed } from '../../local/seed.ts';
import type { AwsConnection } from '../../shared/aws/connection.ts';
import type { Config } from '../../shared/config/config.ts';
import { loadLocal } from '../../shared/config/local.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { countingPlace, FARGATE, fargateDefinition } from '../support/local-ecs.ts';
import { clientConfig } from '../support/sdk.ts';

const config = readConfiguration(fileURLToPath(new URL('../fixtures/system/batuta.yml', import.meta.url)));
const theirs = '222222222222.dkr.ecr.eu-west-1.amazonaws.com';

/** A cloud with what this batuta.local.yml says; `web` is a folder with `manifest`. */
async function seeded(yaml: string, manifest: ImageManifest = {}, using: Config = config) {
  const root = mkdtempSync(join(tmpdir(), 'registry-'));
  mkdirSync(join(root, 'web'));
  writeFileSync(join(root, 'web', 'image.json'), JSON.stringify(manifest));
  const loaded = loadLocal(yaml, join(root, 'batuta.local.yml'));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const clock = virtualClock();
  const engine = createFakeEngine(clock, () => ({}));
  const store = join(root, 'store');
  const cloud = createCloud({ place: countingPlace(), clock, engine, imageStore: store, invoke: () => {} });
  onTestFinished(() => cloud.close());
  const aws = clientConfig(cloud.dispatcher) as unknown as AwsConnection;
  const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
  await seed(using, loaded.local, { aws, ecr: cloud.ecr, registry, region: 'us-east-1' });
  await clock.advance(1000);
  const ecs = new ECSClient(aws);
  return {
    clock,
    ecs,
    ecr: new ECRClient(aws as object),
    async task() {
      const list = new ListTasksCommand({ cluster: 'prod' });
      const stopped = new ListTasksCommand({ cluster: 'prod', desiredStatus: 'STOPPED' });
      const found = await Promise.all([ecs.send(list), ecs.send(stopped)]);
      const tasks = found.flatMap(({ taskArns = [] }) => taskArns);
      return (await ecs.send(new DescribeTasksCommand({ cluster: 'prod', tasks }))).tasks?.[0];
    },
  };
}

test('a service of batuta.local.yml can run an image of another account and region', async () => {
  const image = `${theirs}/team/web:1`;
  const { ecr, task } = await seeded(`
images: { ${image}: web }
services: { web: { image: "${image}", cluster: prod } }
`);
  expect(await task()).toMatchObject({ lastStatus: 'RUNNING', containers: [{ image }] });
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
  expect(repositories?.map(({ repositoryName }) => repositoryName)).toEqual(['shop/api']);
});

async function runOn(cpuArchitecture: 'ARM64' | 'X86_64', manifest: ImageManifest) {
  const { clock, ecs, task } = await seeded('images: { team/web:1: web }', manifest);
  const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web:1';
  const runtimePlatform = { cpuArchitecture };
  await ecs.send(new RegisterTaskDefinitionCommand({ ...fargateDefinition(image), runtimePlatform }));
  await ecs.send(new RunTaskCommand({ cluster: 'prod', taskDefinition: 'app', ...FARGATE }));
  await clock.advance(1000);
  return task();
}

test('a task of another architecture than the image’s cannot pull it', async () => {
  expect((await runOn('ARM64', {}))?.stoppedReason).toMatch(/^CannotPullContainerError: .*platform 'linux\/arm64'/);
});

test('a task pulls its architecture’s image of an index', async () => {
  const task = await runOn('ARM64', { platforms: ['linux/amd64', 'linux/arm64'] });
  expect(task).toMatchObject({ lastStatus: 'RUNNING' });
});

test('the repository of a service that holds for a scan is scanned on push', async () => {
  const service = config.services['shop-api'];
  if (!service) throw new Error('the fixture has no shop-api');
  const holding = {
    ...config,
    services: {
      'shop-api': {
        ...service,
        hold: { ...service.hold, scan: { severity: 'HIGH' as const, tellAfterMs: 1, expiresMs: 2 } },
      },
    },
  };
  const scanOnPush = async (using: Config) => {
    const { repositories } = await (await seeded('{}', {}, using)).ecr.send(new DescribeRepositoriesCommand({}));
    return repositories?.map(({ imageScanningConfiguration }) => imageScanningConfiguration?.scanOnPush);
  };
  expect(await scanOnPush(config)).toEqual([false]);
  expect(await scanOnPush(holding)).toEqual([true]);
});
