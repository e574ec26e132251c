import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { type Behaviour, createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';
import { service } from '../../../support/rolled-service.ts';

interface Seen {
  taskArn: string;
  lastStatus: string;
  desiredStatus: string;
  stoppedReason?: string;
  containers: { healthStatus?: string }[];
}

interface Bounds {
  desiredCount: number;
  minimumHealthyPercent: number;
  maximumPercent: number;
  checked: boolean;
}

/**
 * The promises at each instant: no task is started above the maximum, and the scheduler stops no
 * healthy one that leaves fewer than the minimum. The counts follow `bounds`, which a test changes.
 */
function promiseWatch(bounds: Bounds) {
  const tasks = new Map<string, Seen>();
  const broken: string[] = [];
  const serves = ({ lastStatus, desiredStatus, containers }: Seen) =>
    lastStatus === 'RUNNING' &&
    desiredStatus === 'RUNNING' &&
    (!bounds.checked || containers.every(({ healthStatus }) => healthStatus === 'HEALTHY'));
  return {
    broken,
    see(now: Seen) {
      const before = tasks.get(now.taskArn);
      tasks.set(now.taskArn, now);
      const all = [...tasks.values()];
      const alive = all.filter(({ lastStatus }) => lastStatus !== 'STOPPED').length;
      const upper = Math.floor((bounds.desiredCount * bounds.maximumPercent) / 100);
      if (!before && alive > upper) broken.push(`started up to ${alive} tasks, at most ${upper} allowed`);
      const spared = before && serves(before) && now.stoppedReason?.startsWith('Scaling activity');
      const serving = all.filter(serves).length;
      const lower = Math.ceil((bounds.desiredCount * bounds.minimumHealthyPercent) / 100);
      if (spared && serving < lower) broken.push(`stopped down to ${serving} healthy tasks, ${lower} promised`);
    },
  };
}

const step = fc.record({
  afterMs: fc.integer({ min: 0, max: 4000 }),
  taskDefinition: fc.option(fc.constantFrom('app:1', 'app:2', 'app:3'), { nil: undefined }),
  desiredCount: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
});

const plan = fc.record({
  desiredCount: fc.integer({ min: 1, max: 5 }),
  minimumHealthyPercent: fc.constantFrom(0, 34, 50, 100),
  maximumPercent: fc.constantFrom(100, 125, 150, 200),
  checked: fc.boolean(),
  ignoresSigterm: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
});

/** The third revision crashes; the first may go only when it is killed. */
function behaviourOf(image: string, { checked, ignoresSigterm }: { checked: boolean; ignoresSigterm: boolean }) {
  const health = checked ? { healthyAfterMs: 300 } : {};
  const behaviours: Record<string, Behaviour> = {
    'v:1': { ...health, ignoresSigterm },
    'v:2': health,
    'v:3': { ...health, runMs: 1500, exitCode: 1 },
  };
  return behaviours[image] ?? {};
}

test('minimum healthy and maximum percent are kept at every instant, also when the count changes mid-rollout', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ steps, ...given }) => {
      const bounds = { ...given };
      const watch = promiseWatch(bounds);
      const clock = virtualClock();
      const engine = createFakeEngine(clock, ({ image }) =>
        behaviourOf(image.directory.replace('/images/', ''), given),
      );
      const { client } = localEcs({
        clock,
        engine,
        ports: { emit: (event) => event['detail-type'] === 'ECS Task State Change' && watch.see(event.detail as Seen) },
      });
      await client.send(new CreateClusterCommand({}));
      const container = { stopTimeout: 3, ...(given.checked && { healthCheck: { command: ['CMD', 'true'] } }) };
      for (const image of ['v:1', 'v:2', 'v:3'])
        await client.send(new RegisterTaskDefinitionCommand(fargateDefinition(image, container)));
      const { desiredCount, minimumHealthyPercent, maximumPercent } = given;
      await client.send(
        new CreateServiceCommand({
          serviceName: 'api',
          taskDefinition: 'app:1',
          desiredCount,
          deploymentConfiguration: { minimumHealthyPercent, maximumPercent },
          ...FARGATE,
        }),
      );
      await clock.advance(3000);
      let last = 'app:1';
      for (const { afterMs, ...change } of steps) {
        await clock.advance(afterMs);
        bounds.desiredCount = change.desiredCount ?? bounds.desiredCount;
        last = change.taskDefinition ?? last;
        await client.send(new UpdateServiceCommand({ service: 'api', ...change }));
      }
      await clock.advance(60_000);
      expect(watch.broken).toEqual([]);
      const room = Math.floor((bounds.desiredCount * maximumPercent) / 100);
      const least = Math.ceil((bounds.desiredCount * minimumHealthyPercent) / 100);
      if (last === 'app:3' || room === least) return;
      const { services } = await client.send(new DescribeServicesCommand({ services: ['api'] }));
      expect(services).toMatchObject([
        {
          runningCount: bounds.desiredCount,
          taskDefinition: expect.stringMatching(new RegExp(`${last}$`)),
          deployments: [{ rolloutState: 'COMPLETED' }],
        },
      ]);
    }),
    { numRuns: 60 },
  );
});

test('a count changed mid-rollout starts no deployment; the rollout goes on to the new count', async () => {
  const { change, update, clock, describe } = await service({ 'v:1': {}, 'v:2': {} });
  await update('app:2');
  await clock.advance(500);
  const before = (await describe())?.deployments?.map(({ id }) => id);
  await change({ desiredCount: 5 });
  expect((await describe())?.deployments?.map(({ id }) => id)).toEqual(before);
  await clock.advance(5000);
  expect(await describe()).toMatchObject({
    desiredCount: 5,
    runningCount: 5,
    deployments: [{ id: before?.[0], rolloutState: 'COMPLETED' }],
  });
});

test('the stop timeout is respected: a task has it in full, and its place stays taken meanwhile', async () => {
  const { update, clock, describe, taskEvents } = await service(
    { 'v:1': { ignoresSigterm: true }, 'v:2': {} },
    { minimumHealthyPercent: 50, maximumPercent: 100 },
    { stopTimeout: 20 },
  );
  await update('app:2');
  await clock.advance(19_900);
  expect(await describe()).toMatchObject({ deployments: [{ runningCount: 0, pendingCount: 0 }, {}] });
  expect(taskEvents().filter(({ lastStatus }) => lastStatus === 'STOPPED')).toEqual([]);
  await clock.advance(60_000);
  const killed = taskEvents().filter(({ lastStatus }) => lastStatus === 'STOPPED');
  expect(killed).toMatchObject([{ containers: [{ exitCode: 137 }] }, { containers: [{ exitCode: 137 }] }]);
  expect(await describe()).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: 'COMPLETED' }] });
});
