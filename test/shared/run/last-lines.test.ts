import { expect, test } from 'vitest';
import { toInstant } from '../../../shared/core/time.ts';
import { withLastLines } from '../../../shared/run/last-lines.ts';
import type { Run } from '../../../shared/run/run.ts';
import { anAttempt, aRun, now } from '../../support/runs.ts';
import { runWorlds } from '../../support/worlds.ts';

const open = runWorlds();
const failed = { kind: 'exit', cause: 'exit code 1 of container job', hint: 'read the log' };
const tailOf = (messages: readonly string[], masked: readonly string[] = [], parts: Partial<Run> = {}) => {
  const lines = messages.map((message, index) => ({ at: toInstant(now + index), message }));
  return withLastLines(aRun({ state: 'failed', outcome: failed, ...parts }), lines, masked).logTail;
};
const numbered = (count: number, text = 'line') => Array.from({ length: count }, (_, index) => `${text} ${index}`);

test('the last fifteen lines of a failure are kept, without reports and empty ones', () => {
  const tail = tailOf([...numbered(30), '::progress 90 almost', '', '::notice look', '::output rows=1', 'Error: boom']);
  expect(tail).toEqual([...numbered(30).slice(-14), 'Error: boom']);
});

test('no more than 2 kB are kept, whatever is printed', () => {
  for (const text of ['x'.repeat(100_000), '€'.repeat(500), '\u001b[31m'.repeat(999)]) {
    const tail = tailOf(numbered(400, text)) ?? [];
    expect(Buffer.byteLength(tail.join(''))).toBeLessThanOrEqual(2000);
  }
});

test('what ::mask names is hidden, before its line and after it, and by lines before those that were read', () => {
  const lines = ['early s3cr3t', '::mask s3cr3t', 'late s3cr3t and 0lder one'];
  expect(tailOf(lines, ['0lder'])).toEqual(['early ***', 'late *** and *** one']);
});

test('what looks like a secret is taken out', () => {
  expect(tailOf(['mysql://root:hunter2@db/shop', 'DB_PASSWORD=hunter2'])).toEqual([
    'mysql://[redacted]@db/shop',
    'DB_PASSWORD=[redacted]',
  ]);
});

test('where not every ::mask line is known, no line is kept', () => {
  const attempts = [anAttempt({ maskLines: Array.from({ length: 50 }, () => now) })];
  expect(tailOf(['Error: boom'], [], { attempts })).toBeUndefined();
});

test.each(['succeeded', 'stopped', 'queued', 'lost'] as const)('a run that is %s keeps none', (state) => {
  expect(tailOf(['done'], [], { state })).toBeUndefined();
});

test('a run that failed has its last lines from its own log when its task stops, one that succeeded has none', async () => {
  const lines = ['::mask s3cr3t', 'connecting with s3cr3t', 'Error: refused'];
  for (const exitCode of [1, 0]) {
    const world = await open({ behave: { runMs: 1000, exitCode, lines } });
    const id = await world.request();
    await world.pass(60);
    const tail = exitCode === 0 ? undefined : ['connecting with ***', 'Error: refused'];
    expect(world.run(id).logTail).toEqual(tail);
  }
});
