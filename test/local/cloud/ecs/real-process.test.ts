import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realClock } from '../../../../local/clock.ts';
import { createProcessEngine } from '../../../../local/engine/process-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

const clock = realClock();
const engine = createProcessEngine({ clock });
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'batuta-image-'));
  await writeFile(
    join(directory, 'main.js'),
    'console.log("hello", process.argv[2], process.env.PASSWORD); process.exit(7);',
  );
});
afterAll(async () => {
  await engine.close();
  await rm(directory, { recursive: true });
});

const LOGS = { 'awslogs-group': '/ecs/app', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'ecs' };

test('RunTask really runs a process: its lines are in the log before the STOPPED event', async () => {
  const image = { digest: `sha256:${'0'.repeat(64)}`, directory, manifest: { entryPoint: ['node', 'main.js'] } };
  const local = localEcs({ clock, engine, images: () => image });
  const { client, logs, taskEvents } = local;
  await client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  await client.send(
    new RegisterTaskDefinitionCommand(
      fargateDefinition('app:1', {
        secrets: [{ name: 'PASSWORD', valueFrom: '/db/password' }],
        logConfiguration: { logDriver: 'awslogs', options: LOGS },
      }),
    ),
  );
  const overrides = { containerOverrides: [{ name: 'app', command: ['a b'] }] };
  const { tasks } = await client.send(
    new RunTaskCommand({ cluster: 'prod', taskDefinition: 'app', overrides, ...FARGATE }),
  );
  await expect.poll(() => taskEvents().at(-1)?.lastStatus, { timeout: 5000 }).toBe('STOPPED');
  expect([...logs.values()]).toEqual([['hello a b value of /db/password']]);
  const found = await client.send(new DescribeTasksCommand({ cluster: 'prod', tasks: [tasks?.[0]?.taskArn ?? ''] }));
  expect(found.tasks?.[0] as Task).toMatchObject({
    stopCode: 'EssentialContainerExited',
    containers: [{ exitCode: 7 }],
  });
});
