import { expect, test } from 'vitest';
import { plus } from '../../../shared/core/time.ts';
import { noteOver, noteTrouble } from '../../../shared/notify/alerts/alerts.ts';
import type { About } from '../../../shared/notify/deliver/delivery.ts';
import type { Run } from '../../../shared/run/run.ts';
import { type DeliveryWorld, deliveryWorld } from '../../support/delivery-world.ts';
import { aRun } from '../../support/runs.ts';

/** A chat whose messages are changed, a pager, and a webhook that is told each thing once; all ask for failures only. */
const open = () =>
  deliveryWorld(
    {
      team: {
        config: { name: 'team', type: 'slack', token: 'ssm:/token', channel: '#x' },
        answer: () => ({ kind: 'sent', handle: { channel: 'C1', ts: '1', to: '#x', first: 'x' } }),
      },
      'on-call': {
        config: { name: 'on-call', type: 'pagerduty', routingKey: 'ssm:/key', region: 'us' },
        answer: ({ message }) => ({ kind: 'sent', handle: message.kind === 'run-late' ? { opened: 'run-late' } : {} }),
      },
      hook: {},
    },
    { only: 'failures' },
  );

/** Longer than any of these tests takes. */
const today = { days: ['wed', 'thu', 'fri', 'sat'], from: '00:00', to: '24:00', timezone: 'UTC' };
const exited = { kind: 'exit', cause: 'exit code 1 of container job', exitCode: 1 } as Run['outcome'] & object;

const trigger = { kind: 'schedule', scheduledTime: '2026-11-20T09:00:00Z' } as Run['trigger'];

async function late(world: DeliveryWorld): Promise<About> {
  const run = aRun({ trigger, late: { at: world.now(), why: 'it waits for report-2' } });
  await world.stores.runs.create(run);
  const about = { kind: 'run', id: run.id } as const;
  await world.hear(about);
  await world.pass(10);
  return about;
}

async function becomes(world: DeliveryWorld, about: About, parts: Partial<Run>): Promise<void> {
  await world.stores.runs.update(about.id as Run['id'], (run) => ({ ...run, ...parts }));
  await world.hear(about);
  await world.pass(10);
}

const news = (world: DeliveryWorld, channel: string) =>
  world.took(channel).map(({ news: told, quiet }) => `${told}${quiet ? ', quietly' : ''}`);

test('a warning that is past is corrected where it stands, though no route asks for what came of it', async () => {
  const world = open();
  const about = await late(world);
  for (const channel of ['team', 'on-call', 'hook']) expect(news(world, channel)).toEqual(['late']);
  await becomes(world, about, { state: 'running', startedAt: world.now() });
  await becomes(world, about, { state: 'succeeded', finishedAt: world.now() });
  expect(news(world, 'team')).toEqual(['late', 'started, quietly', 'succeeded, quietly']);
  expect(news(world, 'on-call')).toEqual(['late', 'started, quietly', 'succeeded, quietly']);
  expect(news(world, 'hook')).toEqual(['late']);
  await world.hear(about);
  await world.pass(10);
  expect(world.told).toHaveLength(7);
});

test('so it is where the late run is skipped after all, and what nobody was told of is told to nobody', async () => {
  const world = open();
  const outcome = { kind: 'overlap', cause: 'report-2 still runs' } as Run['outcome'] & object;
  const about = await late(world);
  await becomes(world, about, { state: 'skipped', outcome, finishedAt: world.now() });
  expect(news(world, 'team')).toEqual(['late', 'skipped, quietly']);
  expect(news(world, 'hook')).toEqual(['late']);

  const quiet = open();
  const run = aRun({ trigger, state: 'skipped', outcome, finishedAt: quiet.now() });
  await quiet.stores.runs.create(run);
  await quiet.hear({ kind: 'run', id: run.id });
  await quiet.pass(10);
  expect(quiet.told).toEqual([]);
});

test('what is news again is told aloud', async () => {
  const world = open();
  const about = await late(world);
  await becomes(world, about, { state: 'failed', outcome: exited, finishedAt: world.now() });
  for (const channel of ['team', 'on-call', 'hook']) expect(news(world, channel)).toEqual(['late', 'failed']);
});

const shop = { kind: 'service', name: 'shop-api' } as const;
const trouble = (world: DeliveryWorld, id: string) =>
  noteTrouble(
    world.stores.alerts,
    shop,
    { key: 'short', kind: 'service-short', cause: '0 of 2 tasks run', id, at: world.now(), lasting: true },
    world.now(),
  );

async function short(world: DeliveryWorld, id: string): Promise<About> {
  const about = { kind: 'alert', id: (await trouble(world, id)).id } as const;
  await world.hear(about);
  await world.pass(10);
  return about;
}

test('a trouble whose end waited until the next one began is not left standing, and a pager is not told of its end', async () => {
  const world = open();
  const about = await short(world, 'first');
  await world.pass(3 * 3600);
  await noteOver(world.stores.alerts, shop, { at: world.now() });
  await world.pass(3 * 3600);
  // The event of its end is handled only after that.
  await trouble(world, 'second');
  for (const channel of ['team', 'on-call', 'hook']) {
    await world.stores.deliveries.update(`${channel}:${about.id}#1`, (known) => ({ ...known, state: 'pending' }));
  }
  await world.pass(60);
  expect(news(world, 'team').slice(-1)).toEqual([`${about.id}#1:past, quietly`]);
  expect(news(world, 'on-call')).toEqual(['1:first-1']);
  expect(news(world, 'hook')).toEqual(['1:first-1']);
});

test('a mute window holds back what calls people, and not what only resolves', async () => {
  const world = open();
  const about = await short(world, 'first');
  for (const route of world.config.routes) Object.assign(route, { mute: [today] });
  await world.pass(3600);
  await noteOver(world.stores.alerts, shop, { at: world.now() });
  await world.hear(about);
  await world.pass(10);
  expect(news(world, 'on-call')).toEqual(['1:first-1', '1:over']);
  expect(news(world, 'hook')).toEqual(['1:first-1']);
});

test('a correction that waits does not carry louder news through a mute window', async () => {
  const world = open();
  const about = await late(world);
  for (const channel of ['team', 'on-call'])
    await world.states.update(channel, (state) => ({ ...state, pausedUntil: plus(world.now(), 600_000) }));
  await becomes(world, about, { state: 'running', startedAt: world.now() });
  for (const route of world.config.routes) Object.assign(route, { mute: [today] });
  await becomes(world, about, { state: 'failed', outcome: exited, finishedAt: world.now() });
  await world.pass(1800);
  for (const channel of ['team', 'on-call', 'hook']) expect(news(world, channel)).toEqual(['late']);
});
