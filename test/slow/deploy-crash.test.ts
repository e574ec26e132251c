import { ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { deploymentKind } from '../../shared/deploy/deployment-record.ts';
import { recordStore } from '../../shared/store/records.ts';
import { deployWorld } from '../support/deploy-world.ts';

type World = ReturnType<typeof deployWorld>;

/** What must be the same with and without a crash. */
async function ending(shop: World) {
  const { taskDefinitionArns } = await shop.client.send(new ListTaskDefinitionsCommand({ familyPrefix: 'shop-api' }));
  const pointer = await shop.deps.pointers.get('shop-api');
  return {
    deployments: shop.deployments().map(({ image, state }) => `${image.tag} ${state}`),
    live: await shop.live(),
    revisions: taskDefinitionArns?.length,
    outboxes: shop.table.items().filter(({ outbox }) => outbox !== undefined).length,
    pointer: { ...pointer, lastSuccessful: pointer.lastSuccessful?.tag },
    announced: [...new Set(shop.published)].sort(),
  };
}

async function scenario(play: (shop: World) => Promise<void>, crashAfter: number, options = {}) {
  const shop = deployWorld(options);
  await shop.createService();
  shop.crashAfter(crashAfter);
  await play(shop);
  // Until the lease of the dead is over, and the rollout after it.
  await shop.pass(10, 2);
  await shop.pass(6 * 60, 30);
  const calls = shop.callsMade();
  shop.crashAfter(Number.POSITIVE_INFINITY);
  const end = await ending(shop);
  await shop.close();
  return { end, calls };
}

/** As the API does: in a process of its own, with the event that a lost race or crash leaves to the sweep. */
async function approve({ deps, table, deployments }: World): Promise<void> {
  const records = recordStore(table, deps.bus, deploymentKind, deps.now);
  const approval = { verdict: 'approved' as const, by: 'ana', at: deps.now() };
  for (const { id } of deployments()) await records.update(id, (value) => ({ ...value, approval })).catch(() => {});
}

const asksFirst = { service: { hold: { approval: { expiresMs: 3_600_000 }, freeze: [] } } };

// Every `stride`-th call: the long scenario is repeated some thirty times as it is.
const scenarios: [string, (shop: World) => Promise<void>, Parameters<typeof deployWorld>[0], number][] = [
  ['a push that succeeds', async (shop) => shop.push('1.1.0').announce(), {}, 1],
  ['a push that nobody announces', async (shop) => void shop.push('1.1.0'), {}, 1],
  ['a push that succeeds, without any ECS event', async (shop) => shop.push('1.1.0').announce(), { events: false }, 1],
  [
    'a push that crashes and is taken back',
    async (shop) => {
      await shop.push('1.2.0', 'crash').announce();
      await shop.pass(16, 2);
    },
    {},
    7,
  ],
  [
    'a push that is held and approved',
    async (shop) => {
      await shop.push('1.1.0').announce();
      // Until the lease of one that died at the push is over.
      await shop.pass(180, 30);
      await approve(shop);
    },
    asksFirst,
    1,
  ],
];

test.each(scenarios)(
  '%s ends the same, whichever single call a handler dies after',
  async (_fact, play, options, stride) => {
    const { end: expected, calls } = await scenario(play, Number.POSITIVE_INFINITY, options);
    for (let call = 1; call <= calls; call += stride) {
      const { end } = await scenario(play, call, options);
      expect(end, `crash after call ${call}`).toEqual(expected);
    }
  },
);

test('two pushes end at the newer one, whichever single call a handler dies after', async () => {
  const play = async (shop: World) => {
    await shop.push('1.1.0').announce();
    await shop.push('1.2.0').announce();
  };
  const { calls } = await scenario(play, Number.POSITIVE_INFINITY);
  for (let call = 1; call <= calls; call++) {
    const { end } = await scenario(play, call);
    expect(end.deployments.at(-1), `crash after call ${call}`).toBe('1.2.0 succeeded');
    expect(end.deployments.filter((told) => !/(succeeded|superseded)$/.test(told))).toEqual([]);
    expect(end).toMatchObject({ outboxes: 0, pointer: { lastSuccessful: '1.2.0' } });
    expect(end.live).toMatch(/COMPLETED$/);
  }
});
