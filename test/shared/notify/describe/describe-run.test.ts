import { expect, test } from 'vitest';
import { runIdOf } from '../../../../shared/core/ids.ts';
import { plus } from '../../../../shared/core/time.ts';
import { describeRun } from '../../../../shared/notify/describe/describe-run.ts';
import type { Run, RunState, RunTrigger } from '../../../../shared/run/run.ts';
import { anAttempt, aRun, now } from '../../../support/runs.ts';

const other = runIdOf('another');
const byItsSchedule: RunTrigger = { kind: 'schedule', scheduleArn: 'arn', scheduledTime: '2026-11-20T09:00:00Z' };
const ended = { startedAt: now, finishedAt: plus(now, 60_000) };
const skipped = (kind: string, parts: Partial<Run> = {}) =>
  aRun({
    state: 'skipped',
    trigger: byItsSchedule,
    finishedAt: now,
    outcome: { kind, cause: 'why', hint: '' },
    ...parts,
  });
const fact = (run: Run, label: string) => describeRun(run)?.facts.find((one) => one.label === label)?.value;
const told = (run: Run) => {
  const message = describeRun(run);
  return message && [message.severity, message.news, message.title];
};

test.each<[string, Run, string[] | undefined]>([
  ['a pause that did what it was for is not told', skipped('paused'), undefined],
  ['overlap: skip is not told, as that is what it is for', skipped('overlap'), undefined],
  ['a full queue is a warning', skipped('queue-full'), ['warning', 'skipped', 'report was skipped']],
  ['a missed firing is an error', skipped('missed'), ['error', 'missed', 'report missed its schedule']],
  ['of several missed firings one is told', skipped('missed', { toldWith: other }), undefined],
  [
    'what an overlap replaced is no warning',
    aRun({ ...ended, state: 'stopped', stop: { by: 'replaced', why: 'a newer one', at: now } }),
    ['info', 'stopped', 'report was stopped after 1 min 0 s'],
  ],
  [
    'what a person stopped is a warning',
    aRun({ ...ended, state: 'stopped', stop: { by: 'user', why: 'enough', at: now } }),
    ['warning', 'stopped', 'report was stopped after 1 min 0 s'],
  ],
])('%s', (_fact, run, expected) => expect(told(run)).toEqual(expected));

const allStates: RunState[] = [
  ...(['queued', 'launching', 'starting', 'running', 'succeeded'] as const),
  ...(['failed', 'timed-out', 'stopped', 'lost', 'skipped'] as const),
];

test.each<[string, RunTrigger]>([
  ['an item of a fan-out', { kind: 'item', parent: other, index: 3 }],
  ['a job around a deployment', { kind: 'deployment', deployment: 'd-1' as never, service: 'api', phase: 'before' }],
])('%s is never told by itself', (_what, trigger) => {
  const outcome = { kind: 'exit', cause: 'exit code 1', hint: '' };
  for (const state of allStates)
    expect(
      describeRun(aRun({ ...ended, state, trigger, outcome, missed: 'late', late: { at: now, why: 'x' } })),
    ).toBeUndefined();
});

test('a run that makes up for a missed firing is told while it goes on, and again at its end with why', () => {
  const missed = 'missed its time: Scheduler did not start it in time';
  for (const state of ['queued', 'launching', 'starting', 'running'] as const)
    expect(told(aRun({ state, trigger: byItsSchedule, missed }))).toEqual([
      'warning',
      'missed',
      'report missed its schedule and is started now',
    ]);
  const end = aRun({ ...ended, state: 'succeeded', trigger: byItsSchedule, missed });
  expect(told(end)).toEqual(['info', 'succeeded', 'report succeeded after 1 min 0 s']);
  expect(fact(end, 'Missed')).toBe(missed);
});

test('late is told while it waits, not once it is launched', () => {
  const late = { at: now, why: '2 runs of report go on' };
  expect(told(aRun({ trigger: byItsSchedule, late }))).toEqual([
    'warning',
    'late',
    'report is late: it was to start at 2026-11-20T09:00:00Z',
  ]);
  expect(told(aRun({ state: 'running', trigger: byItsSchedule, late }))).toEqual([
    'info',
    'started',
    'report has started',
  ]);
});

test('attempts are told by what ended them, refused launches not counted', () => {
  const attempt = (number: number, cause?: string) =>
    anAttempt({
      number,
      taskArn: `arn/${number}` as never,
      ...(cause ? { outcome: { kind: 'x', cause, hint: '' } } : {}),
    });
  const attempts = [
    attempt(1, 'a Spot interruption'),
    anAttempt({ number: 2, refused: 'RESOURCE:MEMORY' }),
    attempt(3, 'exit code 1'),
    attempt(4),
  ];
  expect(fact(aRun({ ...ended, state: 'succeeded', attempts }), 'Attempts')).toBe(
    '3; before the last: a Spot interruption; exit code 1',
  );
  expect(fact(aRun({ ...ended, state: 'succeeded', attempts: attempts.slice(0, 2) }), 'Attempts')).toBeUndefined();
});

test('a fan-out is told once with its counts and how to see its failed items', () => {
  const fanOut = { key: 'k', total: 10_000, maxParallel: 50, failFast: false, started: 10_000 };
  const chunks = [{ succeeded: 9880, failed: 120, stopped: 0 }];
  const run = aRun({ ...ended, state: 'failed', fanOut: { ...fanOut, chunks } });
  expect(told(run)).toEqual(['error', 'failed', 'report: 120 of 10000 items failed after 1 min 0 s']);
  expect(fact(run, 'Items')).toBe('120 of 10000 items failed, 9880 succeeded');
  const commands = describeRun(run)?.actions?.map(({ command }) => command);
  expect(commands).toEqual([`batuta runs ${run.id} --items --state failed`, `batuta retry ${run.id}`]);
});

test('the last five notices, the run that is repeated and what started it are told; long values are cut', () => {
  const notices = Array.from({ length: 7 }, (_, index) => ({ at: now, text: `notice ${index}` }));
  const trigger: RunTrigger = { kind: 'job', run: other, job: 'db-backup', as: 'then' };
  const params = { dates: Array.from({ length: 100 }, (_, index) => `2026-01-${index}`) };
  const run = aRun({
    ...ended,
    state: 'succeeded',
    notices,
    retryOf: other,
    trigger,
    params,
    note: 'outputs were too large',
  });
  expect(fact(run, 'Notices')).toBe('notice 2; notice 3; notice 4; notice 5; notice 6');
  expect(fact(run, 'Repeats')).toBe(other);
  expect(fact(run, 'Started by')).toBe(`db-backup (${other}), after its success`);
  expect(fact(run, 'Note')).toBe('outputs were too large');
  expect(fact(run, 'Parameters')).toHaveLength('dates='.length + 200);
});
