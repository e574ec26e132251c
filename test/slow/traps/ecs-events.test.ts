import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventEnvelope } from '../../../local/cloud/events/envelope.ts';
import { createChecked, createdWith, openShipShop, type ShipShop, sickening } from '../../support/ship-shop.ts';
import { nameOfImage, type ShopOptions } from '../../support/shop.ts';

let shop: ShipShop;
const open = async (options: ShopOptions = {}) => {
  shop = await openShipShop(options);
};
afterEach(async () => {
  expect(await shop.unended()).toEqual([]);
  await shop.close();
});

const withBreaker = createdWith(
  {},
  { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
);
const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/aws-events/ecs/${name}.json`, import.meta.url), 'utf8'));
const rollouts = () => shop.ecsEvents('ECS Deployment State Change');
const updates = () => shop.operations().filter((operation) => operation === 'UpdateService');

/** A rollout that neither ends nor fails before its timeout of ten minutes, with what tests say of it. */
describe('of a rollout in progress', () => {
  beforeEach(async () => {
    await open({
      create: createChecked,
      behave: (spec) => (nameOfImage(spec).includes('1.1.0') ? {} : sickening(spec)),
    });
    await shop.push('1.1.0');
    await shop.pass(5);
  });
  // A newer push ends it, where it has not ended.
  afterEach(async () => {
    await shop.push('1.2.0');
    await shop.pass(30);
  });
  const rolling = async () =>
    (await shop.deployment('1.1.0')) as NonNullable<Awaited<ReturnType<ShipShop['deployment']>>>;
  const crashes = async () => Object.keys((await rolling()).crashes);

  /** Of a task of the new revision that died. */
  async function died(id: string, more: object = {}) {
    return {
      taskArn: `arn:aws:ecs:us-east-1:123456789012:task/prod/${id}`,
      clusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/prod',
      group: 'service:shop-api',
      taskDefinitionArn: (await rolling()).to?.taskDefinitionArn,
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      stoppedAt: new Date(shop.clock.now()).toISOString(),
      version: 5,
      containers: [{ name: 'api', exitCode: 1, lastStatus: 'STOPPED' }],
      ...more,
    };
  }
  const tell = (detail: object) => shop.tell('ECS Task State Change', detail, 'follow-task');

  test('a task event comes at least once and unordered: the same task counts once, an older version changes nothing', async () => {
    for (let copy = 0; copy < 4; copy++) await tell(await died('a'));
    const startedAt = new Date(shop.clock.now() - 3000).toISOString();
    await tell(
      await died('a', { version: 3, lastStatus: 'RUNNING', desiredStatus: 'RUNNING', stoppedAt: undefined, startedAt }),
    );
    expect(await crashes()).toEqual(['a']);
    expect((await rolling()).state).toBe('rolling');
    await tell(await died('b'));
    expect(await crashes()).toEqual(['a', 'b']);
  });

  test('group is service:NAME: a task of family:shop-api, or of another service, is none of the service', async () => {
    await tell(await died('a', { group: 'family:shop-api' }));
    await tell(await died('b', { group: 'service:shop-api-two' }));
    await tell(await died('c', { clusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/other' }));
    expect(await crashes()).toEqual([]);
  });

  test('overrides carry variables in clear: they come into no record, log or news', async () => {
    const environment = [{ name: 'TOKEN', value: 'zanzibar-marker' }];
    for (const id of ['a', 'b', 'c'])
      await tell(await died(id, { overrides: { containerOverrides: [{ name: 'api', environment }] } }));
    await shop.pass(30);
    const { state, crashes: kept } = await rolling();
    expect([state, Object.keys(kept)]).toEqual(['rolled-back', ['a', 'b', 'c']]);
    const everything = [await shop.deployments(), shop.log, shop.hooks.map(({ body }) => body), shop.errors];
    expect(JSON.stringify(everything)).not.toContain('zanzibar');
  });

  test('Spot warnings, also as in the samples without time, region and containers, are no crashes', async () => {
    for (const name of ['spot-2023-stopcode-TerminationNotice', 'spot-current-stopcode-SpotInterruption']) {
      const { detail } = fixture(name);
      for (const id of ['a', 'b', 'c']) {
        const { containers: _, stoppedAt: __, ...ours } = await died(`${name}-${id}`);
        const sample = { ...ours, ...detail, taskArn: ours.taskArn, clusterArn: ours.clusterArn, group: ours.group };
        await tell(sample);
        await tell({ ...sample, lastStatus: 'STOPPED', stoppedAt: new Date(shop.clock.now()).toISOString() });
      }
    }
    expect(shop.errors).toEqual([]);
    expect(await crashes()).toEqual([]);
    expect((await rolling()).state).toBe('rolling');
  });

  test('unknown keys are routine', async () => {
    await tell(
      await died('a', { launchedBy: { future: [1] }, containers: [{ name: 'api', exitCode: 1, gpuSet: {} }] }),
    );
    expect(await crashes()).toEqual(['a']);
  });

  test('SERVICE_STEADY_STATE fires at random: it ends no rollout', async () => {
    await shop.tell('ECS Service Action', fixture('02-ecs-service-action-service-steady-state').detail);
    await shop.pass(20);
    expect((await rolling()).state).toBe('rolling');
  });

  test.each([
    '04-ecs-service-action-service-task-start-impaired',
    '05-ecs-service-action-service-task-placement-failure-resource-fargate',
    '06-ecs-service-action-service-task-placement-failure-resource-cpu',
  ])('%s has no version and no lastStatus: a reason to look, and no end', async (name) => {
    const { detail } = fixture(name);
    expect(detail).not.toHaveProperty('version');
    expect(detail).not.toHaveProperty('lastStatus');
    const from = shop.calls.length;
    expect((await shop.tell('ECS Service Action', detail)).kind).toBe('done');
    expect(shop.operations(from)).toContain('DescribeServices');
    expect((await rolling()).state).toBe('rolling');
  });

  test('the service of a deployment event is only in resources[0]', async () => {
    const detail = { eventName: 'SERVICE_DEPLOYMENT_COMPLETED', deploymentId: 'ecs-svc/1', updatedAt: '', reason: '' };
    const event = { source: 'aws.ecs', 'detail-type': 'ECS Deployment State Change', detail };
    const looks = async (resources: string[]) => {
      const from = shop.calls.length;
      await shop.invoke('follow-deployment', { ...event, resources });
      return shop.operations(from).includes('DescribeServices');
    };
    const arn = 'arn:aws:ecs:us-east-1:123456789012:service';
    expect(await looks([`${arn}/prod/shop-api`])).toBe(true);
    expect(await looks([])).toBe(false);
    expect(await looks([`${arn}/prod/other`, `${arn}/prod/shop-api`])).toBe(false);
    expect((await rolling()).state).toBe('rolling');
  });
});

test('IN_PROGRESS of a rollback is not taken for ours', async () => {
  // The breaker is to be first: our own detector hears of no task.
  await open({
    create: withBreaker,
    behave: (spec) => (nameOfImage(spec).includes('1.1.0') ? { cannotStart: 'no such file' } : {}),
    delivery: ({ 'detail-type': type }, deliver) => void (type !== 'ECS Task State Change' && deliver()),
  });
  await shop.push('1.1.0');
  await shop.pass(300);
  const events = rollouts().map(({ detail }) => detail as { eventName: string; reason: string });
  const began = events.filter(({ eventName }) => eventName.endsWith('IN_PROGRESS')).map(({ reason }) => reason);
  expect(began.slice(-2)).toEqual([expect.not.stringMatching(/rolling back/), expect.stringMatching(/rolling back/)]);
  expect(events.at(-1)).toMatchObject({ eventName: 'SERVICE_DEPLOYMENT_COMPLETED' });
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'rolled-back', rollback: { by: 'circuit-breaker' } });
  expect(updates()).toHaveLength(1);
});

describe('FAILED never comes to services without the circuit breaker', () => {
  const failedEvents = (events: EventEnvelope[]) =>
    events.filter(({ detail }) => (detail as { eventName: string }).eventName.endsWith('FAILED'));

  test('the detector ends it', async () => {
    await open();
    await shop.push('1.1.0-crash');
    await shop.pass(120);
    expect(failedEvents(rollouts())).toEqual([]);
    expect(await shop.deployment('1.1.0')).toMatchObject({
      state: 'rolled-back',
      rollback: { by: 'batuta' },
      outcome: { reason: expect.stringMatching(/^\d tasks of shop-api:2 died within 10 minutes: exit code 1/) },
    });
  });

  test('the timeout ends it', async () => {
    await open({
      create: createChecked,
      behave: (spec) => (nameOfImage(spec).includes('1.1.0') ? {} : sickening(spec)),
    });
    await shop.push('1.1.0');
    await shop.pass(590);
    expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'rolling' });
    await shop.pass(130);
    expect(failedEvents(rollouts())).toEqual([]);
    expect(await shop.deployment('1.1.0')).toMatchObject({
      state: 'rolled-back',
      outcome: { reason: expect.stringMatching(/^not stable 10 min after UpdateService/) },
    });
  });
});

test('tasks that reach RUNNING and then die never trip the circuit breaker: we count them', async () => {
  await open({ create: withBreaker });
  await shop.push('1.1.0-crash');
  await shop.pass(120);
  const ended = shop.ecsEvents('ECS Task State Change').map(({ detail }) => detail as Record<string, string>);
  const died = ended.filter(
    ({ lastStatus, stopCode }) => lastStatus === 'STOPPED' && stopCode?.startsWith('Essential'),
  );
  expect(died.length).toBeGreaterThanOrEqual(3);
  expect(died.every(({ startedAt }) => startedAt !== undefined)).toBe(true);
  expect(rollouts().filter(({ detail }) => JSON.stringify(detail).includes('FAILED'))).toEqual([]);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'rolled-back', rollback: { by: 'batuta' } });
});

test('stopped tasks can be described for an hour only: what they died of is kept as their event comes', async () => {
  await open();
  await shop.push('1.1.0-crash');
  await shop.pass(120);
  await shop.pass(2 * 3600);
  expect(await shop.stoppedTasks()).toEqual([]);
  const crashes = Object.values((await shop.deployment('1.1.0'))?.crashes ?? {});
  expect(crashes.length).toBeGreaterThanOrEqual(3);
  expect(crashes[0]).toMatchObject({ cause: 'exit code 1 of container api', hint: 'read the log' });
});
