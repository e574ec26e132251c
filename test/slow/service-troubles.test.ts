import { fileURLToPath } from 'node:url';
import { ECSClient, ListTasksCommand, StopTaskCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import { nameOfImage, openShop, type Shop, type ShopOptions } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

const minute = 60;
const titles = () => shop.hooks.map(({ body }) => body.data.title);
const lastText = () => shop.hooks.at(-1)?.body.data.text ?? '';
const ecs = () => new ECSClient(shop.aws);

/** The shop whose service runs well; `sick` says what its containers do from then on. */
async function openWell(options: ShopOptions = {}) {
  const sick = { exitCode: undefined as number | undefined, runMs: 20_000, lines: [] as string[] };
  shop = await openShop({
    behave: (spec) => {
      if (!nameOfImage(spec).startsWith('shop-api') || sick.exitCode === undefined) return {};
      return { runMs: sick.runMs, exitCode: sick.exitCode, lines: sick.lines };
    },
    ...options,
  });
  await shop.pass(minute);
  return sick;
}
const killAll = async () => {
  const { taskArns = [] } = await ecs().send(new ListTasksCommand({ cluster: 'prod', serviceName: 'shop-api' }));
  for (const arn of taskArns) shop.cloud.ecs.disruptions.outOfMemory(arn);
};

test('a service whose tasks keep dying is told once, then folded, and once when it is well', async () => {
  const sick = await openWell();
  Object.assign(sick, { exitCode: 1, runMs: 40_000 });
  await killAll();
  await shop.pass(12 * minute);
  sick.exitCode = undefined;
  // Ten minutes without a death end it, and its end waits for fifteen more.
  await shop.pass(31 * minute);
  expect(titles()).toEqual([
    'shop-api keeps crashing',
    expect.stringMatching(/^shop-api keeps crashing: \d+ more times in 1\d min$/),
    expect.stringMatching(/^shop-api is well again, after \d+ min/),
  ]);
  const text = shop.hooks[0]?.body.data.text;
  expect(text).toMatch(/Times: 3\nCluster: prod\nTasks: \d of 2 run\nDied first: 3 tasks within/);
  expect(text).toContain('Revision: shop-api:1 (1.0.0)');
  expect(shop.errors).toEqual([]);
});

test('two tasks that die, scaling and people are no crash loop', async () => {
  await openWell();
  await killAll();
  await shop.pass(12 * minute);
  const { taskArns = [] } = await ecs().send(new ListTasksCommand({ cluster: 'prod', serviceName: 'shop-api' }));
  for (const task of taskArns) await ecs().send(new StopTaskCommand({ cluster: 'prod', task, reason: 'to see' }));
  await shop.pass(minute);
  await ecs().send(new UpdateServiceCommand({ cluster: 'prod', service: 'shop-api', desiredCount: 6 }));
  await shop.pass(minute);
  await ecs().send(new UpdateServiceCommand({ cluster: 'prod', service: 'shop-api', desiredCount: 1 }));
  await shop.pass(15 * minute);
  expect(titles()).toEqual([]);
});

test('a deployment that succeeds in spite of tasks that died is all that is told', async () => {
  let starts = 0;
  shop = await openShop({
    behave: (spec) => {
      if (nameOfImage(spec) !== 'shop-api:1.1.0') return {};
      starts += 1;
      return starts <= 2 ? { runMs: 5_000, exitCode: 1 } : {};
    },
  });
  await shop.push('1.1.0');
  await shop.pass(20 * minute);
  expect(titles()).toEqual(['shop-api 1.1.0 is deployed']);
  expect(starts).toBeGreaterThan(3);
});

test('a deployment that fails is told by itself, and not as a crash loop besides', async () => {
  shop = await openShop({
    behave: (spec) => (nameOfImage(spec).endsWith('-crash') ? { runMs: 300, exitCode: 1 } : {}),
  });
  await shop.push('1.2.0-crash');
  await shop.pass(30 * minute);
  expect(titles().filter((title) => !title.startsWith('shop-api 1.2.0'))).toEqual([]);
});

test('that there is no place for tasks is told with the reason in words, and that there is again', async () => {
  await openWell();
  const giveBack = shop.cloud.ecs.disruptions.withhold('FARGATE');
  await killAll();
  await shop.pass(3 * minute);
  expect(titles()).toEqual(['shop-api: there is no place for its tasks']);
  expect(lastText()).toContain('Why: AWS has no Fargate capacity there just now (RESOURCE:FARGATE)');
  expect(lastText()).toContain('What to do: it passes');
  giveBack();
  await shop.pass(12 * minute);
  expect(titles().slice(1)).toEqual([expect.stringMatching(/^shop-api is well again/)]);
});

test('too few tasks, without any event that says so, are told after a while by the sweep', async () => {
  const lost: ShopOptions['delivery'] = ({ source }, deliver) => (source === 'aws.ecs' ? undefined : deliver());
  await openWell({ delivery: lost });
  const giveBack = shop.cloud.ecs.disruptions.withhold('FARGATE');
  await killAll();
  await shop.pass(30 * minute);
  expect(titles()).toEqual(['shop-api runs fewer tasks than it should']);
  expect(lastText()).toMatch(/Why: 0 of 2 tasks have run for \d+ min/);
  giveBack();
  await shop.pass(10 * minute);
  expect(titles().slice(1)).toEqual([expect.stringMatching(/^shop-api is well again/)]);
});

test('with logTail the last lines of a task that died are told, without what looks like a secret', async () => {
  const configFile = fileURLToPath(new URL('../fixtures/all-kinds/batuta.yml', import.meta.url));
  const sick = await openWell({ configFile });
  Object.assign(sick, { exitCode: 1, runMs: 4_000, lines: ['starting', 'DB_PASSWORD=hunter2 was refused'] });
  await killAll();
  await shop.pass(2 * minute);
  expect(shop.hooks.map(({ body }) => body.data.text).join('\n')).toContain('DB_PASSWORD=[redacted] was refused');
  expect(JSON.stringify([shop.hooks, shop.log])).not.toContain('hunter2');
});

test('what lies in a dead-letter queue is told with what to do, and that all are empty', async () => {
  await openWell();
  const sqs = new SQSClient(shop.aws);
  const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/batuta-local-launch-runs-dead-letters';
  for (const MessageBody of ['{}', '{}', '{}']) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  await shop.pass(30 * minute);
  expect(titles()).toEqual(['Batuta has dead letters']);
  expect(lastText()).toContain('batuta-local-launch-runs gave up 3 letters');
  expect(lastText()).toContain(`aws sqs receive-message --queue-url ${QueueUrl}`);
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  await shop.pass(6 * minute);
  expect(titles().slice(1)).toEqual([expect.stringMatching(/^Batuta: the trouble with dead letters is over/)]);
});

test('a schedule that somebody switched off by hand is told by its name, and that it is as it was', async () => {
  await openWell();
  const scheduler = new SchedulerClient(shop.aws);
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ GroupName: 'batuta-local' }));
  const Name = Schedules[0]?.Name ?? '';
  const found = await scheduler.send(new GetScheduleCommand({ GroupName: 'batuta-local', Name }));
  const write = (State: 'ENABLED' | 'DISABLED') => {
    const { ScheduleExpression, ScheduleExpressionTimezone, Target, FlexibleTimeWindow } = found;
    const { GroupName, ActionAfterCompletion, StartDate, EndDate } = found;
    return scheduler.send(
      new UpdateScheduleCommand({
        ...{ Name, GroupName, State, ScheduleExpression, ScheduleExpressionTimezone, Target, FlexibleTimeWindow },
        ...{ ActionAfterCompletion, StartDate, EndDate },
      }),
    );
  };
  await shop.pass(20 * minute);
  await write('DISABLED');
  await shop.pass(70 * minute);
  expect(titles()).toEqual(['Batuta: schedules differ from the configuration']);
  expect(lastText()).toContain(`${Name} (changed)`);
  await write('ENABLED');
  await shop.pass(6 * minute);
  expect(titles().slice(1)).toEqual([expect.stringMatching(/^Batuta: the trouble with schedules is over/)]);
});
