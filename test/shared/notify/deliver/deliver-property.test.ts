import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deploymentIdOf } from '../../../../shared/core/ids.ts';
import type { DeploymentState } from '../../../../shared/deploy/deployment.ts';
import { deliveriesIn } from '../../../../shared/notify/deliver/delivery-record.ts';
import { deliveryWorld, limited, ok, refused, retry } from '../../../support/delivery-world.ts';

const stages: readonly DeploymentState[] = ['rolling-back', 'rolled-back'];
const pauseMs = 20_000;
const hour = 3600;

/** What a channel answers to its requests, in turn; then it is well. */
const answers = fc.array(
  fc.constantFrom('ok', 'ok', 'limit', 'too-many', 'error', 'error', 'hang', 'refuse-message', 'refuse-channel'),
  { maxLength: 16 },
);
const plan = fc.record({
  paceMs: fc.constantFrom(0, 1000),
  answers,
  /** Which deployment has its next news, and how many seconds after the one before. */
  news: fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), after: fc.nat({ max: 40 }) }), {
    minLength: 1,
    maxLength: 10,
  }),
  /** Whether all of them are one service's, whose news comes in order. */
  subject: fc.constantFrom(undefined, 'service:shop-api'),
  crashAt: fc.option(fc.integer({ min: 1, max: 120 })),
});

test('whatever a channel does, each delivery is told once, or twice after a crash, or is listed as failed', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (given) => {
      const left = [...given.answers];
      let quietUntil = 0;
      let early = 0;
      const world = deliveryWorld({
        team: {
          paceMs: given.paceMs,
          async answer(_post, at) {
            if (at < quietUntil) early += 1;
            const next = left.shift() ?? 'ok';
            if (next === 'hang') await world.clock.sleep(10_000);
            if (next === 'limit') quietUntil = at + pauseMs;
            if (next === 'limit') return retry('it answered HTTP 429', pauseMs);
            if (next === 'too-many') return limited;
            if (next === 'refuse-message') return refused('message');
            if (next === 'refuse-channel') return refused('channel');
            return next === 'ok' ? ok : retry('it answered HTTP 500');
          },
        },
      });
      world.crash.at = given.crashAt ?? Number.POSITIVE_INFINITY;
      const stage = new Map<string, number>();
      for (const { name, after } of given.news) {
        const index = stage.get(name) ?? 0;
        const state = stages[index];
        if (state)
          await world.news(name, state, ['team'], given.subject === undefined ? {} : { subject: given.subject });
        stage.set(name, index + 1);
        await world.pass(after);
      }
      await world.pass(3 * hour);
      const hasCrashed = world.crash.calls >= world.crash.at;
      const failed = (await world.stores.deliveries.list(deliveriesIn('failed'))).values.map(({ id }) => id);
      for (const [name, count] of stage) {
        const delivery = await world.delivery('team', name);
        const took = world.took('team').filter(({ about }) => about === deploymentIdOf(name));
        const last = stages[Math.min(count, stages.length) - 1];
        expect(delivery?.state).toBe(failed.includes(delivery?.id ?? '') ? 'failed' : 'sent');
        if (delivery?.state === 'sent') expect(took.at(-1)?.news).toBe(last);
        const order = took.map(({ news }) => stages.indexOf(news as DeploymentState));
        expect(order).toEqual(order.toSorted());
        for (const news of stages) {
          const times = took.filter((one) => one.news === news);
          expect(times.length).toBeLessThanOrEqual(hasCrashed ? 2 : 1);
          expect(new Set(times.map(({ id }) => id)).size).toBeLessThanOrEqual(1);
        }
      }
      const gaps = world.told.slice(1).map(({ at }, index) => at - (world.told[index]?.at ?? 0));
      expect(Math.min(...gaps, Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(given.paceMs);
      expect(early).toBe(0);
      expect(world.errors).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
