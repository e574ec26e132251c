import { fileURLToPath } from 'node:url';
import { DeleteRuleCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, expect, test } from 'vitest';
import { AwsError } from '../../local/cloud/service.ts';
import type { ScheduledTaskConfig } from '../../shared/config/config.ts';
import type { ScheduledTaskDeployment } from '../../shared/deploy/scheduled/scheduled-deployment.ts';
import { scheduledTasks } from '../support/scheduled-tasks.ts';
import { openShop, type Shop, type ShopOptions } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/all-kinds/batuta.yml', import.meta.url));
const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
let shop: Shop;
let tasks: ReturnType<typeof scheduledTasks>;
afterEach(() => shop.close());

/** 1.0.0 was pushed before Batuta listened. */
async function open(options: ShopOptions & { deaf?: boolean } = {}): Promise<void> {
  let listens = false;
  const delivery: ShopOptions['delivery'] = ({ source }, deliver) =>
    listens || source !== 'aws.ecr' ? deliver() : undefined;
  shop = await openShop({ configFile, service: false, delivery, ...options });
  tasks = scheduledTasks(shop.aws);
  await shop.pushImage('shop/batch', '1.0.0');
  await shop.pass(1);
  listens = !options.deaf;
}
function change(name: string, parts: Partial<ScheduledTaskConfig>): void {
  const task = shop.config.scheduledTasks[name];
  if (!task) throw new Error(`no scheduled task ${name}`);
  shop.configure({ ...shop.config, scheduledTasks: { ...shop.config.scheduledTasks, [name]: { ...task, ...parts } } });
}
async function push(tag: string) {
  const { digest } = await shop.pushImage('shop/batch', tag);
  return `${registry}/shop/batch@${digest}`;
}
const told = (name = 'nightly') =>
  shop.hooks.map(({ body }) => body.data.title).filter((title) => title.startsWith(`${name} `));
async function records(name: string): Promise<ScheduledTaskDeployment[]> {
  const { items } = await shop.table.query({ index: 'gsi2', pk: `service#${name}` });
  return items.map(({ value }) => value as ScheduledTaskDeployment);
}
const definitionOf = (target: { EcsParameters?: { TaskDefinitionArn: string | undefined } | undefined } | undefined) =>
  target?.EcsParameters?.TaskDefinitionArn;

test('every target of a rule is moved to the new revision, and nothing else of it changes', async () => {
  await open();
  const [batch, report] = [await tasks.define('batch'), await tasks.define('report')];
  await tasks.rule({ a: batch, b: batch, c: report });
  const before = await tasks.targets();
  await shop.pass(60);
  const image = await push('1.1.0');
  await shop.pass(10);
  const after = await tasks.targets();
  expect(after.map(definitionOf).map((arn) => arn?.split('/').at(-1))).toEqual(['batch:2', 'batch:2', 'report:2']);
  for (const target of after) expect(await tasks.imagesOf(definitionOf(target))).toEqual([image]);
  const moved = before.map((target, index) => ({
    ...target,
    EcsParameters: { ...target.EcsParameters, TaskDefinitionArn: definitionOf(after[index]) },
  }));
  expect(after).toEqual(moved);
  expect(told()).toEqual(['nightly 1.1.0 is deployed']);
  expect(shop.hooks[0]?.body.data.text).toContain('batch:1 → batch:2');
});

test('targets without the container, and what names no revision, stay as they are', async () => {
  await open();
  const other = [{ name: 'other', image: 'busybox', essential: true }];
  const [batch, foreign, latest] = [
    await tasks.define('batch'),
    await tasks.define('foreign', { containerDefinitions: other }),
    (await tasks.define('floating')).replace(/:\d+$/, ''),
  ];
  await tasks.rule({ a: batch, b: foreign, c: latest });
  await shop.pass(60);
  const image = await push('1.1.0');
  await shop.pass(10);
  const after = await tasks.targets();
  expect(after.map(definitionOf)).toEqual([batch.replace(/1$/, '2'), foreign, latest]);
  // What runs there is the family's latest, which is ours now.
  expect(await tasks.imagesOf('floating')).toEqual([image]);
});

