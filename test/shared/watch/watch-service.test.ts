import { expect, test } from 'vitest';
import type { ServiceAction } from '../../../shared/events/service-trouble.ts';
import { expectShort } from '../../../shared/watch/look-at-services.ts';
import { watchAction, watchTask } from '../../../shared/watch/watch-service.ts';
import { aDeployment, revision } from '../../support/deployments.ts';
import { watchWorld } from '../../support/watch-world.ts';

const action = (eventName: string, parts: Partial<ServiceAction> = {}): ServiceAction => ({
  serviceName: 'shop-api',
  clusterName: 'prod',
  eventName,
  ...parts,
});
const well = { 'service:shop-api': expect.stringMatching(/^\d+: shop-api is well again/) };

test('500 tasks that die within an hour are three messages, and the end is told once', async () => {
  const world = watchWorld();
  for (let n = 0; n < 500; n++) {
    await watchTask('shop-api', world.died(`t${n}`), world.deps);
    await world.listen();
    if (n % 11 === 10) await world.passTo((n + 1) / 11);
  }
  await world.passTo(240);
  expect(world.told).toEqual([
    '0: shop-api keeps crashing',
    expect.stringMatching(/^1\d: shop-api keeps crashing: \d+ more times in 1\d min$/),
    expect.stringMatching(/^\d\d: shop-api is well again/),
  ]);
  expect(await world.alert()).toMatchObject({ state: 'closed', causes: { 'crash-loop': { count: 500 } } });
  // What is known of the service is asked at first and every five minutes of the 45, however many of its tasks die.
  expect(world.calls.filter((call) => call === 'DescribeTaskDefinition')).toHaveLength(10);
});

test('a trouble that goes on is reminded of every four hours, though nothing new is seen', async () => {
  const world = watchWorld({ runningCount: () => 1 });
  const failure = action('SERVICE_TASK_PLACEMENT_FAILURE', { reason: 'RESOURCE:MEMORY', id: '1' });
  await watchAction(failure, world.deps);
  await world.passTo(500);
  expect(world.told).toEqual([
    '1: shop-api: there is no place for its tasks',
    '240: shop-api: there is no place for its tasks, since 09:00 UTC',
    '480: shop-api: there is no place for its tasks, since 09:00 UTC',
  ]);
});

test('events at the same moment, twice and in any order count each task once', async () => {
  const world = watchWorld();
  const tasks = Array.from({ length: 40 }, (_, n) => world.died(`t${n}`));
  const events = [...tasks, ...tasks.toReversed()];
  await Promise.all(events.map((task) => watchTask('shop-api', task, world.deps)));
  for (const task of tasks) await watchTask('shop-api', task, world.deps);
  expect(await world.alert()).toMatchObject({ causes: { 'crash-loop': { count: 40 } } });
});

test("a deployment's own tasks are its business, those of the revision before are not", async () => {
  const world = watchWorld();
  await world.keep(aDeployment());
  for (const id of ['a', 'b', 'c', 'd'])
    await watchTask('shop-api', world.died(id, { taskDefinitionArn: revision(2) }), world.deps);
  expect(await world.alert()).toBeUndefined();
  for (const id of ['e', 'f', 'g']) await watchTask('shop-api', world.died(id), world.deps);
  expect(await world.alert()).toMatchObject({ state: 'open', causes: { 'crash-loop': { count: 3 } } });
});

test('deaths from before its success are silenced by it, later ones are told', async () => {
  const world = watchWorld();
  await world.deps.deployments.create(aDeployment({ state: 'succeeded', finishedAt: world.at(10) }));
  const taskDefinitionArn = revision(2);
  await world.passTo(12);
  for (const id of ['a', 'b', 'c'])
    await watchTask('shop-api', world.died(id, { taskDefinitionArn, stoppedAt: world.at(9) }), world.deps);
  expect(await world.alert()).toBeUndefined();
  for (const id of ['d', 'e', 'f']) await watchTask('shop-api', world.died(id, { taskDefinitionArn }), world.deps);
  expect(await world.alert()).toMatchObject({ state: 'open' });
});

test("what a young rollout of ours meets is that deployment's to find out; when it is stuck, it is told", async () => {
  const world = watchWorld({ runningCount: () => 1 });
  await world.keep(aDeployment());
  const failure = action('SERVICE_TASK_PLACEMENT_FAILURE', { reason: 'RESOURCE:MEMORY' });
  await world.passTo(4);
  await watchAction({ ...failure, id: '1' }, world.deps);
  expect(await world.alert()).toBeUndefined();
  await world.passTo(6);
  await watchAction({ ...failure, id: '2' }, world.deps);
  await world.listen();
  expect(world.told).toEqual(['6: shop-api: there is no place for its tasks']);
});

test('one event told twice counts once; a steady state ends what came before it, and nothing after', async () => {
  const world = watchWorld({ runningCount: () => 1 });
  await world.passTo(5);
  const impaired = action('SERVICE_TASK_START_IMPAIRED', { id: 'e1', at: world.at(5) });
  for (let time = 0; time < 3; time++) await watchAction(impaired, world.deps);
  expect(await world.alert()).toMatchObject({ causes: { impaired: { count: 1 } } });
  await watchAction(action('SERVICE_STEADY_STATE', { at: world.at(4) }), world.deps);
  expect(await world.alert()).toMatchObject({ state: 'open' });
  await watchAction(action('SERVICE_STEADY_STATE', { at: world.at(6) }), world.deps);
  expect(await world.alert()).toMatchObject({ state: 'closed' });
  await watchAction(impaired, world.deps);
  expect(await world.alert()).toMatchObject({ state: 'closed', causes: { impaired: { count: 1 } } });
});

test('a steady state between two deaths of a crash loop does not end it', async () => {
  const world = watchWorld();
  for (const id of ['a', 'b', 'c']) await watchTask('shop-api', world.died(id), world.deps);
  await world.listen();
  for (let n = 1; n <= 8; n++) {
    await world.passTo(n * 4);
    await watchAction(action('SERVICE_STEADY_STATE'), world.deps);
    await world.passTo(n * 4 + 1);
    await watchTask('shop-api', world.died(`d${n}`), world.deps);
  }
  expect(world.told.filter((title) => title.includes('well again'))).toEqual([]);
  await world.passTo(60);
  expect(world.told.at(-1)).toEqual(well['service:shop-api']);
});

test('a service that is not in batuta.yml, or of another cluster, is not looked at', async () => {
  const world = watchWorld();
  for (const id of ['a', 'b', 'c']) {
    await watchTask('other', world.died(id), world.deps);
    await watchTask('shop-api', { ...world.died(id), clusterArn: 'arn:aws:ecs:x:1:cluster/other' }, world.deps);
  }
  await watchAction(action('SERVICE_TASK_START_IMPAIRED', { clusterName: 'other' }), world.deps);
  await expectShort(['other'], world.deps);
  expect(await world.alert()).toBeUndefined();
});

test('what was short for a moment is not told; what is gone from batuta.yml is over', async () => {
  let runningCount = 1;
  const world = watchWorld({ runningCount: () => runningCount });
  await expectShort(['shop-api'], world.deps);
  runningCount = 2;
  await world.passTo(20);
  expect(world.told).toEqual([]);
  runningCount = 1;
  await expectShort(['shop-api'], world.deps);
  await world.passTo(30);
  expect(world.told).toEqual(['25: shop-api runs fewer tasks than it should']);
  world.deps.config = { services: {} };
  await world.passTo(40);
  expect(await world.alert()).toMatchObject({ state: 'closed' });
  expect(await world.deps.watches.due(world.at(1000))).toEqual([]);
});
