import { expect, test } from 'vitest';
import type { ChannelConfig } from '../../../shared/config/config.ts';
import { plus, toInstant } from '../../../shared/core/time.ts';
import { alertKind } from '../../../shared/notify/alerts/alert-record.ts';
import { channelStates } from '../../../shared/notify/deliver/channel-state.ts';
import { pendAgain } from '../../../shared/notify/deliver/decide-delivery.ts';
import type { Delivery } from '../../../shared/notify/deliver/delivery.ts';
import { deliveryKind } from '../../../shared/notify/deliver/delivery-record.ts';
import { describeAlert } from '../../../shared/notify/describe/describe-alert.ts';
import { plainText } from '../../../shared/notify/message.ts';
import { recordStore } from '../../../shared/store/records.ts';
import { watchGivenUp } from '../../../shared/watch/given-up.ts';
import { memoryTable } from '../../support/memory-table.ts';

const minute = 60_000;
const hour = 60 * minute;
const webhook = (name: string): ChannelConfig => ({ name, type: 'webhook', url: 'https://x.test', secrets: [] });

/** Looks at given-up deliveries to the channels `team` and `ops`, on a clock of the test's. */
function givenUpWorld() {
  let at = toInstant('2026-11-20T09:00:00Z');
  const now = () => at;
  const table = memoryTable();
  const bus = { put: async () => [] };
  const alerts = recordStore(table, bus, alertKind, now);
  const deliveries = recordStore(table, bus, deliveryKind, now);
  const states = channelStates(table, now);
  const config = { channels: { team: webhook('team'), ops: webhook('ops') } };
  const alert = async () => (await alerts.get('batuta:notifications'))?.value;
  let lists = 0;
  const list: typeof deliveries.list = (...asked) => {
    lists++;
    return deliveries.list(...asked);
  };
  return {
    deliveries,
    alert,
    lists: () => lists,
    pass: (ms: number) => {
      at = plus(at, ms);
    },
    look: () => watchGivenUp({ alerts, deliveries: { list }, states, config, now, sleep: async () => {} }),
    count: async () => Object.values((await alert())?.causes ?? {}).map(({ count }) => count),
    text: async () => {
      const known = await alert();
      const message = known && describeAlert(known);
      return message && plainText(message);
    },
    /** Given up now. */
    async giveUp(id: string, parts: Partial<Delivery> = {}) {
      const given = { schemaVersion: 1, channel: 'team', about: { kind: 'run', id }, createdAt: at } as const;
      const failed = { state: 'failed', failedAt: at, lastError: 'it answered HTTP 400' } as const;
      const delivery = { ...given, ...failed, wantedVersion: 1, sentVersion: 0, attempts: 1, ...parts };
      await deliveries.create({ ...delivery, id: `${delivery.channel}:${id}` });
    },
    replay: (id: string) => deliveries.update(id, (delivery) => pendAgain(delivery, at)),
    trouble: (told: boolean) =>
      states.update('team', (state) => ({
        ...state,
        trouble: { since: at, times: 3, of: 'x', wide: true, why: 'x', ...(told ? { told } : {}) },
      })),
    mended: () => states.update('team', ({ trouble: _, ...state }) => state),
  };
}

test('what was given up is told with how many, for which channel, why, and what to do; and that it is over', async () => {
  const world = givenUpWorld();
  await world.giveUp('r-1');
  await world.look();
  expect(await world.text()).toMatchInlineSnapshot(`
    "Error: Batuta gave up notifications
    Why: 1 notification for team was given up: it answered HTTP 400
    What to do: see them: batuta notify failed --channel team; once the cause is mended, send them again: batuta notify replay --all --channel team
    Since: 09:00 UTC
    Times: 1
    Not told: run r-1"
  `);
  world.pass(5 * minute);
  await world.replay('team:r-1');
  await world.look();
  expect(await world.text()).toContain('Batuta: the trouble with notifications is over, after 5 min 0 s');
});

