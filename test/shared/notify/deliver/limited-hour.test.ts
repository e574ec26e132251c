import { expect, test } from 'vitest';
import { deploymentIdOf } from '../../../../shared/core/ids.ts';
import { channelSender } from '../../../../shared/notify/deliver/send.ts';
import { countedHttp, portsOf, startReceiver } from '../../../support/channels/receiver.ts';
import { deliveryWorld } from '../../../support/delivery-world.ts';

const hour = 3600;
const names = Array.from({ length: 20 }, (_, index) => `d${index}`);

/** A server on loopback that answers 429 with these headers as long as it is limited, then takes what it is sent. */
async function limitedWorld(headers: Record<string, string>) {
  const receiver = { isLimited: true, took: 0, asked: 0 };
  const { origin } = await startReceiver(() => {
    receiver.asked += 1;
    if (receiver.isLimited) return { status: 429, headers };
    receiver.took += 1;
    return { status: 204 };
  });
  const { http, isBusy } = countedHttp();
  const config = { name: 'team', type: 'webhook', url: origin, secrets: [] } as const;
  const team = { config, answer: channelSender(portsOf({ http })).send };
  const world = deliveryWorld({ team }, { isBusy });
  return { world, receiver };
}

test.each([
  ['asks for 2 s', { 'retry-after': '2' }, 20],
  ['asks for 10 minutes', { 'retry-after': '600' }, 6],
  ['asks for more than that', { 'retry-after': '5400' }, 1],
  ['names no time', {}, 25],
])(
  'a server that answers 429 for an hour and %s is asked a few times, then gets all in order, once',
  async (_case, headers, most) => {
    const { world, receiver } = await limitedWorld(headers as Record<string, string>);
    for (const name of names) {
      await world.news(name, 'failed');
      await world.pass(20);
    }
    await world.pass(hour - 20 * names.length);
    expect(receiver.took).toBe(0);
    expect(receiver.asked).toBeGreaterThan(0);
    expect(receiver.asked).toBeLessThanOrEqual(most);
    receiver.isLimited = false;
    await world.pass(15 * 60);
    expect(world.took('team').map(({ about }) => about)).toEqual(names.map((name) => deploymentIdOf(name)));
    expect(receiver.took).toBe(names.length);
    for (const name of names) expect(await world.delivery('team', name)).toMatchObject({ state: 'sent' });
  },
);
