import { expect, test } from 'vitest';
import { plus } from '../../../shared/core/time.ts';
import { backoffMs } from '../../../shared/run/backoff.ts';
import { inParallel } from '../../../shared/run/in-parallel.ts';
import { takeToken } from '../../../shared/run/token-bucket.ts';
import { now } from '../../support/runs.ts';

const pace = { burst: 50, perSecond: 20 };

test('fifty at once, then twenty per second', () => {
  let bucket = { tokens: 50, at: now };
  const waits = Array.from({ length: 90 }, () => {
    const taken = takeToken(bucket, pace, now);
    bucket = taken.bucket;
    return taken.waitMs;
  });
  expect(waits.filter((wait) => wait === 0)).toHaveLength(50);
  expect(waits.at(-1)).toBe(2000);
});

test('a pause fills the bucket, but not above its burst', () => {
  const { bucket } = takeToken({ tokens: 0, at: now }, pace, plus(now, 3_600_000));
  expect(bucket.tokens).toBe(49);
});

test('a clock that steps back gains nothing', () => {
  expect(takeToken({ tokens: 0, at: now }, pace, plus(now, -1000)).bucket).toEqual({ tokens: -1, at: now });
});

test('backoff is the same at each replay, differs between runs and stays within its bounds', () => {
  const bounds = { baseMs: 1000, maxMs: 60_000 };
  expect(backoffMs('a', 3, bounds)).toBe(backoffMs('a', 3, bounds));
  expect(new Set(['a', 'b', 'c', 'd'].map((id) => backoffMs(id, 3, bounds))).size).toBeGreaterThan(1);
  for (let tries = 0; tries < 2000; tries++) {
    const ms = backoffMs('a', tries, bounds);
    expect(ms).toBeGreaterThanOrEqual(500);
    expect(ms).toBeLessThanOrEqual(60_000);
  }
});

test('in parallel: results in order, never more under way than the width', async () => {
  let under = 0;
  let most = 0;
  const results = await inParallel([5, 1, 3, 2], 2, async (ms) => {
    most = Math.max(most, ++under);
    await new Promise((resolve) => setTimeout(resolve, ms));
    under--;
    return ms * 10;
  });
  expect(results).toEqual([50, 10, 30, 20]);
  expect(most).toBe(2);
});