test('the schedule keeps every other field, and is found by the sweep where no event comes', async () => {
  await open({ deaf: true });
  await tasks.schedule(await tasks.define('weekly'));
  const before = await tasks.readSchedule();
  await shop.pass(70);
  const image = await push('1.1.0');
  await shop.pass(70);
  const after = await tasks.readSchedule();
  const arn = definitionOf(after.Target);
  expect(arn).toMatch(/weekly:2$/);
  expect(await tasks.imagesOf(arn)).toEqual([image]);
  const parameters = { ...before.Target?.EcsParameters, TaskDefinitionArn: arn };
  expect(after).toEqual({ ...before, Target: { ...before.Target, EcsParameters: parameters } });
  expect((await records('weekly')).map(({ state, trigger }) => [state, trigger.kind])).toEqual([
    ['succeeded', 'sweep'],
  ]);
});

test('what it runs already is left in peace at the first look', async () => {
  await open();
  await tasks.schedule(await tasks.define('weekly'));
  await shop.pass(130);
  expect(definitionOf((await tasks.readSchedule()).Target)).toMatch(/weekly:1$/);
  expect(await records('weekly')).toEqual([]);
});

test('a rule that does not exist is told once for each image', async () => {
  await open();
  await push('1.1.0');
  await shop.pass(190);
  expect(told()).toEqual(['nightly 1.1.0 could not be deployed']);
  const text = shop.hooks.map(({ body }) => body.data.text).find((each) => each.includes('nightly'));
  expect(text).toContain('the rule nightly-batch of the event bus default does not exist');
});

test('a rule that is deleted while its deployment waits ends it, with the reason', async () => {
  await open();
  change('nightly', { hold: { approval: { expiresMs: 3_600_000 }, freeze: [] } });
  await tasks.rule({ a: await tasks.define('batch') });
  await shop.pass(70);
  await push('1.1.0');
  await shop.pass(10);
  expect(told()).toEqual([expect.stringContaining('nightly 1.1.0 waits')]);
  await tasks.events.send(new RemoveTargetsCommand({ Rule: 'nightly-batch', Ids: ['a'] }));
  await tasks.events.send(new DeleteRuleCommand({ Name: 'nightly-batch' }));
  await shop.pass(6 * 60);
  const [deployment] = await records('nightly');
  expect(deployment).toMatchObject({
    state: 'failed',
    outcome: { reason: 'the rule nightly-batch of the event bus default does not exist' },
  });
});

test('a newer push takes the place of what waits, and approval lets it go', async () => {
  await open();
  change('nightly', { hold: { approval: { expiresMs: 3_600_000 }, freeze: [] } });
  await tasks.rule({ a: await tasks.define('batch') });
  await shop.pass(70);
  for (const tag of ['1.1.0', '1.2.0']) {
    await push(tag);
    await shop.pass(5);
  }
  const states = async () => (await records('nightly')).map(({ image, state }) => `${image.tag} ${state}`).sort();
  expect(await states()).toEqual(['1.1.0 superseded', '1.2.0 held']);
  const waiting = (await records('nightly')).find(({ state }) => state === 'held');
  const token = await shop.token('ann', 'admin');
  const answer = await shop.api('POST', `/api/deployments/${waiting?.id}/approve`, { token, body: {} });
  expect(answer.status).toBeLessThan(300);
  const seen = await shop.api('GET', `/api/deployments/${waiting?.id}`, { token });
  expect([seen.status, seen.body.deployment?.service ?? seen.body]).toEqual([200, 'nightly']);
  await shop.pass(10);
  expect(await states()).toEqual(['1.1.0 superseded', '1.2.0 succeeded']);
});

