import { afterAll, expect, test } from 'vitest';
import { openToldShop } from '../support/told-shop.ts';

const failing = () => ({ runMs: 1000, exitCode: 3 });
const countsOf = (shown: Readonly<Record<string, readonly unknown[]>>) =>
  Object.fromEntries(
    Object.entries(shown).map(([channel, messages]) => [
      channel,
      messages.filter((message) => JSON.stringify(message).includes('plain failed')).length,
    ]),
  );

test('two deliveries of each of our events at the same moment are one message in every channel', async () => {
  const twice: Record<string, number> = {};
  const shop = await openToldShop({
    behave: failing,
    delivery({ 'detail-type': type }, deliver) {
      twice[type] = (twice[type] ?? 0) + 1;
      deliver();
      deliver();
    },
  });
  await shop.api('POST', '/api/jobs/plain/runs', { body: {} });
  await shop.pass(180);
  const counts = countsOf(shop.shown());
  expect(Object.keys(counts)).toHaveLength(10);
  // Slack's bot tells a failure in one message, whose thread holds its log.
  expect(new Set(Object.values(counts))).toEqual(new Set([1]));
  expect(twice['Run State Change']).toBeGreaterThan(1);
  expect(twice['Delivery State Change']).toBeGreaterThan(1);
  expect(shop.errors).toEqual([]);
  await shop.close();
});

const toldBy = async (crashAfter?: number) => {
  let first = 0;
  const shop = await openToldShop({
    behave: failing,
    delivery({ 'detail-type': type }, deliver) {
      if (type === 'Delivery State Change') first ||= shop.callsMade();
      deliver();
    },
  });
  await shop.api('POST', '/api/jobs/plain/runs', { body: {} });
  const before = shop.callsMade();
  shop.crash.after = before + (crashAfter ?? Number.POSITIVE_INFINITY);
  await shop.pass(30);
  const calls = shop.callsMade() - before;
  // Longer than the lease of the worker that is gone.
  await shop.pass(8 * 60);
  const shown = shop.shown();
  await shop.close();
  return { counts: countsOf(shown), first: first - before, calls, at: shop.crash.at };
};

let crashes = 0;
let repeated = 0;
afterAll(() => {
  expect(crashes).toBeGreaterThan(30);
  // Each of the ten channels has the gap between its answer and the record.
  expect(repeated).toBeGreaterThanOrEqual(8);
});

test('a crash after any call of the telling, also after sending and before recording, is at most one repeat in one channel', async () => {
  const { first, calls, counts: wanted } = await toldBy();
  expect(new Set(Object.values(wanted))).toEqual(new Set([1]));
  for (let call = first; call <= calls; call++) {
    const { counts, at } = await toldBy(call);
    if (at?.startsWith('deliver-notifications')) crashes += 1;
    const fact = `crash after call ${call} of ${calls}, ${at}`;
    const repeats = Object.values(counts).map((count) => count - 1);
    expect(repeats.length, fact).toBe(10);
    expect(Math.min(...repeats), fact).toBe(0);
    const more = repeats.reduce((sum, count) => sum + count, 0);
    expect(more, fact).toBeLessThanOrEqual(1);
    repeated += more;
  }
}, 600_000);
