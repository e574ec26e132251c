import { expect, test } from 'vitest';
import { runIdOf } from '../../../shared/core/ids.ts';
import { plus, toInstant } from '../../../shared/core/time.ts';
import { launchQueue, runKind } from '../../../shared/run/run-record.ts';
import { cacheStore } from '../../../shared/store/cache.ts';
import { recordStore } from '../../../shared/store/records.ts';
import { realTable } from '../../support/real-table.ts';
import { anAttempt, aRun, now } from '../../support/runs.ts';

const bus = { put: async () => [] };

test('runs to launch are a queue of their own, oldest first, page by page', async () => {
  const runs = recordStore(await realTable(), bus, runKind, () => now);
  const ids = Array.from({ length: 7 }, (_, index) => runIdOf(`queued ${index}`));
  for (const [index, id] of ids.entries()) await runs.create(aRun({ id, createdAt: plus(now, index - 10) }));
  const onTheWay = aRun({ id: runIdOf('on the way'), state: 'running', attempts: [anAttempt({ taskArn: 'x' })] });
  await runs.create(onTheWay);
  await runs.create(aRun({ id: runIdOf('later'), notBefore: plus(now, 1) }));

  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await runs.duePage(now, { queue: launchQueue, limit: 3, ...(cursor ? { cursor } : {}) });
    expect(page.ids.length).toBeLessThanOrEqual(3);
    seen.push(...page.ids);
    cursor = page.next;
  } while (cursor);
  expect(seen).toEqual(ids);
  expect(await runs.due(now)).toEqual([onTheWay.id]);
});

test('a run with nothing left to do is due nowhere', async () => {
  const runs = recordStore(await realTable(), bus, runKind, () => now);
  await runs.create(aRun({ state: 'failed', finishedAt: now }));
  expect(await runs.due(plus(now, 1e9))).toEqual([]);
  expect((await runs.duePage(plus(now, 1e9), { queue: launchQueue })).ids).toEqual([]);
});

test('what is cached expires, is replaced and forgotten', async () => {
  let at = toInstant(0);
  const cache = cacheStore(await realTable(), () => at);
  await cache.set('key', 'one', 1000);
  expect(await cache.get('key')).toBe('one');
  await cache.set('key', 'two', 1000);
  expect(await cache.get('key')).toBe('two');
  at = toInstant(1000);
  expect(await cache.get('key')).toBeUndefined();
  at = toInstant(0);
  await cache.forget('key');
  expect(await cache.get('key')).toBeUndefined();
});
