import { describe, expect, test } from 'vitest';
import { plus } from '../../../shared/core/time.ts';
import { applyReports, readReports } from '../../../shared/run/reports.ts';
import { aRun, now } from '../../support/runs.ts';

const read = (message: string) => readReports([{ at: now, message }])[0];
const output = (key: string, value: string, ms = 0) => ({ kind: 'output' as const, at: plus(now, ms), key, value });
const progress = (percent: number, ms = 0) => ({ kind: 'progress' as const, at: plus(now, ms), percent, note: '' });

test.each([
  ['::progress 40 copying rows', { kind: 'progress', percent: 40, note: 'copying rows' }],
  ['::progress 40', { kind: 'progress', percent: 40, note: '' }],
  ['::progress 12.5% almost', { kind: 'progress', percent: 12.5, note: 'almost' }],
  ['::progress 400 too much', { kind: 'progress', percent: 100 }],
  ['::output rows=1200', { kind: 'output', key: 'rows', value: '1200' }],
  ['::output url=https://a/?b=c ', { kind: 'output', key: 'url', value: 'https://a/?b=c' }],
  ['::output empty=', { kind: 'output', key: 'empty', value: '' }],
])('%s is read', (line, expected) => expect(read(line)).toMatchObject(expected));

test.each([
  'hello',
  'say ::progress 4',
  '::progress',
  '::progress much',
  '::output',
  '::output =x',
  '::output a b=c',
  '::outputs a=b',
])('%s says nothing', (line) => expect(read(line)).toBeUndefined());

describe('what a run keeps', () => {
  test('the newest, however often and in whatever order lines come', () => {
    const newer = applyReports(aRun(), [output('rows', '2', 10), progress(80, 10)]);
    expect(newer && applyReports(newer, [output('rows', '1'), progress(40)])).toBeUndefined();
    expect(newer).toMatchObject({ outputs: { rows: '2' }, progress: { percent: 80 } });
  });

  test('the same lines again are no change, so no write', () => {
    const reports = [output('a', '1'), progress(1)];
    const once = applyReports(aRun(), reports);
    expect(once && applyReports(once, reports)).toBeUndefined();
  });

  test('32 kB of outputs in all; one that is too much is left out and noted, and the run goes on', () => {
    const run = applyReports(aRun({ state: 'running' }), [
      output('a', 'x'.repeat(20_000)),
      output('b', 'é'.repeat(10_000)),
      output('c', 'fits'),
    ]);
    expect(Object.keys(run?.outputs ?? {})).toEqual(['a', 'c']);
    expect(run).toMatchObject({ state: 'running', note: expect.stringContaining('::output b') });
  });

  test("an output with the name of an object's own member is an output", () => {
    expect(applyReports(aRun(), [output('constructor', '1')])?.outputs).toEqual({ constructor: '1' });
    const run = applyReports(aRun(), [output('__proto__', '1')]);
    expect(Object.entries(run?.outputs ?? {})).toEqual([['__proto__', '1']]);
  });
});
