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
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

interface Seen {
  taskArn: string;
  lastStatus: string;
  desiredStatus: string;
}

const ENDED = ['DEPROVISIONING', 'STOPPED'];

/** What the service's task events say, kept up to date: the bounds hold after each of them. */
function boundsWatch(lower: number, upper: number) {
  const tasks = new Map<string, Seen>();
  let settled = false;
  const broken: string[] = [];
  return {
    broken,
    settle: () => {
      settled = true;
    },
    see(detail: Seen) {
      tasks.set(detail.taskArn, detail);
      const all = [...tasks.values()];
      const alive = all.filter(({ lastStatus }) => !ENDED.includes(lastStatus)).length;
      const serving = all.filter(
        ({ lastStatus, desiredStatus }) => lastStatus === 'RUNNING' && desiredStatus === 'RUNNING',
      ).length;
      if (alive > upper) broken.push(`${alive} tasks, at most ${upper} allowed`);
      if (settled && serving < lower) broken.push(`${serving} serving, at least ${lower} wanted`);
    },
  };
}

const scenario = fc.record({
  desiredCount: fc.integer({ min: 1, max: 4 }),
  minimumHealthyPercent: fc.constantFrom(0, 50, 100),
  maximumPercent: fc.constantFrom(100, 150, 200),
  checked: fc.boolean(),
  updates: fc.array(
    fc.record({ afterMs: fc.integer({ min: 0, max: 3000 }), revision: fc.integer({ min: 1, max: 3 }) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
});

test('whatever is rolled when, tasks never leave the bounds, and the last revision wins', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ desiredCount, minimumHealthyPercent, maximumPercent, checked, updates }) => {
      const lower = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
      const upper = Math.floor((desiredCount * maximumPercent) / 100);
      const watch = boundsWatch(lower, upper);
      const clock = virtualClock();
      const engine = createFakeEngine(clock, () => (checked ? { healthyAfterMs: 300 } : {}));
      const { client } = localEcs({
        clock,
        engine,
        ports: { emit: (event) => event['detail-type'] === 'ECS Task State Change' && watch.see(event.detail as Seen) },
      });
      await client.send(new CreateClusterCommand({}));
      const healthCheck = checked ? { healthCheck: { command: ['CMD', 'true'] } } : {};
      for (const image of ['v:1', 'v:2', 'v:3'])
        await client.send(new RegisterTaskDefinitionCommand(fargateDefinition(image, healthCheck)));
      const deploymentConfiguration = { minimumHealthyPercent, maximumPercent };
      await client.send(
        new CreateServiceCommand({
          serviceName: 'api',
          taskDefinition: 'app:1',
          desiredCount,
          deploymentConfiguration,
          ...FARGATE,
        }),
      );
      await clock.advance(3000);
      watch.settle();
      for (const { afterMs, revision } of updates) {
        await clock.advance(afterMs);
        await client.send(new UpdateServiceCommand({ service: 'api', taskDefinition: `app:${revision}` }));
      }
      await clock.advance(20_000);
      expect(watch.broken).toEqual([]);
      if (lower === upper) return;
      const { services } = await client.send(new DescribeServicesCommand({ services: ['api'] }));
      expect(services?.[0]).toMatchObject({
        runningCount: desiredCount,
        taskDefinition: expect.stringMatching(new RegExp(`app:${updates.at(-1)?.revision}$`)),
        deployments: [{ rolloutState: 'COMPLETED' }],
      });
    }),
    { numRuns: 25 },
  );
});
