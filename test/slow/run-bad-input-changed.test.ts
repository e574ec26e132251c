import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JobConfig } from '../../shared/config/config.ts';
import { configureLoad } from '../support/job-shop.ts';
import { openTroubledShop, type TroubledShop } from '../support/troubled-shop.ts';

let shop: TroubledShop;
beforeAll(async () => {
  shop = await openTroubledShop();
});
beforeEach(async () => {
  shop.heal();
  await shop.beginAnew();
});
afterAll(() => shop.close());

/** Asked for a minute before, and batuta.yml has another job by then. */
async function outlived(body: object, job: Partial<JobConfig>): Promise<string> {
  const at = `${new Date(shop.clock.now() + 60_000).toISOString().slice(0, 19)}Z`;
  const id = await shop.start({}, { ...body, at });
  configureLoad(shop, job);
  await shop.pass(180);
  return id;
}

const integer = { type: 'integer', required: false } as const;
const changes: [string, Partial<JobConfig>, RegExp][] = [
  [
    'wants a parameter more',
    { args: ['{{must}}'], params: { part: integer, must: { type: 'string', required: true } } },
    /: must is required$/,
  ],
  ['takes smaller values only', { params: { part: { ...integer, max: 3 } } }, /: part must be at most 3$/],
  ['takes another type', { params: { part: { type: 'date', required: false } } }, /: part must be a date such as/],
  ['has the parameter no more', { params: {} }, /: part is not a parameter of this job/],
];
const begins = /^the job no longer takes what this run was asked for with: /;

describe('a run at a later time, whose job by then', () => {
  test.each(changes)('%s, fails, says so and starts no task', async (_fact, job, cause) => {
    const id = await outlived({ params: { part: 9 } }, job);
    const end = await shop.endOf(id);
    expect(end).toMatchObject({ state: 'failed', tasks: [], news: ['failed'] });
    expect(end.cause).toMatch(begins);
    expect(end.cause).toMatch(cause);
    expect(shop.newsOf(id)[0]?.text).toContain('start it again with parameters that the job takes now');
  });

  test('has another default, or none, uses what there is then', async () => {
    const id = await outlived({}, { args: ['{{part}}'], params: { part: { ...integer, default: 5 } } });
    expect(await shop.endOf(id)).toMatchObject({ state: 'succeeded', tasks: [1] });
    expect(shop.engine.started.at(-1)?.command?.at(-1)).toBe('5');
    const without = await outlived({}, { params: {} });
    expect(await shop.endOf(without)).toMatchObject({ state: 'succeeded', tasks: [1] });
    expect((await shop.runOf(without)).params).toEqual({});
  });
});

test.each(changes)(
  'a fan-out at a later time, whose job by then %s, fails its items, each with the reason',
  async (_fact, job, cause) => {
    const id = await outlived({ items: [{ part: 9 }, { part: 10 }] }, job);
    expect(await shop.endOf(id)).toMatchObject({ state: 'failed', tasks: [], news: ['failed'] });
    const { items } = (await shop.api('GET', `/api/runs/${id}/items`)).body;
    expect(items).toMatchObject([{ state: 'failed' }, { state: 'failed' }]);
    const end = await shop.endOf(items[0].run);
    expect(end).toMatchObject({ state: 'failed', cause: expect.stringMatching(cause), tasks: [], news: [] });
  },
);

test('of a fan-out at a later time only the items fail that the job no longer takes', async () => {
  const id = await outlived({ items: [{ part: 2 }, { part: 9 }] }, { params: { part: { ...integer, max: 3 } } });
  expect(await shop.endOf(id)).toMatchObject({ state: 'failed', cause: '1 of 2 items failed, 1 succeeded' });
});
