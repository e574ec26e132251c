import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createEcr } from '../../../../local/cloud/ecr/ecr.ts';
import { createProcessEngine } from '../../../../local/engine/process-engine.ts';
import { countingPlace, FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';
import { clientConfig } from '../../../support/sdk.ts';

const clock = realClock();
const engine = createProcessEngine({ clock });
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batuta-service-'));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

async function image(version: string): Promise<string> {
  const directory = join(folder, version);
  await mkdir(directory);
  const server = `require('node:http').createServer((_, answer) => answer.end('${version}')).listen(process.env.PORT, '127.0.0.1')`;
  await writeFile(join(directory, 'main.js'), server);
  await writeFile(join(directory, 'image.json'), JSON.stringify({ entryPoint: ['node', 'main.js'], port: 8080 }));
  return directory;
}

test('a pushed image serves on its port, and the next one takes over', async () => {
  const ecr = createEcr({ place: countingPlace(), clock, emit: () => {}, storeDirectory: join(folder, 'store') });
  await new ECRClient(clientConfig(createDispatcher([ecr]))).send(
    new CreateRepositoryCommand({ repositoryName: 'api' }),
  );
  const { client, ecs } = localEcs({ clock, engine, images: ecr.resolve, ports: { timing: { healthyAfter: 150 } } });
  await client.send(new CreateClusterCommand({}));
  for (const version of ['1.0.0', '1.1.0']) {
    const { imageUri } = await ecr.readAndPush('api', version, await image(version));
    await client.send(new RegisterTaskDefinitionCommand(fargateDefinition(imageUri)));
  }
  const answer = async () => {
    const { taskArns = [] } = await client.send(new ListTasksCommand({ serviceName: 'api' }));
    const { tasks } = await client.send(new DescribeTasksCommand({ tasks: taskArns }));
    const port = tasks?.[0]?.containers?.[0]?.networkBindings?.[0]?.hostPort;
    return (await fetch(`http://127.0.0.1:${port}`)).text();
  };
  const rollout = async () => {
    const { services } = await client.send(new DescribeServicesCommand({ services: ['api'] }));
    const [service] = services ?? [];
    return service?.deployments?.map(
      ({ rolloutState, taskDefinition }) => `${taskDefinition?.split('/')[1]} ${rolloutState}`,
    );
  };
  await client.send(
    new CreateServiceCommand({ serviceName: 'api', taskDefinition: 'app:1', desiredCount: 1, ...FARGATE }),
  );
  await expect.poll(rollout, { timeout: 5000 }).toEqual(['app:1 COMPLETED']);
  await expect.poll(answer).toBe('1.0.0');
  await client.send(new UpdateServiceCommand({ service: 'api', taskDefinition: 'app:2' }));
  expect(await rollout()).toEqual(['app:2 IN_PROGRESS', 'app:1 COMPLETED']);
  await expect.poll(rollout, { timeout: 5000 }).toEqual(['app:2 COMPLETED']);
  await expect.poll(answer).toBe('1.1.0');
  await ecs.close();
});
