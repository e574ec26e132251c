import { afterEach, expect, test } from 'vitest';
import { openFleet } from '../support/fleet.ts';

let fleet: Awaited<ReturnType<typeof openFleet>>;
afterEach(() => fleet.close());

test('a push for more services than AWS lets register at once fails none of them', async () => {
  const updates: number[] = [];
  fleet = await openFleet({
    configured: 24,
    live: 24,
    desiredCount: 0,
    rateLimits: true,
    faults: { after: (_service, operation) => void (operation === 'UpdateService' && updates.push(fleet.clock.now())) },
  });
  const pushedAt = fleet.clock.now();
  await fleet.push('1.1.0');
  await fleet.pass(20);
  expect((await fleet.deployments()).map(({ state }) => state)).toEqual(Array(24).fill('succeeded'));
  expect(updates.map((at) => (at - pushedAt) / 1000)).toEqual([...Array(20).fill(0), 1, 2, 3, 4]);
  expect(fleet.errors).toEqual([]);
});
