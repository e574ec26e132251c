import { afterEach, describe, expect, test } from 'vitest';
import type { JobConfig } from '../../../shared/config/config.ts';
import { parseScheduledRun } from '../../../shared/events/scheduled-run.ts';
import { requestRun } from '../../../shared/run/request-run.ts';
import { scheduledRunInput, startScheduledRun } from '../../../shared/run/scheduled-run.ts';
import { report, runWorld } from '../../support/run-world.ts';

type World = Awaited<ReturnType<typeof runWorld>>;
let opened: World | undefined;
afterEach(() => opened?.close());
async function world(job: Partial<JobConfig> = {}): Promise<World> {
  opened = await runWorld({ job });
  return opened;
}
const runsIn = (w: World) => w.table.items().filter(({ sk }) => sk === 'run');

describe('one trigger is one run', () => {
  const ask = (w: World, key: string, requestHash: string, job = report) =>
    requestRun({ job, params: {}, trigger: { kind: 'api', caller: 'me', idempotencyKey: key, requestHash } }, w.deps);

  test('the same key gives the same run', async () => {
    const w = await world();
    const first = await ask(w, 'key', 'a');
    expect(first.kind).toBe('created');
    expect(await ask(w, 'key', 'a')).toMatchObject({ kind: 'existing', run: { id: first.run.id } });
    expect(runsIn(w)).toHaveLength(1);
  });
  test('with another body it is a conflict that names the run', async () => {
    const w = await world();
    const first = await ask(w, 'key', 'a');
    expect(await ask(w, 'key', 'b')).toMatchObject({ kind: 'conflict', run: { id: first.run.id } });
    expect(runsIn(w)).toHaveLength(1);
  });
  test('the key of another job is another key', async () => {
    const w = await world();
    await ask(w, 'key', 'a');
    expect(await ask(w, 'key', 'a', { ...report, name: 'other' })).toMatchObject({ kind: 'created' });
  });
  test('fifty requests at once make one run', async () => {
    const w = await world();
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(w, 'key', 'a')));
    expect(answers.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    expect(runsIn(w)).toHaveLength(1);
  });
});

describe('a schedule fires', () => {
  /** What Scheduler delivers of the Input. */
  const fire = (w: World, input: string, time = '2026-11-20T03:00:00Z') => {
    const arn = 'arn:aws:scheduler:us-east-1:123456789012:schedule/batuta-test/report';
    const filled = input.replace('<aws.scheduler.schedule-arn>', arn).replace('<aws.scheduler.scheduled-time>', time);
    const parsed = parseScheduledRun(JSON.parse(filled));
    if (parsed.kind === 'ignored') throw new Error(parsed.why);
    return startScheduledRun(parsed.value, w.deps);
  };

  test('and a run with the default parameters is queued, once however often it is delivered', async () => {
    const w = await world();
    const first = await fire(w, scheduledRunInput(report));
    expect(await fire(w, scheduledRunInput(report))).toEqual(first);
    expect(w.run(first.runId ?? '')).toMatchObject({
      state: 'queued',
      params: { database: 'shop' },
      trigger: { kind: 'schedule' },
    });
    expect(await fire(w, scheduledRunInput(report), '2026-11-21T03:00:00Z')).not.toEqual(first);
    expect(runsIn(w)).toHaveLength(2);
  });
  test('for a job that is not there nothing happens', async () => {
    const w = await world();
    expect(await fire(w, scheduledRunInput({ ...report, name: 'gone' }))).toEqual({});
    expect(await fire(w, scheduledRunInput({ ...report, name: 'constructor' }))).toEqual({});
    expect(runsIn(w)).toEqual([]);
  });
  test('with parameters that are missing the run fails, recorded and announced', async () => {
    const w = await world({ params: { database: { type: 'string', required: true } } });
    const { runId } = await fire(w, scheduledRunInput(report));
    expect(w.run(runId ?? '')).toMatchObject({
      state: 'failed',
      outcome: { kind: 'params', cause: expect.stringContaining('database is required') },
    });
    expect(w.announced()).toEqual(['failed']);
  });
  test.each([
    undefined,
    {},
    { job: 'report' },
    { job: 'report', scheduleArn: 'x' },
    { job: 1, scheduleArn: 'x', scheduledTime: 'y' },
  ])('an input of an unknown shape (%#) is ignored', (raw) => expect(parseScheduledRun(raw).kind).toBe('ignored'));
});
