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
import { createLogs } from '../../../../local/cloud/logs/logs.ts';
import { createProcessEngine } from '../../../../local/engine/process-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

const clock = realClock();
const engine = createProcessEngine({ clock, memoryEveryMs: 50 });
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

/** A task of one shell script that writes to `/ecs/app`, once it is STOPPED. */
async function ranScript(script: string, container: object = {}, ports: Parameters<typeof localEcs>[0]['ports'] = {}) {
  const manifest = { entryPoint: ['sh', '-c', script] };
  const image = { digest: `sha256:${'0'.repeat(64)}`, directory, manifest };
  const { client, taskEvents } = localEcs({ clock, engine, images: () => image, ports });
  const logConfiguration = { logDriver: 'awslogs' as const, options: LOGS };
  await client.send(new CreateClusterCommand({}));
  await client.send(new RegisterTaskDefinitionCommand(fargateDefinition('app:1', { logConfiguration, ...container })));
  const { tasks } = await client.send(new RunTaskCommand({ taskDefinition: 'app', ...FARGATE }));
  await expect.poll(() => taskEvents().at(-1)?.lastStatus, { timeout: 8000 }).toBe('STOPPED');
  const found = await client.send(new DescribeTasksCommand({ tasks: [tasks?.[0]?.taskArn ?? ''] }));
  return found.tasks?.[0];
}

function cloudWatch() {
  const place = { account: '123456789012', region: 'us-east-1', newHexId: () => '', newUuid: () => '' };
  const logs = createLogs({ place, clock, invoke: () => {} });
  logs.createGroup('/ecs/app');
  let events = 0;
  let bytes = 0;
  const put: typeof logs.put = (group, stream, lines) => {
    events += lines.length;
    for (const line of lines) bytes += typeof line === 'string' ? line.length : line.message.length;
    logs.put(group, stream, lines);
  };
  return { put, counts: () => ({ events, bytes }) };
}

test('100 MB in one line are 401 events in CloudWatch', async () => {
  const { put, counts } = cloudWatch();
  const task = await ranScript("head -c 104857600 /dev/zero | tr '\\0' x", {}, { logs: { put } });
  expect(task?.containers).toMatchObject([{ exitCode: 0 }]);
  expect(counts()).toEqual({ events: Math.ceil(104_857_600 / 262_118), bytes: 104_857_600 });
});

test('a script that forks and exits ends its task', async () => {
  const task = await ranScript('sleep 300 & exit 4');
  expect(task).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: 4 }] });
});

test.runIf(process.platform === 'linux')(
  'a container with more memory than its definition allows is out of memory',
  async () => {
    const grow = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(16 << 20, 1)), 5)';
    const task = await ranScript(`exec node -e '${grow}'`, { memory: 128 });
    expect(task?.containers).toMatchObject([
      { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
    ]);
  },
);
