import { virtualClock } from '../local/clock.ts';
import { createRateLimits } from '../local/cloud/rate-limits.ts';
import type { Benchmark, Measurement } from './benchmark.ts';
import { virtualFleet } from './support/virtual-fleet.ts';

const sizes = [50, 200];
const byHand = { accessKeyId: 'by-hand', region: 'us-east-1', requestId: '' };

/** What the bucket itself takes: seconds until so many registrations are through, tried each tenth of a second. */
async function bucketSeconds(registrations: number): Promise<number> {
  const clock = virtualClock(0);
  const { before } = createRateLimits(clock);
  for (let done = 0; done < registrations; ) {
    try {
      await before?.('ecs', 'RegisterTaskDefinition', {}, byHand);
      done += 1;
    } catch {
      await clock.advance(100);
    }
  }
  return clock.now() / 1000;
}

/** @throws Error where a deployment of the push did not succeed. */
async function updateSeconds(services: number, withinS: number): Promise<number> {
  const { openFleet } = await virtualFleet();
  let updates: number[] = [];
  const fleet = await openFleet({
    configured: services,
    live: services,
    rateLimits: true,
    faults: {
      after: (_service, operation) => void (operation === 'UpdateService' && updates.push(fleet.clock.now())),
    },
  });
  try {
    updates = [];
    const pushedAt = fleet.clock.now();
    await fleet.push('1.1.0');
    await fleet.pass(withinS);
    const states = (await fleet.deployments()).map(({ state }) => state);
    if (updates.length !== services || states.length !== services || states.some((state) => state !== 'succeeded'))
      throw new Error(`${services} services: ${updates.length} UpdateService, states: ${states.toSorted().join(', ')}`);
    return (Math.max(...updates) - pushedAt) / 1000;
  } finally {
    await fleet.close();
  }
}

/** From a push until the last of its services is updated, AWS's request rates enforced; virtual time. */
export const registrationPace: Benchmark = {
  name: 'registration-pace',
  async measure() {
    const measured: Measurement[] = [];
    for (const services of sizes) {
      const baseline = await bucketSeconds(services);
      const value = await updateSeconds(services, 2 * baseline + 120);
      const name = `registration-pace/${services}`;
      measured.push({ name, value, unit: 's', baseline, limits: 'ratio', limit: 1.1 });
    }
    return measured;
  },
};
