import { expect, test } from 'vitest';
import { noteOver, noteTrouble } from '../../../../shared/notify/alerts/alerts.ts';
import type { About } from '../../../../shared/notify/deliver/delivery.ts';
import { replayDelivery } from '../../../../shared/notify/deliver/replay.ts';
import { type DeliveryWorld, deliveryWorld } from '../../../support/delivery-world.ts';
import { aRun } from '../../../support/runs.ts';

/** A delivery that was given up is replayed; resolves with what became of it, and how many requests that took. */
async function replayed(world: DeliveryWorld, about: About) {
  const id = `team:${about.id}`;
  const given = { schemaVersion: 1, channel: 'team', state: 'failed', createdAt: world.now() } as const;
  await world.stores.deliveries.create({ ...given, id, about, wantedVersion: 1, sentVersion: 0, attempts: 1 });
  await replayDelivery(id, world.replay);
  await world.pass(60);
  return { delivery: (await world.stores.deliveries.get(id))?.value, asked: world.told.length };
}

test.each<About['kind']>(['run', 'deployment', 'alert', 'digest'])(
  'what tells of a %s that is no longer kept fails and says so',
  async (kind) => {
    const { delivery, asked } = await replayed(deliveryWorld({ team: {} }), { kind, id: 'x-1#1' });
    const lastError = `what it tells of is no longer kept: ${kind} x-1#1`;
    expect(delivery).toMatchObject({ state: 'failed', lastError, obsolete: 'forgotten' });
    expect(asked).toBe(0);
  },
);

test('what tells of a past episode of an alert fails and says that a newer trouble is there', async () => {
  const world = deliveryWorld({ team: {} });
  const subject = { kind: 'job', name: 'nightly' } as const;
  const trouble = { key: 'failed', kind: 'run-failed', cause: 'x', elsewhere: true } as const;
  for (const id of ['r-1', 'r-2']) {
    await noteTrouble(world.stores.alerts, subject, { ...trouble, id, at: world.now() }, world.now());
    await world.pass(60);
    if (id === 'r-1') await noteOver(world.stores.alerts, subject, { at: world.now() });
    await world.pass(60);
  }
  const { delivery } = await replayed(world, { kind: 'alert', id: 'job:nightly#1' });
  const lastError = 'a newer trouble of job nightly has taken its place';
  expect(delivery).toMatchObject({ state: 'failed', lastError, obsolete: 'superseded' });
  expect(await replayDelivery('team:job:nightly#1', world.replay)).toBe('obsolete');
});

test('what has nothing to tell counts as sent', async () => {
  const world = deliveryWorld({ team: {} });
  await world.stores.runs.create(aRun({ state: 'queued' }));
  const { delivery, asked } = await replayed(world, { kind: 'run', id: aRun().id });
  expect(delivery).toMatchObject({ state: 'sent' });
  expect(asked).toBe(0);
});
