import { DescribeTaskDefinitionCommand, DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobConfig } from '../../shared/config/config.ts';
import { configureLoad, openJobShop } from '../support/job-shop.ts';
import type { Shop } from '../support/shop.ts';

let shop: Shop;
let ecs: ECSClient;
beforeAll(async () => {
  shop = await openJobShop({}, { behave: () => ({ runMs: 600_000 }) });
  ecs = new ECSClient(shop.aws);
});
afterAll(() => shop.close());

const on = (provider: string) => [{ provider, weight: 1, base: 0 }];

/** Starts the job as it then is; its run, and in ECS the task and its definition. */
async function launched(job: Partial<JobConfig>) {
  configureLoad(shop, job);
  const { body } = await shop.api('POST', '/api/jobs/load/runs', { body: {} });
  await shop.pass(10);
  const { run } = (await shop.api('GET', `/api/runs/${body.run.id}`)).body;
  const taskArn = run.attempts?.at(-1)?.taskArn;
  if (taskArn === undefined) return { run };
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'prod', tasks: [taskArn] }));
  const taskDefinition = tasks?.[0]?.taskDefinitionArn;
  const found = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  await shop.api('POST', `/api/runs/${run.id}/stop`, { body: {} });
  return { run, task: tasks?.[0], definition: found.taskDefinition };
}

test('a task has the size, storage, architecture, stop timeout, network and capacity that batuta.yml says', async () => {
  const network = { subnets: ['subnet-9'], securityGroups: ['sg-9'], assignPublicIp: true };
  const size = { cpu: 1024, memoryMiB: 4096, storageGiB: 50, architecture: 'arm64', stopTimeoutSeconds: 90 } as const;
  const { task, definition } = await launched({ ...size, network, capacity: { strategy: on('FARGATE_SPOT') } });
  expect(definition).toMatchObject({
    cpu: '1024',
    memory: '4096',
    ephemeralStorage: { sizeInGiB: 50 },
    runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: [{ stopTimeout: 90 }],
  });
  expect(task).toMatchObject({
    capacityProviderName: 'FARGATE_SPOT',
    launchType: 'FARGATE',
    cpu: '1024',
    memory: '4096',
  });
  expect(JSON.stringify(task?.attachments)).toContain('subnet-9');
});

test('a role that is not in taskRoles is not passed, whatever a job says: no task, and the run says why', async () => {
  const { run } = await launched({ taskRoleArn: 'arn:aws:iam::123456789012:role/admin' });
  expect(run).toMatchObject({
    state: 'failed',
    outcome: { cause: expect.stringMatching(/iam:PassRole.*role\/admin/s) },
  });
});

test('a provider that the cluster does not have fails the run, and names it', async () => {
  const { run } = await launched({ capacity: { strategy: on('gpu') } });
  expect(run).toMatchObject({ state: 'failed', outcome: { cause: expect.stringContaining('gpu') } });
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'prod', desiredStatus: 'RUNNING' }));
  expect(taskArns).toEqual([]);
});
