import { describe, expect, test } from 'vitest';
import type { JobConfig, ScheduleConfig } from '../../../shared/config/config.ts';
import { parseScheduledRun } from '../../../shared/events/scheduled-run.ts';
import { jobPauses } from '../../../shared/run/job-pause.ts';
import { requestRun } from '../../../shared/run/request-run.ts';
import { scheduledRunInput, startScheduledRun } from '../../../shared/run/scheduled-run.ts';
import { report } from '../../support/run-world.ts';
import { type RunWorld, runWorlds } from '../../support/worlds.ts';

const open = runWorlds();
const world = (job: Partial<JobConfig> = {}) => open({ job });
const runsIn = (w: RunWorld) => w.table.items().filter(({ sk }) => sk === 'run');

describe('one trigger is one run', () => {
  const ask = (w: RunWorld, key: string, requestHash: string, job = report) =>
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
  const daily: ScheduleConfig = {
    name: 'schedule',
    expression: 'cron(0 3 * * ? *)',
    timezone: 'UTC',
    params: {},
    graceMs: 300_000,
    catchUp: 'none',
  };
  /** What Scheduler delivers of the Input. */
  const fire = (w: RunWorld, input: string, time = '2026-11-20T03:00:00Z') => {
    const arn = 'arn:aws:scheduler:us-east-1:123456789012:schedule/batuta-test/report';
    const filled = input.replace('<aws.scheduler.schedule-arn>', arn).replace('<aws.scheduler.scheduled-time>', time);
    const parsed = parseScheduledRun(JSON.parse(filled));
    if (parsed.kind === 'ignored') throw new Error(parsed.why);
    return startScheduledRun(parsed.value, { ...w.deps, pauses: jobPauses(w.table, w.deps.now) });
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
  test('with the parameters that its schedule has now, whatever the input says', async () => {
    const nightly = { ...daily, name: 'nightly', params: { database: 'billing' } };
    const w = await world({ schedules: [daily, nightly] });
    const { runId } = await fire(w, scheduledRunInput(report, { name: 'nightly', params: { database: 'old' } }));
    expect(w.run(runId ?? '')).toMatchObject({ state: 'queued', params: { database: 'billing' } });
  });
  test('that is not of the configuration: the parameters are those of its input', async () => {
    const w = await world();
    const input = { ...JSON.parse(scheduledRunInput(report)), params: { database: 'archive' } };
    const { runId } = await fire(w, JSON.stringify(input));
    expect(w.run(runId ?? '')).toMatchObject({ params: { database: 'archive' } });
  });
  test('for a schedule that the job has no more nothing happens', async () => {
    const w = await world({ schedules: [daily] });
    expect(await fire(w, scheduledRunInput(report, { name: 'weekly', params: {} }))).toEqual({});
    expect(runsIn(w)).toEqual([]);
  });
  test('while the job is paused: a skipped run says who paused it and why, also after it was resumed', async () => {
    const w = await world({ schedules: [daily] });
    const pauses = jobPauses(w.table, w.deps.now);
    await pauses.set('report', { by: 'ana', at: w.deps.now(), why: 'the disk is full' });
    const { runId = '' } = await fire(w, scheduledRunInput(report, daily));
    expect(w.run(runId)).toMatchObject({
      state: 'skipped',
      outcome: {
        kind: 'paused',
        cause: expect.stringMatching(/^report is paused by ana since .+Z: the disk is full$/),
        hint: 'batuta resume report',
      },
    });
    await pauses.lift('report', 'ana');
    expect(await fire(w, scheduledRunInput(report, daily))).toEqual({ runId });
    expect(w.run(runId).state).toBe('skipped');
    const next = await fire(w, scheduledRunInput(report, daily), '2026-11-21T03:00:00Z');
    expect(w.run(next.runId ?? '').state).toBe('queued');
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
