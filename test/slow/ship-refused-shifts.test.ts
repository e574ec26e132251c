import { afterEach, expect, test } from 'vitest';
import { createdWith, openShipShop, refusalOf, type ShipShop, sickening } from '../support/ship-shop.ts';

/** A sweep within the first minute, and Lambda's two more tries within three: then it is in the dead-letter queue. */
const refusedS = 250;

let shop: ShipShop;
afterEach(async () => {
  expect(await shop.unended()).toEqual([]);
  await shop.close();
});

/** Blue/green, with a health check and a secret: what else a deployment asks of AWS. */
const shifting = createdWith(
  { healthCheck: { command: ['CMD', 'true'] }, secrets: [{ name: 'DB', valueFrom: '/shop/db/password' }] },
  { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } },
);

async function pushWithout(action: string, version: string, whenRolling: boolean) {
  shop = await openShipShop({ create: shifting, behave: sickening });
  await shop.pass(70);
  await shop.push('1.0.1');
  await shop.pass(180);
  if (whenRolling) await shop.push(version);
  await shop.pass(whenRolling ? 2 : 0);
  const asked = shop.accesses.length;
  const allow = shop.forbid(action);
  if (!whenRolling) await shop.push(version);
  await shop.pass(refusedS);
  const isAsked = shop.accesses.slice(asked).some((access) => access.action === action);
  allow();
  await shop.pass(300);
  const deployment = await shop.deployment('1.1.0');
  const said = [...(await shop.deadLetters()), deployment?.outcome?.reason ?? ''].join('\n');
  const { service, tags } = await shop.live();
  const tag = tags.find(({ key }) => key === 'batuta:tag')?.value;
  return {
    deployment,
    isAsked,
    said,
    now: { tag, running: service?.runningCount, rollouts: service?.deployments?.length },
  };
}

test.each([
  ['ssm:DescribeParameters', '1.1.0', false, 'succeeded', '1.1.0'],
  ['ecs:DescribeServiceDeployments', '1.1.0', true, 'succeeded', '1.1.0'],
  ['ecs:DescribeServiceDeployments', '1.1.0-sick', true, 'rolled-back', '1.0.1'],
] as const)(
  'without the right to %s %s is held up, said on what, and ends once it is there',
  async (action, version, whenRolling, state, tag) => {
    const { deployment, isAsked, said, now } = await pushWithout(action, version, whenRolling);
    expect(isAsked).toBe(true);
    expect(said).toMatch(refusalOf(action));
    expect(deployment).toMatchObject({ state });
    expect(now).toEqual({ tag, running: 2, rollouts: 1 });
  },
);

test.each(['ecs:DescribeServiceRevisions', 'ecs:StopServiceDeployment'])(
  'a way back by ECS without the right to %s is a failure that says so, and blue keeps the traffic',
  async (action) => {
    const { deployment, isAsked, now } = await pushWithout(action, '1.1.0-sick', true);
    expect(isAsked).toBe(true);
    expect(deployment).toMatchObject({ state: 'failed', outcome: { hint: 'put the service back by hand' } });
    expect(deployment?.outcome?.reason).toMatch(refusalOf(action));
    expect(now).toEqual({ tag: '1.1.0', running: 4, rollouts: 2 });
  },
);
