import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Instant, toInstant } from '../../../shared/core/time.ts';
import { crashLimit, crashLoop, withCrash } from '../../../shared/deploy/crash-loop.ts';
import type { CrashedTask } from '../../../shared/deploy/deployment.ts';
import { crashesAt, minutesIn } from '../../support/deployments.ts';

const crashAt = (stoppedAt: Instant): CrashedTask => ({
  kind: 'exit',
  cause: 'exit code 1 of container api',
  hint: 'read the log',
  taskArn: 'arn:aws:ecs:us-east-1:123456789012:task/prod/0123456789abcdef0123456789abcdef',
  stoppedAt,
});
/** These deaths, noted in this order. */
const noted = (deaths: readonly Instant[]) =>
  deaths.reduce<Parameters<typeof withCrash>[0]>(
    (known, at, index) => withCrash(known, `${index}`.padStart(32, '0'), crashAt(at)),
    { crashes: {} },
  );

test.each([
  [0, 3],
  [1, 3],
  [30, 3],
  [31, 4],
  [100, 10],
  [1000, 100],
])('of %i desired tasks, %i deaths are a loop', (desired, limit) => expect(crashLimit(desired)).toBe(limit));

test('a tenth of the tasks has to die: 9 of 100 are no loop, 10 are', () => {
  const deaths = Array.from({ length: 10 }, (_, index) => minutesIn(index / 10));
  expect(crashLoop(noted(deaths.slice(1)), 100)).toBeUndefined();
  expect(crashLoop(noted(deaths), 100)).toMatchObject({ count: 10 });
});

test('a loop of a service of 1000 tasks fits into a record and is seen', () => {
  const deaths = Array.from({ length: 100 }, (_, index) => minutesIn(index / 20));
  const known = noted(deaths);
  expect(crashLoop(known, 1000)).toMatchObject({ count: 100 });
  expect(crashLoop(noted(deaths.slice(1)), 1000)).toBeUndefined();
  expect(JSON.stringify(known).length).toBeLessThan(20_000);
});

test('deaths of a slow drip do not hide a loop that comes later', () => {
  const drip = Array.from({ length: 50 }, (_, index) => minutesIn(index * 6));
  expect(crashLoop(noted(drip), 2)).toBeUndefined();
  const loop = [1, 2, 3].map((minute) => minutesIn(400 + minute));
  expect(crashLoop(noted([...drip, ...loop]), 2)).toMatchObject({ count: 3, tasks: [{}, {}, {}] });
});

test('the causes are those of the window', () => {
  const crashes = crashesAt(1, 30, 31, 32);
  expect(crashLoop({ crashes }, 2)?.tasks.map(({ stoppedAt }) => stoppedAt)).toEqual([30, 31, 32].map(minutesIn));
});

const windowMs = 10 * 60_000;
const deathTimes = fc.array(fc.integer({ min: 0, max: 60 * 60_000 }), { maxLength: 80 });

test('events in any order, and repeated, tell the same loop of the last window as all deaths would', () => {
  fc.assert(
    fc.property(deathTimes, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 200 }), (times, picks, desired) => {
      const inOrder = [...times].sort((a, b) => a - b);
      const lastWindow = inOrder.filter((at) => at >= (inOrder.at(-1) ?? 0) - windowMs);
      const known = noted(inOrder.map(toInstant));
      const again = inOrder.reduce((record) => {
        const index = Number(picks.next().value) % inOrder.length;
        return withCrash(record, `${index}`.padStart(32, '0'), crashAt(toInstant(inOrder[index] ?? 0)));
      }, known);
      expect(crashLoop(again, desired) !== undefined).toBe(crashLoop(known, desired) !== undefined);
      if (lastWindow.length >= crashLimit(desired)) expect(crashLoop(known, desired)).toBeDefined();
      expect(Object.keys(known.crashes).length).toBeLessThanOrEqual(20);
    }),
  );
});
