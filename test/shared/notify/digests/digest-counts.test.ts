import { describe, expect, test } from 'vitest';
import { deploymentIdOf, runIdOf } from '../../../../shared/core/ids.ts';
import { iso, toInstant } from '../../../../shared/core/time.ts';
import type { Run } from '../../../../shared/run/run.ts';
import type { Table } from '../../../../shared/store/table.ts';
import { aDeployment } from '../../../support/deployments.ts';
import { digestRoute, digestWorld } from '../../../support/digest-world.ts';
import { memoryTable } from '../../../support/memory-table.ts';
import { aRun } from '../../../support/runs.ts';

type World = ReturnType<typeof digestWorld>;
const hour = 3_600_000;
const runsOnly = { when: { kind: ['run' as const] } };

/** A run that was asked for then; it ends where the answer is called, recorded when it ended or at `recorded`. */
async function asked(world: World, at: string, parts: Partial<Run> = {}) {
  const id = parts.id ?? runIdOf('asked', at);
  await world.recordedAt(at, () => world.stores.runs.create(aRun({ id, createdAt: toInstant(at), ...parts })));
  return (finishedAt: string, { recorded = finishedAt, state = 'succeeded' as Run['state'] } = {}) =>
    world.recordedAt(recorded, () =>
      world.stores.runs.update(id, (run) => ({ ...run, state, finishedAt: toInstant(finishedAt) })),
    );
}

const titles = async (world: World) => (await world.deliveries()).map(({ title }) => title);

describe('a run counts in the period in which it ends, however long ago it was asked for', () => {
  const fanOut = { key: 'k', total: 2, maxParallel: 2, failFast: false, started: 2, chunks: [] };
  test.each<[string, string, Partial<Run>]>([
    ['a fan-out of three days', '2026-11-17T07:00:00Z', { fanOut, state: 'running' }],
    ['one that waited in a queue for a month', '2026-10-18T07:00:00Z', {}],
    ['one asked for five days ahead', '2026-11-14T10:00:00Z', { at: toInstant('2026-11-19T10:00:00Z') }],
  ])('%s', async (_what, at, parts) => {
    const world = digestWorld([digestRoute({}, runsOnly)]);
    const end = await asked(world, at, parts);
    await end('2026-11-19T12:00:00Z', { state: 'failed' });
    await world.wake();
    expect(await titles(world)).toEqual(['The last day: 1 run, which failed']);
  });
});

test('a deployment counts in the period in which it ends, however long it was held', async () => {
  const world = digestWorld([digestRoute({}, { when: { service: 'shop-api' } })]);
  const id = deploymentIdOf('held');
  const createdAt = toInstant('2026-10-01T09:00:00Z');
  const held = aDeployment({ id, state: 'held', createdAt });
  await world.recordedAt('2026-10-01T09:00:00Z', () => world.stores.deployments.create(held));
  const finishedAt = toInstant('2026-11-19T09:00:00Z');
  await world.recordedAt('2026-11-19T09:00:00Z', () =>
    world.stores.deployments.update(id, (deployment) => ({ ...deployment, state: 'succeeded', finishedAt })),
  );
  await world.wake();
  expect(await titles(world)).toEqual(['The last day, shop-api: 1 deployment']);
});

test('an end that is recorded only after its digest was made counts in the next', async () => {
  const world = digestWorld([digestRoute({}, runsOnly)]);
  const end = await asked(world, '2026-11-20T07:30:00Z');
  await world.wake();
  await end('2026-11-20T07:59:00Z', { recorded: '2026-11-20T08:05:00Z' });
  world.at('2026-11-21T08:03:00Z');
  await world.wake();
  expect(await titles(world)).toEqual(['The last day: nothing ran', 'The last day: 1 run']);
});

test('jobs and services that leave batuta.yml are still counted, for 35 days', async () => {
  const world = digestWorld([digestRoute()]);
  await world.wake();
  const end = await asked(world, '2026-11-20T09:00:00Z');
  await world.deployment('2026-11-20T10:00:00Z');
  const { report: _, ...jobs } = world.config.jobs;
  world.config.jobs = jobs;
  world.config.services = {};
  world.at('2026-11-21T08:03:00Z');
  await world.wake();
  await end('2026-11-22T09:00:00Z');
  for (let day = 22; day <= 60; day++) {
    world.at(iso(toInstant(Date.UTC(2026, 10, day, 8, 3))));
    if (day === 60) await world.run('2026-12-30T07:00:00Z');
    await world.wake();
  }
  const told = await titles(world);
  expect(told.filter((title) => title !== 'The last day: nothing was deployed and nothing ran')).toEqual([
    'The last day: 1 deployment; no runs',
    'The last day: no deployments; 1 run',
  ]);
});

test('a digest takes no more calls for 10 000 runs than for 1 000', async () => {
  const calls = async (runs: number) => {
    let queries = 0;
    const table = memoryTable();
    const counted: Table = {
      ...table,
      query(query) {
        queries++;
        return table.query(query);
      },
    };
    const world = digestWorld([digestRoute({}, { when: { job: 'report' } })], counted);
    const start = Date.UTC(2026, 10, 19, 9);
    for (let i = 0; i < runs; i++) await world.run(iso(toInstant(start + (i * 22 * hour) / runs)));
    queries = 0;
    const [id = ''] = await world.wake();
    expect(await world.stores.digests.get(id)).toMatchObject({ runs: { runs: 500, cut: ['report'] } });
    return queries;
  };
  const [few, many] = [await calls(1_000), await calls(10_000)];
  expect(many).toBe(few);
  expect(many).toBeLessThanOrEqual(14);
});
