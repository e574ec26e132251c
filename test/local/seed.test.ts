import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '../../build/configuration.ts';
import { realClock } from '../../local/clock.ts';
import { createCloud } from '../../local/cloud/cloud.ts';
import { createProcessEngine } from '../../local/engine/process-engine.ts';
import { seed } from '../../local/seed.ts';
import type { AwsConnection } from '../../shared/aws/connection.ts';
import { loadLocal } from '../../shared/config/local.ts';
import { countingPlace, fargateDefinition } from '../support/local-ecs.ts';
import { clientConfig } from '../support/sdk.ts';

const config = readConfiguration(fileURLToPath(new URL('../fixtures/system/batuta.yml', import.meta.url)));
const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';

/** Two images of a server whose /health answers 200 in the one, 503 in the other, and everything else 404. */
function images(root: string): void {
  for (const [version, status] of [
    ['good', 200],
    ['sick', 503],
  ]) {
    const folder = join(root, String(version));
    mkdirSync(folder);
    const answer = `answer.writeHead(request.url === '/health' ? ${status} : 404).end()`;
    const server = `require('node:http').createServer((request, answer) => ${answer}).listen(process.env.PORT, '127.0.0.1')`;
    writeFileSync(join(folder, 'main.js'), server);
    writeFileSync(join(folder, 'image.json'), JSON.stringify({ command: ['node', 'main.js'], port: 8080 }));
  }
}

const local = `
images: { web:1: good, web:2: sick }
services:
  web_site: { image: "web:1", cluster: prod, container: web, loadBalancer: { healthPath: /health, interval: 1 } }
`;

async function seeded() {
  const root = mkdtempSync(join(tmpdir(), 'seed-'));
  images(root);
  const loaded = loadLocal(local, join(root, 'batuta.local.yml'));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const clock = realClock();
  const engine = createProcessEngine({ clock });
  const store = join(root, 'store');
  const cloud = createCloud({ place: countingPlace(), clock, engine, imageStore: store, invoke: () => {} });
  onTestFinished(() => cloud.close());
  const aws = clientConfig(cloud.dispatcher) as unknown as AwsConnection;
  await seed(config, loaded.local, { aws, ecr: cloud.ecr, registry, region: 'us-east-1' });
  return { ecs: new ECSClient(aws), elb: new ElasticLoadBalancingV2Client(aws) };
}

test('a service of batuta.local.yml is behind its load balancer, which asks the real process', async () => {
  const { ecs, elb } = await seeded();
  const service = async () => {
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['web_site'] }));
    return services?.[0];
  };
  const states = async () => {
    const TargetGroupArn = (await service())?.loadBalancers?.[0]?.targetGroupArn;
    const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    return TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State);
  };
  await expect
    .poll(async () => (await service())?.deployments?.[0]?.rolloutState, { timeout: 10_000 })
    .toBe('COMPLETED');
  expect(await states()).toEqual(['healthy']);
  await ecs.send(new RegisterTaskDefinitionCommand(sick));
  await ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'web_site', taskDefinition: 'web_site:2' }));
  const stopped = async () => {
    const list = new ListTasksCommand({ cluster: 'prod', serviceName: 'web_site', desiredStatus: 'STOPPED' });
    const { taskArns = [] } = await ecs.send(list);
    if (taskArns.length === 0) return [];
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'prod', tasks: taskArns }));
    return tasks?.map(({ stoppedReason }) => stoppedReason);
  };
  await expect
    .poll(stopped, { timeout: 10_000 })
    .toEqual([
      expect.stringMatching(/^Task failed ELB health checks in \(target-group arn:.*targetgroup\/web-site\/\w+\)$/),
    ]);
  expect((await states())?.[0]).toBe('healthy');
});

const sick = fargateDefinition(
  `${registry}/web:2`,
  { name: 'web', portMappings: [{ containerPort: 8080 }] },
  { family: 'web_site' },
);
