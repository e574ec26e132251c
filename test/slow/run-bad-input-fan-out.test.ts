import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AwsError } from '../../local/cloud/service.ts';
import { configureLoad } from '../support/job-shop.ts';
import { randomFrom } from '../support/random.ts';
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
/** As a caller does that got no answer: again, under the same key. */
async function askUntilTaken(body: object): Promise<string> {
  const headers = { 'idempotency-key': `at-${shop.clock.now()}` };
  for (;;) {
    const answer = await shop.api('POST', '/api/jobs/load/runs', { body, headers });
    if (answer.status === 202) return answer.body.run.id;
    expect(answer.status).toBe(500);
  }
}
const tally = (states: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(states, (state) => state)].map(([state, all]) => [state, all.length]));

describe('a fan-out', () => {
  /** As the API tells its items, and as those that became runs tell of themselves. */
  async function itemsOf(id: string) {
    const { items } = (await shop.api('GET', `/api/runs/${id}/items?limit=100`)).body;
    const made = items.filter(({ run }: { run?: string }) => run !== undefined);
    const ends = await Promise.all(made.map(({ run }: { run: string }) => shop.endOf(run)));
    return { told: tally(items.map(({ state }: { state: string }) => state)), ends };
  }

  test.each([0, 7])('that is stopped while its items are made, at write %i, leaves none behind', async (at) => {
    configureLoad(shop);
    let writes = 0;
    let stopping: Promise<unknown> | undefined;
    shop.trouble.answer = ({ headers, body }) => {
      const isItem = /DynamoDB.*\.PutItem$/.test(headers['x-amz-target'] ?? '') && String(body).includes('"item"');
      if (isItem && writes++ === at) stopping = post(`runs/${id}/stop`, { reason: 'enough' });
      return undefined;
    };
    const id = (await post('jobs/load/runs', { forEach: { part: '1..12' } })).body.run.id;
    await shop.pass(60);
    await expect(stopping).resolves.toMatchObject({ status: 202 });
    expect(await shop.endOf(id)).toEqual({
      state: 'stopped',
      cause: 'stopped by tester: enough; 0 of 12 items succeeded, 12 stopped',
      tasks: [],
      news: ['stopped'],
    });
    const { told, ends } = await itemsOf(id);
    expect(told).toEqual({ stopped: 12 });
    for (const end of ends) expect(end).toMatchObject({ state: 'stopped', news: [] });
  });

  const succeeded = { state: 'succeeded', cause: undefined, tasks: [], news: ['succeeded'] };
  const random = randomFrom(7);
  let struck = 0;
  test.each<[string, () => void]>([
    [
      'whose events come twice and in any order',
      () => {
        shop.trouble.fate = (_event, deliver) => {
          for (let copy = 0; copy < 2; copy++) shop.clock.setTimer(Math.round(random() * 20_000), deliver);
        };
      },
    ],
    [
      'of whose tasks no event comes',
      () => {
        shop.trouble.fate = (event, deliver) => void (taskOf(event) ? undefined : deliver());
      },
    ],
    [
      'whose table is throttled for three minutes',
      () => {
        const until = shop.clock.now() + 180_000;
        shop.trouble.strike = (service) => {
          if (service === 'dynamodb' && shop.clock.now() < until && random() < 0.4) {
            struck += 1;
            throw new AwsError('ProvisionedThroughputExceededException', 'Rate exceeded', 400);
          }
        };
      },
    ],
  ])('%s runs each item once', async (_fact, arrange) => {
    configureLoad(shop, { overlap: 'queue', maxParallel: 1 });
    arrange();
    const id = await askUntilTaken({ forEach: { part: '1..5' }, maxParallel: 3 });
    await shop.pass(7 * 60);
    expect(await shop.endOf(id)).toEqual(succeeded);
    if (shop.trouble.strike) expect(struck).toBeGreaterThan(3);
    const { told, ends } = await itemsOf(id);
    expect(told).toEqual({ succeeded: 5 });
    for (const end of ends) expect(end).toMatchObject({ state: 'succeeded', tasks: [1], news: [] });
  });

  test('makes no more items than its group lets in, so that others find room in its queue', async () => {
    configureLoad(shop, { group: 'db' }, { groups: { db: { maxParallel: 2 } } });
    const id = (await post('jobs/load/runs', { forEach: { part: '1..8' }, maxParallel: 8 })).body.run.id;
    await shop.pass(1);
    expect((await shop.runOf(id)).fanOut).toMatchObject({ active: 2, waiting: 6 });
    const other = (await post('jobs/load/runs', {})).body.run.id;
    await shop.pass(60);
    expect(await shop.endOf(id)).toEqual(succeeded);
    expect(await shop.endOf(other)).toMatchObject({ state: 'succeeded', tasks: [1] });
  });
});
