import { expect, test } from 'vitest';
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
  const outcome = { kind: 'exit', cause: 'exit code 1 of container job', exitCode: 1 } as Run['outcome'] & object;
  await becomes(world, about, { state: 'failed', outcome, finishedAt: world.now() });
  for (const channel of ['team', 'on-call', 'hook']) expect(news(world, channel)).toEqual(['late', 'failed']);
});
