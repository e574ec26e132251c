import { fileURLToPath } from 'node:url';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { AwsError } from '../../local/cloud/service.ts';
import type { ServicePointer } from '../../shared/deploy/pointer.ts';
import { FARGATE, fargateDefinition } from '../support/local-ecs.ts';
import { scheduledTasks } from '../support/scheduled-tasks.ts';
import { openShop, type Shop, type ShopOptions } from '../support/shop.ts';

const allKinds = fileURLToPath(new URL('../fixtures/all-kinds/batuta.yml', import.meta.url));

let shop: Shop;
afterEach(() => shop.close());

async function open(options: ShopOptions = {}) {
  shop = await openShop(options);
  const { 'shop-api': spec } = shop.config.services;
  if (!spec) throw new Error('no service shop-api');
  shop.configure({ ...shop.config, services: { 'shop-api': { ...spec, keepRevisions: 1 } } });
  return scheduledTasks(shop.aws);
}

/** Deploys 1.1.0 to 1.LAST.0: revisions 2 to LAST + 1. */
async function deployUpTo(last: number): Promise<void> {
  for (let minor = 1; minor <= last; minor++) {
    await shop.push(`1.${minor}.0`);
    await shop.pass(20);
  }
}

async function activeRevisions({ ecs }: ReturnType<typeof scheduledTasks>, familyPrefix = 'shop-api') {
  const { taskDefinitionArns = [] } = await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix }));
  return taskDefinitionArns.map((arn) => Number(arn.split(':').at(-1)));
}

const arnOf = (revision: number) => `arn:aws:ecs:us-east-1:123456789012:task-definition/shop-api:${revision}`;
const pointer = async () =>
  (await shop.table.get({ pk: 'service#shop-api', sk: 'pointer' }))?.pointer as ServicePointer;

test('after successes, the oldest revisions of ours beyond those to keep are deregistered, a few at a time', async () => {
  const tasks = await open();
  await deployUpTo(6);
  const counts = [7];
  for (let minute = 0; minute < 11; minute++) {
    await shop.pass(60);
    counts.push((await activeRevisions(tasks)).length);
  }
  // 1 was not ours; 7 is live; 6 is kept.
  expect(await activeRevisions(tasks)).toEqual([1, 6, 7]);
  const gone = counts.slice(1).map((count, index) => (counts[index] ?? 0) - count);
  expect(gone.filter((count) => count > 0)).toEqual([3, 1]);
  expect((await pointer()).revisions).toEqual(['shop-api:6', 'shop-api:7']);
  expect(shop.errors).toEqual([]);
});

test('a revision that another service, a task, a rule or a schedule uses stays', async () => {
  const tasks = await open({
    // Asked for twice at once, which does no harm.
    delivery(event, deliver) {
      deliver();
      if (event['detail-type'] === 'Deployment Work Left') deliver();
    },
  });
  await deployUpTo(7);
  const { ecs } = tasks;
  await ecs.send(new CreateClusterCommand({ clusterName: 'other' }));
  const place = { cluster: 'other', ...FARGATE };
  await ecs.send(
    new CreateServiceCommand({ serviceName: 'copy', taskDefinition: arnOf(2), desiredCount: 0, ...place }),
  );
  await ecs.send(new RunTaskCommand({ taskDefinition: arnOf(3), ...place }));
  await tasks.rule({ a: arnOf(4) });
  await tasks.schedule(arnOf(5));
  await shop.pass(6 * 60);
  expect(await activeRevisions(tasks)).toEqual([1, 2, 3, 4, 5, 7, 8]);
});

test('where anything cannot be looked at, nothing is deregistered, and it is said', async () => {
  const refused = new AwsError('AccessDeniedException', 'not authorized to perform: events:ListRuleNamesByTarget');
  const tasks = await open({
    faults: {
      before(_service, operation) {
        if (operation === 'ListRuleNamesByTarget') throw refused;
      },
    },
  });
  await deployUpTo(5);
  await shop.pass(15 * 60);
  expect(await activeRevisions(tasks)).toEqual([1, 2, 3, 4, 5, 6]);
  const said = shop.errors.map(({ errorMessage }) => errorMessage);
  // One look and Lambda's two more tries, not one each sweep.
  expect(said).toEqual(Array(3).fill(expect.stringContaining('events:ListRuleNamesByTarget')));
});

test('a revision that somebody registered after ours is left alone, and so is one that lost our tag', async () => {
  const tasks = await open();
  await deployUpTo(4);
  await tasks.ecs.send(new RegisterTaskDefinitionCommand({ ...fargateDefinition('x'), family: 'shop-api' }));
  await tasks.ecs.send(new UntagResourceCommand({ resourceArn: arnOf(2), tagKeys: ['batuta:deployment'] }));
  await shop.pass(6 * 60);
  expect(await activeRevisions(tasks)).toEqual([1, 2, 4, 5, 6]);
});

test('what was registered for a rule or schedule of somebody else goes in the same way', async () => {
  shop = await openShop({ configFile: allKinds });
  const scheduled = Object.entries(shop.config.scheduledTasks).map(([name, spec]) => [
    name,
    { ...spec, keepRevisions: 1 },
  ]);
  shop.configure({ ...shop.config, scheduledTasks: Object.fromEntries(scheduled) });
  const tasks = scheduledTasks(shop.aws);
  await tasks.rule({ a: await tasks.define('nightly') });
  await tasks.schedule(await tasks.define('weekly'));
  for (const version of ['1.1.0', '1.2.0', '1.3.0']) {
    await shop.pushImage('shop/batch', version);
    await shop.pass(20);
  }
  await shop.pass(6 * 60);
  for (const family of ['nightly', 'weekly']) expect(await activeRevisions(tasks, family)).toEqual([1, 3, 4]);
});
