import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Config, JobConfig } from '../../shared/config/config.ts';
import { configureLoad } from '../support/job-shop.ts';
import { openTroubledShop, type TroubledShop, taskOf } from '../support/troubled-shop.ts';

let shop: TroubledShop;
beforeAll(async () => {
  shop = await openTroubledShop();
});
beforeEach(async () => {
  shop.heal();
  await shop.beginAnew();
});
afterAll(() => shop.close());

const post = (path: string, body: unknown) => shop.api('POST', `/api/${path}`, { body });

/** The most tasks at once that were not STOPPED, as events tell. */
function watchCrowd() {
  const open = new Set<string>();
  const crowd = { most: 0 };
  shop.trouble.fate = (event, deliver) => {
    const task = taskOf(event);
    if (task?.lastStatus === 'STOPPED') open.delete(task.taskArn);
    else if (task) open.add(task.taskArn);
    crowd.most = Math.max(crowd.most, open.size);
    deliver();
  };
  return crowd;
}

/** So many runs asked for at once. */
async function crowdOf(count: number, job: Partial<JobConfig>, limits?: Config['limits']): Promise<string[]> {
  configureLoad(shop, job, limits);
  const asked = Array.from({ length: count }, (_, part) => post('jobs/load/runs', { params: { part } }));
  return (await Promise.all(asked)).map(({ body }) => body.run.id);
}
const endsOf = (ids: readonly string[]) => Promise.all(ids.map((id) => shop.endOf(id)));
const tally = (states: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(states, (state) => state)].map(([state, all]) => [state, all.length]));

describe('a crowd of runs', () => {
  test('with overlap: replace, 20 at once: the newest is left, never two at once, and no task of a skipped one', async () => {
    const crowd = watchCrowd();
    const ids = await crowdOf(20, { overlap: 'replace', maxParallel: 1 });
    await shop.pass(40);
    const ends = await endsOf(ids);
    expect(tally(ends.map(({ state }) => state))).toEqual({ succeeded: 1, stopped: 1, skipped: 18 });
    expect(crowd.most).toBe(1);
    for (const { state, cause, tasks, news } of ends) {
      if (state !== 'succeeded') expect(cause).toMatch(/^replaced by r-\S+, which came later \(overlap: replace\)/);
      // A replaced run is told, as it was at work; those that only waited are not.
      expect({ tasks, news }).toEqual(
        state === 'skipped' ? { tasks: [], news: [] } : { tasks: expect.any(Array), news: [state] },
      );
      expect(tasks.every((count: number) => count === 1)).toBe(true);
    }
  });

  test('that finds the queue full is skipped, and one of it is told: the rest is counted', async () => {
    const crowd = watchCrowd();
    const ids = await crowdOf(6, { overlap: 'queue', maxParallel: 1, queueLimit: 2 });
    await shop.pass(60);
    const ends = await endsOf(ids);
    expect(tally(ends.map(({ state }) => state))).toEqual({ succeeded: 3, skipped: 3 });
    expect(crowd.most).toBe(1);
    const told = ends.map(({ state, news }) => [state, ...news].join(': ')).toSorted();
    expect(told).toEqual([
      ...['skipped', 'skipped', 'skipped: skipped'],
      ...['succeeded: succeeded', 'succeeded: succeeded', 'succeeded: succeeded'],
    ]);
    for (const { state, cause, tasks } of ends) {
      expect(tasks).toEqual(state === 'skipped' ? [] : [1]);
      const full = '1 run of load is under way, as many as may be at once, and 2 wait already';
      expect(cause).toBe(state === 'skipped' ? full : undefined);
    }
  });

  test('whose group gets fewer places while they wait goes on within these', async () => {
    const group = (maxParallel: number) => ({ groups: { db: { maxParallel } } });
    const crowd = watchCrowd();
    const ids = await crowdOf(7, { group: 'db' }, group(3));
    await shop.pass(2);
    expect(crowd.most).toBe(3);
    configureLoad(shop, { group: 'db' }, group(1));
    await shop.pass(3);
    crowd.most = 0;
    await shop.pass(60);
    expect(crowd.most).toBe(1);
    for (const end of await endsOf(ids))
      expect(end).toEqual({ state: 'succeeded', cause: undefined, tasks: [1], news: ['succeeded'] });
  });

  test('whose group is taken out of batuta.yml while they wait goes on without', async () => {
    const ids = await crowdOf(4, { group: 'db' }, { groups: { db: { maxParallel: 1 } } });
    await shop.pass(2);
    configureLoad(shop);
    await shop.pass(6 * 60);
    for (const end of await endsOf(ids)) expect(end).toMatchObject({ state: 'succeeded', tasks: [1] });
  });
});