test('each time that one is given up counts once, of many only some are named', async () => {
  const world = givenUpWorld();
  for (let index = 0; index < 7; index++) await world.giveUp(`r-${index}`);
  for (let looks = 0; looks < 3; looks++) {
    world.pass(5 * minute);
    await world.look();
  }
  expect(await world.count()).toEqual([7]);
  expect(await world.text()).toContain('Not told: run r-6, run r-5, run r-4, run r-3, run r-2 and 2 more');
  await world.deliveries.update('team:r-0', (delivery) => ({ ...delivery, failedAt: plus(delivery.createdAt, hour) }));
  world.pass(hour);
  await world.look();
  expect(await world.count()).toEqual([8]);
});

test('each channel is told by itself', async () => {
  const world = givenUpWorld();
  await world.giveUp('r-1');
  await world.look();
  world.pass(5 * minute);
  await world.giveUp('r-1', { channel: 'ops', lastError: 'it answered HTTP 503; given up after 31 attempts' });
  await world.look();
  expect(await world.text()).toContain(
    'Why: 1 notification for ops was given up: it answered HTTP 503; given up after 31 attempts (once); 1 notification for team was given up: it answered HTTP 400 (once)',
  );
  await world.replay('ops:r-1');
  world.pass(5 * minute);
  await world.look();
  const { causes = {}, state } = (await world.alert()) ?? {};
  expect(state).toBe('open');
  expect(Object.keys(causes).filter((key) => causes[key]?.overAt === undefined)).toEqual(['given-up:team']);
});

test('it is over when for a day no more was given up', async () => {
  const world = givenUpWorld();
  await world.giveUp('r-1');
  await world.look();
  world.pass(24 * hour);
  await world.look();
  expect(await world.alert()).toMatchObject({ state: 'open' });
  world.pass(5 * minute);
  await world.look();
  expect(await world.alert()).toMatchObject({ state: 'closed' });
});

test.each<[string, Partial<Delivery>]>([
  ['a sample', { about: { kind: 'sample', id: 'test-run-failed-00000000' } }],
  ['what a newer trouble has taken the place of', { obsolete: 'superseded' }],
  ['what is no longer kept', { obsolete: 'forgotten' }],
  ['news of this very trouble', { about: { kind: 'alert', id: 'batuta:notifications#2' } }],
  ['what a channel that is no longer configured had waiting', { channel: 'former' }],
])('%s is no loss', async (_what, parts) => {
  const world = givenUpWorld();
  await world.giveUp('x-1', parts);
  await world.look();
  expect(await world.alert()).toBeUndefined();
  await world.giveUp('x-2', { about: { kind: 'alert', id: 'batuta:dead letters#2' } });
  await world.look();
  expect(await world.count()).toEqual([1]);
});

test('what a channel refused of which people have heard that it takes nothing is told once it works again', async () => {
  const world = givenUpWorld();
  await world.trouble(true);
  await world.giveUp('r-1');
  await world.look();
  expect(await world.alert()).toBeUndefined();
  await world.mended();
  await world.look();
  expect(await world.alert()).toMatchObject({ state: 'open' });
  // It neither is told again nor is over while the channel is in trouble once more.
  await world.trouble(true);
  world.pass(5 * minute);
  await world.giveUp('r-2');
  await world.look();
  expect(await world.alert()).toMatchObject({ state: 'open' });
  expect(await world.count()).toEqual([1]);
});

test('trouble that nobody has heard of hides nothing', async () => {
  const world = givenUpWorld();
  await world.trouble(false);
  await world.giveUp('r-1');
  await world.look();
  expect(await world.count()).toEqual([1]);
});

test('of thousands that were given up at once the latest thousand are looked at, and nothing is over meanwhile', async () => {
  const world = givenUpWorld();
  await world.giveUp('r-first', { channel: 'ops' });
  await world.look();
  world.pass(minute);
  for (let index = 0; index < 1100; index++) await world.giveUp(`r-${index}`);
  const before = world.lists();
  await world.look();
  expect(world.lists() - before).toBe(10);
  const { causes = {} } = (await world.alert()) ?? {};
  expect(causes['given-up:ops']).not.toHaveProperty('overAt');
  expect(causes['given-up:team']).toMatchObject({ cause: expect.stringMatching(/^1000 notifications for team were/) });
});
