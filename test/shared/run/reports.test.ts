import { describe, expect, test } from 'vitest';
import { plus } from '../../../shared/core/time.ts';
import { applyReports, readReports } from '../../../shared/run/reports.ts';
import { anAttempt, aRun, now } from '../../support/runs.ts';

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
  ['::notice half way', { kind: 'notice', text: 'half way' }],
  [`::notice ${'x'.repeat(300)}`, { kind: 'notice', text: 'x'.repeat(200) }],
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
  '::output __proto__=b',
  '::notice',
  '::mask',
  '::mask abc',
  '\u0000\uFFFD::output a=b',
])('%s says nothing', (line) => expect(read(line)).toBeUndefined());

describe('what ::mask names', () => {
  const lines = (...messages: string[]) => messages.map((message, ms) => ({ at: plus(now, ms), message }));
  const unmasked = lines('::mask hunter22', '::output token=hunter22', '::notice is hunter22', '::progress 5 hunter22');
  const read = (batch: typeof unmasked, earlier?: string[]) =>
    readReports(batch, earlier).filter(({ kind }) => kind !== 'mask');

  test('is *** in all that is reported after it', () =>
    expect(read(unmasked)).toMatchObject([{ value: '***' }, { text: 'is ***' }, { note: '***' }]));
  test('of an earlier batch is *** in all of this one', () =>
    expect(read(lines('::output a=hunter22', '::notice hunter22'), ['hunter22'])).toMatchObject([
      { value: '***' },
      { text: '***' },
    ]));
  test('is masked in what the run has already, printed since, and where the line stands is all that is kept', () => {
    const attempts = [anAttempt({ number: 1 }), anAttempt({ number: 2 })];
    const [before, ...later] = lines(
      '::output a=hunter22',
      '::output b=hunter22',
      '::notice c hunter22',
      '::progress 4 hunter22',
    );
    const told = applyReports(aRun({ attempts }), readReports([before, ...later].filter((line) => line !== undefined)));
    const mask = readReports([{ at: plus(now, 1), message: '::mask hunter22' }]);
    const run = told && applyReports(told, mask);
    expect(run).toMatchObject({
      outputs: { a: 'hunter22', b: '***' },
      notices: [{ text: 'c ***' }],
      progress: { note: '***' },
      attempts: [{ number: 1 }, { maskLines: [plus(now, 1)] }],
    });
    expect(run && applyReports(run, mask)).toBeUndefined();
  });
  test('counts where an earlier attempt named it late, and nothing else of that one does', () => {
    const run = aRun({ attempts: [anAttempt({ number: 1 }), anAttempt({ number: 2 })] });
    const late = applyReports(run, readReports(unmasked), 1);
    expect(late).toEqual({ ...run, attempts: [{ ...run.attempts[0], maskLines: [now] }, run.attempts[1]] });
  });
  test('is not in what came before it', () =>
    expect(read(lines('::output a=hunter22', '::mask hunter22'))).toMatchObject([{ value: 'hunter22' }]));
  test('is one value, spaces and signs of regular expressions included', () =>
    expect(read(lines('::mask a b.*', '::output x=1a b.*2'))).toMatchObject([{ value: '1***2' }]));
  test('may contain another value that is masked', () =>
    expect(read(lines('::mask hunt', '::mask hunter22', '::output a=hunter22'))).toMatchObject([{ value: '***' }]));
  test('may overlap another one, and leaves no end of either', () =>
    expect(read(lines('::mask abcdef', '::mask defghi', '::output a=1abcdefghi2 abcdefabcdef'))).toMatchObject([
      { value: '1***2 ******' },
    ]));
  test('may be tens of thousands of values', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => [`::mask token-${index}`, `::notice token-${index}`]);
    const texts = read(lines(...many.flat())).flatMap((report) => ('text' in report ? [report.text] : []));
    expect(new Set(texts)).toEqual(new Set(['***']));
  });
  test('has at least four characters, as in the toolbox', () =>
    expect(read(lines('::mask a', '::output a=banana'))).toMatchObject([{ value: 'banana' }]));

  test('does not come back by a batch without its ::mask line, and is masked by one that has it', () => {
    const [masked, plain] = [read(unmasked), read(unmasked.slice(1))];
    const first = applyReports(aRun(), masked) ?? aRun();
    expect(applyReports(first, plain)).toBeUndefined();
    const other = applyReports(aRun(), plain) ?? aRun();
    expect(applyReports(other, masked)).toEqual(first);
    expect(JSON.stringify(first)).not.toContain('hunter22');
  });
});

describe('what a run keeps', () => {
  const notice = (text: string, ms = 0) => ({ kind: 'notice' as const, at: plus(now, ms), text });

  test('the last 20 notices, in their order, each line once', () => {
    const all = Array.from({ length: 25 }, (_, index) => notice(`n${index}`, index));
    const run = applyReports(aRun(), [...all.slice(10), ...all.slice(0, 15)]) ?? aRun();
    expect(run.notices?.map(({ text }) => text)).toEqual(all.slice(5).map(({ text }) => text));
    expect(applyReports(run, all)).toBeUndefined();
  });

  test('two notices of one millisecond', () =>
    expect(applyReports(aRun(), [notice('a'), notice('b')])?.notices).toHaveLength(2));

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
    expect(run).toMatchObject({ state: 'running', note: expect.stringContaining('::output b were') });
    const more = run && applyReports(run, [output('d', 'x'.repeat(20_000)), output('b', 'x'.repeat(20_000))]);
    expect(more?.note).toBe('::output b, d were left out: a run may have 200 outputs of 32768 bytes together');
  });

  test("an output with the name of an object's own member is an output", () => {
    expect(applyReports(aRun(), [output('constructor', '1')])?.outputs).toEqual({ constructor: '1' });
  });
});