test('in mode observe it is told and nothing is touched', async () => {
  await open();
  change('nightly', { mode: 'observe' });
  const batch = await tasks.define('batch');
  await tasks.rule({ a: batch });
  await shop.pass(70);
  await push('1.1.0');
  await shop.pass(130);
  expect((await tasks.targets()).map(definitionOf)).toEqual([batch]);
  expect((await records('nightly')).map(({ outcome }) => outcome?.reason)).toEqual([
    'would deploy shop/batch:1.1.0; nightly is in mode observe',
  ]);
});

test('what waits for approval when the mode becomes observe is told, and nothing is touched', async () => {
  await open();
  change('nightly', { hold: { freeze: [], approval: { expiresMs: 3_600_000 } } });
  const batch = await tasks.define('batch');
  await tasks.rule({ a: batch });
  await shop.pass(70);
  await push('1.1.0');
  await shop.pass(10);
  change('nightly', { mode: 'observe' });
  await shop.pass(6 * 60);
  expect((await tasks.targets()).map(definitionOf)).toEqual([batch]);
  expect(await records('nightly')).toMatchObject([
    { state: 'skipped', outcome: { reason: expect.stringMatching(/^would deploy shop\/batch:1\.1\.0 once released/) } },
  ]);
});

test.each([
  ['events', 'ListTargetsByRule'],
  ['events', 'PutTargets'],
  ['ecs', 'RegisterTaskDefinition'],
])('a refused %s:%s is a failed deployment that names action and resource', async (service, operation) => {
  const said = `User: batuta is not authorized to perform: ${service}:${operation} on resource: arn:aws:${service}:x`;
  let isRefused = false;
  await open({
    faults: {
      before(_service, called) {
        if (isRefused && called === operation) throw new AwsError('AccessDeniedException', said, 400);
      },
    },
  });
  const batch = await tasks.define('batch');
  await tasks.rule({ a: batch });
  await shop.pass(70);
  isRefused = true;
  await push('1.1.0');
  await shop.pass(20);
  expect((await tasks.targets()).map(definitionOf)).toEqual([batch]);
  const [deployment] = await records('nightly');
  expect(deployment).toMatchObject({ state: 'failed', outcome: { reason: expect.stringContaining(said) } });
  expect(deployment?.outcome?.hint).toContain(`allow the function ${operation}`);
});

test.each(['RegisterTaskDefinition', 'PutTargets'])(
  'a %s whose answer is lost is not done twice',
  async (operation) => {
    let left = 0;
    await open({
      faults: {
        after(_service, called) {
          if (called === operation && left-- > 0) throw new AwsError('InternalFailure', 'lost', 500);
        },
      },
    });
    await tasks.rule({ a: await tasks.define('batch'), b: await tasks.define('report') });
    await shop.pass(70);
    left = 1;
    await push('1.1.0');
    await shop.pass(180);
    const arns = (await tasks.targets()).map(definitionOf).map((arn) => arn?.split('/').at(-1));
    expect(arns).toEqual(['batch:2', 'report:2']);
    expect(told()).toEqual(['nightly 1.1.0 is deployed']);
  },
);

test('a rule that somebody changes between the look and the writing is looked at again', async () => {
  let interfere: (() => Promise<void>) | undefined;
  await open({
    faults: {
      async before(_service, called) {
        const act = interfere;
        if (called !== 'RegisterTaskDefinition' || !act) return;
        interfere = undefined;
        await act();
      },
    },
  });
  await tasks.rule({ a: await tasks.define('batch') });
  await shop.pass(70);
  interfere = async () => tasks.rule({ a: await tasks.define('other') });
  const image = await push('1.1.0');
  await shop.pass(20);
  const [target] = await tasks.targets();
  expect(definitionOf(target)).toMatch(/other:2$/);
  expect(await tasks.imagesOf(definitionOf(target))).toEqual([image]);
  expect(told()).toEqual(['nightly 1.1.0 is deployed']);
});
