import { expect, test } from 'vitest';
import { plus, toInstant } from '../../../shared/core/time.ts';
import { heldAt, jobPauses } from '../../../shared/run/job-pause.ts';
import { memoryTable } from '../../support/memory-table.ts';

const start = toInstant('2026-11-20T09:00:00Z');
function paused() {
  const time = { now: start };
  const pauses = jobPauses(memoryTable(), () => time.now);
  const pause = (until?: number) =>
    pauses.set('report', { by: 'ann', at: time.now, ...(until === undefined ? {} : { until: plus(start, until) }) });
  const wasPaused = async (afterMs: number) => (await pauses.history('report')).some(heldAt(plus(start, afterMs)));
  const pass = (ms: number) => {
    time.now = plus(time.now, ms);
  };
  return { pauses, pause, wasPaused, pass };
}

test('a pause holds from when it is set until it is lifted, and that stays known', async () => {
  const { pauses, pause, wasPaused, pass } = paused();
  pass(1000);
  await pause();
  expect(await pauses.get('report')).toMatchObject({ by: 'ann' });
  expect(await pauses.get('other')).toBeUndefined();
  pass(1000);
  expect(await pauses.lift('report', 'bob')).toBe(true);
  expect(await pauses.lift('report', 'bob')).toBe(false);
  expect(await pauses.get('report')).toBeUndefined();
  expect(await Promise.all([999, 1000, 1999, 2000].map(wasPaused))).toEqual([false, true, true, false]);
});

test('one that ends by itself is over then, also where another follows later', async () => {
  const { pauses, pause, wasPaused, pass } = paused();
  await pause(1000);
  pass(5000);
  expect(await pauses.get('report')).toBeUndefined();
  await pause();
  expect(await Promise.all([0, 999, 1000, 4999, 5000, 9000].map(wasPaused))).toEqual([
    ...[true, true, false, false, true, true],
  ]);
});

test('one that takes the place of another leaves no gap', async () => {
  const { pause, wasPaused, pass } = paused();
  await pause(10_000);
  pass(1000);
  await pause(2000);
  expect(await Promise.all([0, 500, 1500, 2500].map(wasPaused))).toEqual([true, true, true, false]);
});

test('the last ten are remembered besides the present one', async () => {
  const { pauses, pause, pass } = paused();
  for (let count = 0; count < 15; count++) {
    await pause();
    pass(1000);
  }
  expect(await pauses.history('report')).toHaveLength(11);
});
