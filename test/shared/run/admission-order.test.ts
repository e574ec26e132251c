import { expect, test } from 'vitest';
import type { DeploymentId } from '../../../shared/core/ids.ts';
import { requestRun } from '../../../shared/run/request-run.ts';
import { report } from '../../support/run-world.ts';
import { type RunWorld, runWorlds } from '../../support/worlds.ts';

const world = runWorlds();

/** `report` queues and is in the group with `other`, where one goes on at once. */
async function group(): Promise<RunWorld> {
  const limits = { groups: { db: { maxParallel: 1 } } };
  const w = await world({
    behave: { runMs: 600_000 },
    limits,
    job: { overlap: 'queue', maxParallel: 1, group: 'db' },
  });
  Object.assign(w.deps.config.jobs, { other: { ...report, name: 'other', group: 'db' } });
  return w;
}
const states = (w: RunWorld, ids: readonly string[]) => ids.map((id) => w.run(id).state);

test('a free place is taken at once, also by one that was asked for before those who wait already', async () => {
  const w = await group();
  const first = await w.request('first');
  await w.pass(5);
  const second = await w.request('second');
  await w.pass(5);
  const other = await w.request('other', {}, { name: 'other' });
  await w.pass(5);
  expect(states(w, [first, second, other])).toEqual(['running', 'queued', 'queued']);
  await w.pass(630);
  expect(states(w, [first, second, other])).toEqual(['succeeded', 'running', 'queued']);
  await w.pass(630);
  expect(states(w, [first, second, other])).toEqual(['succeeded', 'succeeded', 'running']);
});

test('a more urgent run that comes while a place is being given on takes it at once', async () => {
  const w = await group();
  const first = await w.request('first', {}, { name: 'other' });
  await w.pass(5);
  const waits = await w.request('waits', {}, { name: 'other' });
  await w.pass(5);
  // The worker finds both at its next look: the end of the first, and the urgent one.
  await w.stop(first);
  const urgent = await w.request('urgent', {}, { name: 'other', priority: 10 });
  await w.pass(60);
  expect(states(w, [first, waits, urgent])).toEqual(['stopped', 'queued', 'running']);
});

test('queueTimeout counts for those who wait for a limit', async () => {
  const w = await group();
  await w.request('first');
  await w.pass(5);
  const second = await w.request('second', {}, { queueTimeoutMs: 60_000 });
  await w.pass(130);
  expect(w.run(second)).toMatchObject({ state: 'timed-out', outcome: { kind: 'timeout' } });
});

test('nobody is skipped because more than a thousand wait for a place of the installation', async () => {
  const w = await world({ behave: { runMs: 600_000 }, limits: { maxParallel: 1, groups: {} } });
  const ids = await Promise.all(Array.from({ length: 1010 }, (_, n) => w.request(`key-${n}`)));
  await w.pass(10);
  expect(Map.groupBy(states(w, ids), (state) => state).get('queued')).toHaveLength(1009);
});

test.each([
  ['a full queue', { overlap: 'queue', queueLimit: 1 }],
  ['overlap: skip', { overlap: 'skip' }],
  ['a newer run with overlap: replace', { overlap: 'replace' }],
] as const)('the job of a deployment waits, also for %s', async (_what, job) => {
  const w = await world({ behave: { runMs: 60_000 }, job: { ...job, maxParallel: 1 } });
  const first = await w.request('first');
  await w.pass(5);
  // The worker finds all of them at once.
  await w.request('second');
  await w.clock.advance(1000);
  const deployment = 'd-aaaaaaaaaaaaaaaaaaaaaaaa' as DeploymentId;
  const trigger = { kind: 'deployment', deployment, service: 'shop-api', phase: 'before' } as const;
  const { run } = await requestRun({ job: w.run(first).spec, params: { database: 'shop' }, trigger }, w.deps);
  await w.clock.advance(1000);
  if (job.overlap === 'replace') await w.request('newest');
  await w.pass(300);
  expect(w.run(run.id).state).toBe('succeeded');
});
