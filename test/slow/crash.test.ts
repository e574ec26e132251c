import { afterAll, expect, test } from 'vitest';
import { behaveInScenarios, endingOf, type Scenario, scenarioNames, scenarios } from '../support/endings.ts';
import { openShop } from '../support/shop.ts';

/** Longer than the workers' lease of 4 minutes: a crash that holds it heals then. */
const healedS = 8 * 60;

async function play(name: Scenario, crashAfter?: number) {
  const shop = await openShop({ service: name !== 'a run', behave: behaveInScenarios });
  const before = shop.callsMade();
  shop.crash.after = before + (crashAfter ?? Number.POSITIVE_INFINITY);
  const act = async () => void (await scenarios[name](shop));
  // A caller whose request died asks again with its key, as it is told to.
  await act().catch(act);
  await shop.pass(30);
  const calls = shop.callsMade() - before;
  await shop.pass(healedS);
  const ending = await endingOf(shop);
  await shop.close();
  return { calls, ending, crashedAt: shop.crash.at };
}

let crashes = 0;
afterAll(() => expect(crashes).toBeGreaterThan(60));

test.each(scenarioNames)(
  '%s ends the same whichever call is the last of its process',
  async (name) => {
    const { calls, ending } = await play(name);
    const { news: wanted, ...expected } = ending;
    expect(expected.records).toHaveLength(1);
    expect(expected.left).toEqual([]);
    for (let call = 1; call <= calls; call++) {
      const crashed = await play(name, call);
      const { news, ...rest } = crashed.ending;
      const told = `crash after call ${call} of ${calls}, ${crashed.crashedAt}`;
      if (crashed.crashedAt) crashes += 1;
      expect(rest, told).toEqual(expected);
      // The same news at most once more, after a crash between sending and recording.
      expect(news, told).toContain(wanted.at(-1));
      expect(wanted, told).toEqual(expect.arrayContaining(news));
      expect(news.length, told).toBeLessThanOrEqual(wanted.length + 1);
    }
  },
  600_000,
);
