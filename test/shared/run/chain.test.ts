import { expect, test } from 'vitest';
import type { JobConfig, NextJobConfig } from '../../../shared/config/config.ts';
import { describeRun } from '../../../shared/notify/describe/describe-run.ts';
import { noteOf } from '../../../shared/run/note.ts';
import type { Run } from '../../../shared/run/run.ts';
import { report } from '../../support/run-world.ts';
import { type RunWorld, runWorlds } from '../../support/worlds.ts';

const world = runWorlds();

const next = (job: string, params: NextJobConfig['params'] = {}): NextJobConfig[] => [{ job, params }];
const jobNamed = (name: string, more: Partial<JobConfig> = {}): JobConfig => ({
  ...report,
  name,
  command: ['run', 'other.sh'],
  ...more,
});

/** `report` with `more`, and these jobs besides; its script prints `::output file=/backups/1.gz`. */
async function chained(more: Partial<JobConfig>, others: readonly JobConfig[], exitCode = 0): Promise<RunWorld> {
  const w = await world({
    job: more,
    behaveOf: ({ command }) =>
      command?.includes('report.py')
        ? { runMs: 5000, exitCode, lines: ['::output file=/backups/1.gz', '::output rows=12'] }
        : { runMs: 5000 },
  });
  for (const job of others) (w.deps.config.jobs as Record<string, JobConfig>)[job.name] = job;
  return w;
}
const runsOf = (w: RunWorld, job: string) =>
  w.table.items().flatMap(({ sk, value }) => (sk === 'run' && (value as Run).job === job ? [value as Run] : []));

test('then: the next job starts after a success, with outputs as its parameters', async () => {
  const verify = jobNamed('verify', {
    params: { file: { type: 'string', required: true }, rows: { type: 'integer', required: true } },
    args: ['{{file}}'],
  });
  const params = { file: '{{steps.report.outputs.file}}', rows: '{{steps.report.outputs.rows}}' };
  // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
  const w = await chained({ then: next('verify', params) }, [verify]);
  const id = await w.request();
  await w.pass(60);
  expect(runsOf(w, 'verify')).toMatchObject([
    { state: 'succeeded', params: { file: '/backups/1.gz', rows: 12 }, trigger: { kind: 'job', run: id, as: 'then' } },
  ]);
  expect(w.run(id).settledAt).toBeDefined();
});

test('an output becomes an item of a list, or a list where it is one', async () => {
  const list = { type: 'list', required: true } as const;
  const verify = jobNamed('verify', { params: { files: list, rows: { ...list, items: 'integer' } } });
  const params = { files: ['a', '{{steps.report.outputs.file}}'], rows: '{{steps.report.outputs.rows}},7' };
  // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
  const w = await chained({ then: next('verify', params) }, [verify]);
  await w.request();
  await w.pass(60);
  expect(runsOf(w, 'verify')).toMatchObject([{ params: { files: ['a', '/backups/1.gz'], rows: [12, 7] } }]);
});

test('outputs of any job before it in the chain are there', async () => {
  const last = jobNamed('last', { params: { file: { type: 'string', required: true } } });
  // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
  const middle = jobNamed('middle', { then: next('last', { file: '{{steps.report.outputs.file}}' }) });
  // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
  const w = await chained({ then: next('middle') }, [middle, last]);
  await w.request();
  await w.pass(90);
  expect(runsOf(w, 'last')).toMatchObject([{ state: 'succeeded', params: { file: '/backups/1.gz' } }]);
});

test('an output that was not printed ends the next run as failed, and says what is missing', async () => {
  const verify = jobNamed('verify', { params: { file: { type: 'string', required: true } } });
  // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
  const w = await chained({ then: next('verify', { file: '{{steps.report.outputs.files}}' }) }, [verify]);
  await w.request();
  await w.pass(60);
  expect(runsOf(w, 'verify')).toMatchObject([
    { state: 'failed', outcome: { kind: 'params', cause: expect.stringContaining('report has no output files') } },
  ]);
});

test('onFailure: the next job starts after a failure only', async () => {
  const clean = jobNamed('clean-up');
  // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
  const w = await chained({ onFailure: next('clean-up'), then: next('verify') }, [clean, jobNamed('verify')], 3);
  await w.request();
  await w.pass(60);
  expect(runsOf(w, 'clean-up')).toMatchObject([{ state: 'succeeded', trigger: { as: 'onFailure' } }]);
  expect(runsOf(w, 'verify')).toEqual([]);
});

test('a job that batuta.yml has no more is not started, which is told and noted, and the others are', async () => {
  const list = [...next('gone'), ...next('verify')];
  // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
  const w = await chained({ then: list }, [jobNamed('verify')]);
  const id = await w.request();
  await w.pass(60);
  expect(w.run(id)).toMatchObject({ state: 'succeeded', notStarted: ['gone'], settledAt: expect.any(Number) });
  expect(runsOf(w, 'verify')).toMatchObject([{ state: 'succeeded' }]);
  const note = 'gone was not started after it: it is no longer in batuta.yml';
  expect(noteOf(w.run(id))).toBe(note);
  expect(describeRun(w.run(id))).toMatchObject({
    severity: 'warning',
    title: 'report succeeded after 5.0 s, and gone was not started after it',
    facts: expect.arrayContaining([{ label: 'Note', value: note }]),
  });
  const ends = w.published.filter(({ detail }) => 'id' in detail && detail.id === id && detail.state === 'succeeded');
  expect(ends).toHaveLength(2);
});

test('a run that a person stopped starts nothing more', async () => {
  // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
  const w = await chained({ onFailure: next('clean-up'), then: next('clean-up') }, [jobNamed('clean-up')]);
  const id = await w.request();
  await w.settle();
  await w.stop(id);
  await w.pass(60);
  expect(w.run(id).state).toBe('stopped');
  expect(runsOf(w, 'clean-up')).toEqual([]);
});

test.each([8, 14, 20, 26, 30, 34, 38, 42])(
  'a crash after call %i starts the next job once all the same',
  async (calls) => {
    // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
    const w = await chained({ then: next('verify') }, [jobNamed('verify')]);
    w.crashAfter(calls);
    const id = await w.request();
    await w.pass(1800, 20);
    expect(w.run(id).state).toBe('succeeded');
    expect(runsOf(w, 'verify')).toMatchObject([{ state: 'succeeded' }]);
  },
);
