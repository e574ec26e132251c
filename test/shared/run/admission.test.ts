import { describe, expect, test } from 'vitest';
import { deploymentIdOf } from '../../../shared/core/ids.ts';
import { requestRun } from '../../../shared/run/request-run.ts';
import { report } from '../../support/run-world.ts';
import { type RunWorld, runWorlds } from '../../support/worlds.ts';

const world = runWorlds();
const states = (w: RunWorld, ids: readonly string[]) => ids.map((id) => w.run(id).state);
const tenMinutes = { behave: { runMs: 600_000, exitCode: 0 } };

async function ask(w: RunWorld, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    ids.push(await w.request(`key-${n}`));
    await w.pass(5);
  }
  return ids;
}

describe('overlap', () => {
  test('allow: runs of a job go on beside each other', async () => {
    const w = await world(tenMinutes);
    const ids = await ask(w, 3);
    expect(states(w, ids)).toEqual(['running', 'running', 'running']);
  });

  test('skip: a run that finds another one is skipped, says which limit, and starts no task', async () => {
    const w = await world({ ...tenMinutes, job: { overlap: 'skip' } });
    const ids = await ask(w, 2);
    expect(states(w, ids)).toEqual(['running', 'skipped']);
    expect(w.run(ids[1] ?? '').outcome).toEqual({
      kind: 'overlap',
      cause: '1 run of report is under way, as many as may be at once',
      hint: 'overlap: queue in batuta.yml lets it wait instead',
    });
    expect(w.engine.started).toHaveLength(1);
  });

  test('skip: once the first has ended the next one runs', async () => {
    const w = await world({ ...tenMinutes, job: { overlap: 'skip' } });
    await ask(w, 1);
    await w.pass(700);
    const later = await w.request('later');
    await w.pass(5);
    expect(w.run(later).state).toBe('running');
  });

  test('queue: runs wait in the order in which they were asked for, one after the other', async () => {
    const w = await world({ ...tenMinutes, job: { overlap: 'queue' } });
    const ids = await ask(w, 3);
    expect(states(w, ids)).toEqual(['running', 'queued', 'queued']);
    expect(w.run(ids[1] ?? '').waitingFor).toBe('1 run of report is under way, as many as may be at once');
    await w.pass(620);
    expect(states(w, ids)).toEqual(['succeeded', 'running', 'queued']);
    await w.pass(620);
    expect(states(w, ids)).toEqual(['succeeded', 'succeeded', 'running']);
  });

  test('queue: more than queueLimit are skipped, and say that the queue is full', async () => {
    const w = await world({ ...tenMinutes, job: { overlap: 'queue', queueLimit: 1 } });
    const ids = await ask(w, 3);
    expect(states(w, ids)).toEqual(['running', 'queued', 'skipped']);
    expect(w.run(ids[2] ?? '').outcome).toMatchObject({ kind: 'queue-full' });
  });

  test('queue: who waits with a higher priority goes first', async () => {
    const w = await world({ ...tenMinutes, job: { overlap: 'queue' } });
    const ids = await ask(w, 2);
    const urgent = await w.request('urgent', { database: 'shop' }, { priority: 10 });
    await w.pass(620);
    expect(states(w, [...ids, urgent])).toEqual(['succeeded', 'queued', 'running']);
  });

  test('replace: the newest stops the one that runs, and takes its place when that has ended', async () => {
    const w = await world({ ...tenMinutes, job: { overlap: 'replace' } });
    const ids = await ask(w, 2);
    await w.pass(70);
    expect(states(w, ids)).toEqual(['stopped', 'running']);
    expect(w.run(ids[0] ?? '').outcome?.cause).toBe(
      `replaced by ${ids[1]}, which came later (overlap: replace); it ended on SIGTERM`,
    );
  });

  test("replace: a deployment's job is let finish", async () => {
    const w = await world({ ...tenMinutes, job: { overlap: 'replace' } });
    const trigger = {
      kind: 'deployment',
      deployment: deploymentIdOf('a'),
      service: 'shop-api',
      phase: 'before',
    } as const;
    const { run } = await requestRun({ job: { ...report, overlap: 'replace' }, params: {}, trigger }, w.deps);
    await w.pass(10);
    const [later = ''] = await ask(w, 1);
    await w.pass(70);
    expect(states(w, [run.id, later])).toEqual(['running', 'queued']);
    await w.pass(600);
    expect(states(w, [run.id, later])).toEqual(['succeeded', 'running']);
  });

  test('a run that waits to be tried again keeps its place', async () => {
    const w = await world({
      behave: { runMs: 5_000, exitCode: 75 },
      job: {
        overlap: 'skip',
        retry: { attempts: 2, on: ['exit:75'], backoffMs: 300_000, maxBackoffMs: 300_000 },
      },
    });
    const first = await w.request('first');
    await w.pass(60);
    const second = await w.request('second');
    await w.pass(10);
    expect(states(w, [first, second])).toEqual(['queued', 'skipped']);
  });
});

describe('limits', () => {
  test('maxParallel of the installation lets the next in when one has ended', async () => {
    const w = await world({ ...tenMinutes, limits: { maxParallel: 2, groups: {} } });
    const ids = await ask(w, 3);
    expect(states(w, ids)).toEqual(['running', 'running', 'queued']);
    await w.pass(620);
    expect(states(w, ids)).toContain('running');
    expect(states(w, ids)).not.toContain('queued');
  });

  test('a group shares its places', async () => {
    const w = await world({ ...tenMinutes, job: { group: 'db' }, limits: { groups: { db: { maxParallel: 1 } } } });
    const ids = await ask(w, 2);
    expect(states(w, ids)).toEqual(['running', 'queued']);
    expect(w.run(ids[1] ?? '').waitingFor).toBe('1 run of the group db is under way, as many as may be at once');
  });

  test('a run that is stopped while it waits gives way to the next', async () => {
    const w = await world({ ...tenMinutes, job: { overlap: 'queue' } });
    const ids = await ask(w, 3);
    await w.stop(ids[1] ?? '');
    await w.pass(620);
    expect(states(w, ids)).toEqual(['succeeded', 'stopped', 'running']);
  });

  test('a lost event delays the next by a sweep, no more', async () => {
    const w = await world({ ...tenMinutes, job: { overlap: 'queue' }, events: false });
    const ids = await ask(w, 2);
    await w.pass(900);
    expect(states(w, ids)).toEqual(['succeeded', 'running']);
  });

  test('a place whose holder is gone from the table is found and given on', async () => {
    const w = await world({ ...tenMinutes, job: { overlap: 'queue' } });
    await w.table.put({ pk: 'slots#job#report', sk: 'slots', version: 1, slots: ghost }, 0);
    const [id = ''] = await ask(w, 1);
    expect(w.run(id).state).toBe('running');
  });

  test('a job that is no longer in batuta.yml starts nothing more, and says so', async () => {
    const w = await world({ ...tenMinutes, job: { overlap: 'queue' } });
    const ids = await ask(w, 2);
    delete (w.deps.config.jobs as Record<string, unknown>).report;
    await w.pass(620);
    expect(states(w, ids)).toEqual(['succeeded', 'failed']);
    expect(w.run(ids[1] ?? '').outcome).toMatchObject({ kind: 'removed' });
  });
});

const ghost = { running: ['r-aaaaaaaaaaaaaaaaaaaaaaaa'], waiting: 0, checkedAt: 0 };
