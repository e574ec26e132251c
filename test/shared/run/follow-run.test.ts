import { ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { stopRun } from '../../../shared/run/stop-run.ts';
import { type RunWorld, runWorlds } from '../../support/worlds.ts';

const world = runWorlds();
const minute = 60_000;
const streamOf = (w: RunWorld, id: string) => w.run(id).log?.stream ?? '';

describe('how a run ends', () => {
  test('a script that fails gives its exit code and the stream of its lines', async () => {
    const w = await world({ behave: { runMs: 1000, exitCode: 3 } });
    const id = await w.request();
    await w.pass(10);
    const taskId = w.run(id).attempts[0]?.taskArn?.split('/').at(-1);
    expect(w.run(id)).toMatchObject({
      state: 'failed',
      outcome: { kind: 'exit', exitCode: 3 },
      log: { group: '/batuta/test/jobs', stream: `report/job/${taskId}` },
    });
  });

  test('without any event the sweep finds the end', async () => {
    const w = await world({ events: false });
    const id = await w.request();
    await w.pass(130);
    expect(w.run(id).state).toBe('succeeded');
  });

  test('past its deadline a run is stopped by the sweep and timed out', async () => {
    const w = await world({ job: { timeoutMs: 2 * minute }, behave: {} });
    const id = await w.request();
    await w.pass(240);
    expect(w.run(id)).toMatchObject({
      state: 'timed-out',
      stop: { by: 'timeout' },
      outcome: {
        kind: 'timeout',
        cause: 'it ran longer than its timeout of 2 min; it ended on SIGTERM',
        exitCode: 143,
      },
    });
  });

  test('a script that hangs on SIGTERM is killed after stopTimeout and recorded so', async () => {
    const w = await world({ job: { timeoutMs: minute }, behave: { ignoresSigterm: true } });
    const id = await w.request();
    await w.pass(240);
    expect(w.run(id).state).toBe('timed-out');
    expect(w.run(id).outcome?.cause).toMatch(/did not end on SIGTERM and was killed after 30 s/);
  });

  test('a stop asked for before the launch ends the run at once, without a task', async () => {
    const w = await world({ job: { cluster: 'prod' } });
    w.faults.add({ service: 'ecs', operation: 'RunTask', kind: 'throttle' });
    const id = await w.request();
    await w.settle();
    await stopRun(id, 'user', 'not today', w.deps);
    await w.pass(30);
    expect(w.run(id)).toMatchObject({
      state: 'stopped',
      outcome: { kind: 'user', cause: 'not today' },
    });
    expect(w.engine.started).toHaveLength(0);
  });

  test('a stopped run is stopped, whatever its exit code', async () => {
    const w = await world({ behave: {} });
    const id = await w.request();
    await w.pass(10);
    await stopRun(id, 'user', 'enough', w.deps);
    await w.pass(10);
    expect(w.run(id)).toMatchObject({
      state: 'stopped',
      outcome: { cause: 'enough; it ended on SIGTERM', exitCode: 143 },
    });
  });

  test('StopTask that failed is sent again by the sweep', async () => {
    const w = await world({ behave: {} });
    const id = await w.request();
    await w.pass(10);
    w.faults.add({ service: 'ecs', operation: 'StopTask', nth: 1, kind: 'error' });
    await expect(stopRun(id, 'user', 'enough', w.deps)).rejects.toThrow('StopTask');
    await w.pass(130);
    expect(w.run(id).state).toBe('stopped');
  });

  test('runs that the sweep cannot stop hold up no other', async () => {
    const w = await world({ events: false, behave: {}, job: { timeoutMs: 5 * minute } });
    const ids = await Promise.all(Array.from({ length: 12 }, (_, index) => w.request(`key-${index}`)));
    w.faults.add({ service: 'ecs', operation: 'StopTask', kind: 'error', code: 'AccessDeniedException', status: 400 });
    await w.pass(8 * 60);
    expect(ids.filter((id) => w.run(id).stop === undefined)).toEqual([]);
  });

  test('a task that someone else stopped is a failure that says so', async () => {
    const w = await world({ behave: {} });
    const id = await w.request();
    await w.pass(10);
    const task = w.run(id).attempts[0]?.taskArn ?? '';
    await w.client.send(new StopTaskCommand({ cluster: 'prod', task, reason: 'by hand' }));
    await w.pass(10);
    expect(w.run(id)).toMatchObject({
      state: 'failed',
      outcome: { kind: 'user', cause: expect.stringContaining('by hand') },
    });
  });

  test('a terminal state never changes', async () => {
    const w = await world();
    const id = await w.request();
    await w.pass(20);
    const before = structuredClone(w.run(id));
    await stopRun(id, 'user', 'too late', w.deps);
    await w.pass(180);
    expect(w.run(id)).toEqual(before);
  });
});

describe('what a script reports', () => {
  test('the end of the log is read at the stop, so no output is missed', async () => {
    const w = await world({ behave: { runMs: 1000, lines: ['hello', '::progress 90 nearly', '::output rows=1200'] } });
    const id = await w.request();
    await w.pass(10);
    expect(w.run(id)).toMatchObject({ outputs: { rows: '1200' }, progress: { percent: 90, note: 'nearly' } });
  });

  test('what comes after the end, late, is added, and the end stays as it is', async () => {
    const w = await world({ behave: { runMs: 1000 } });
    const id = await w.request();
    await w.pass(10);
    const [before, announced] = [structuredClone(w.run(id)), w.announced().length];
    await w.output(streamOf(w, id), ['::output rows=7']);
    await w.pass(70, 10);
    expect(w.run(id)).toEqual({ ...before, outputs: { rows: '7' }, reportedAt: expect.anything() });
    expect(w.announced()).toHaveLength(announced);
  });

  test('outputs before 25 000 other lines are found at the stop', async () => {
    const lines = ['::output rows=7', ...Array.from({ length: 25_000 }, (_, index) => `line ${index}`)];
    const w = await world({ behave: { runMs: 1000, lines } });
    const id = await w.request();
    await w.pass(10);
    expect(w.run(id)).toMatchObject({ state: 'succeeded', outputs: { rows: '7' } });
  });

  test('lines of a stream reach the run of that stream, without asking ECS', async () => {
    const w = await world({ behave: {} });
    const [one, two] = [await w.request('one'), await w.request('two')];
    await w.pass(5);
    w.calls.length = 0;
    await w.output(streamOf(w, one), ['::progress 40 copying rows', '::output rows=1', 'just a line']);
    expect(w.run(one)).toMatchObject({ progress: { percent: 40, note: 'copying rows' }, outputs: { rows: '1' } });
    expect(w.run(two).progress).toBeUndefined();
    expect(w.calls).toEqual([]);
  });

  test('lines that come before the launch was recorded find their run by ECS', async () => {
    const w = await world({ behave: {}, events: false });
    w.faults.add({ service: 'ecs', operation: 'RunTask', nth: 1, kind: 'lost-answer' });
    const id = await w.request();
    await w.settle();
    expect(w.run(id).state).toBe('launching');
    const { taskArns } = await w.client.send(new ListTasksCommand({ cluster: 'prod' }));
    await w.output(`report/job/${taskArns?.[0]?.split('/').at(-1)}`, ['::progress 10']);
    expect(w.run(id).progress).toMatchObject({ percent: 10 });
  });

  test("a stream that is not a job's, or of no task of ours, changes nothing", async () => {
    const w = await world({ behave: {} });
    const id = await w.request();
    await w.pass(5);
    const before = structuredClone(w.run(id));
    for (const stream of ['other/job/1', 'report/sidecar/1', 'report/job', `report/job/${'0'.repeat(32)}`])
      await w.output(stream, ['::progress 99']);
    expect(w.run(id)).toEqual(before);
  });
});
