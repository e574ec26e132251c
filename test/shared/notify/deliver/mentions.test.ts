import { expect, test } from 'vitest';
import { noteTrouble } from '../../../../shared/notify/alerts/alerts.ts';
import type { About } from '../../../../shared/notify/deliver/delivery.ts';
import { want } from '../../../../shared/notify/deliver/want.ts';
import { type DeliveryWorld, deliveryWorld, ok, retry } from '../../../support/delivery-world.ts';

const here = ['<!here>'];
const calls = (world: DeliveryWorld) => world.told.map(({ news, mentions }) => [news, mentions.length]);

test('a failed rollout calls people once, not again when it is rolled back', async () => {
  const world = deliveryWorld({ team: {} });
  for (const state of ['rolling', 'rolling-back', 'rolled-back'] as const) {
    await world.news('d0', state, ['team'], { mentions: here });
    await world.pass(2);
  }
  expect(calls(world)).toEqual([
    ['rolling', 0],
    ['rolling-back', 1],
    ['rolled-back', 0],
  ]);
});

test('what the receiver did not take has called nobody yet', async () => {
  let asked = 0;
  const world = deliveryWorld({ team: { answer: () => (asked++ === 0 ? retry('it answered HTTP 503') : ok) } });
  await world.news('d0', 'failed', ['team'], { mentions: here });
  await world.pass(60);
  expect(calls(world)).toEqual([
    ['failed', 1],
    ['failed', 1],
  ]);
});

test('an alert calls each time that it tells of what goes on', async () => {
  const world = deliveryWorld({ team: {} });
  const subject = { kind: 'service', name: 'shop-api' } as const;
  const trouble = { key: 'short', kind: 'service-short', cause: 'x', lasting: true } as const;
  const { id } = await noteTrouble(world.stores.alerts, subject, { ...trouble, id: '1', at: world.now() }, world.now());
  const about: About = { kind: 'alert', id: `${id}#1` };
  for (const news of ['1:open', '1:more']) {
    const { version = 0 } = (await world.stores.alerts.update(id, (alert) => ({ ...alert, news }))) ?? {};
    await want({ channel: 'team', mentions: here }, { about, version, news }, 'beginning', world);
    await world.pass(5);
  }
  expect(world.told.map(({ mentions }) => mentions.length)).toEqual([1, 1]);
});
