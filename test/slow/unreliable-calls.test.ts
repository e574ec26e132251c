import { expect, test } from 'vitest';
import { AwsError } from '../../local/cloud/service.ts';
import { behaveInScenarios, endingOf, type Scenario, scenarioNames, scenarios } from '../support/endings.ts';
import { randomFrom } from '../support/random.ts';
import { openShop } from '../support/shop.ts';

const faultyS = 5 * 60;
const settledS = 10 * 60;

/** A system in which `share` of the functions' calls fail for a while: throttled, failed, or done without an answer. */
async function play(name: Scenario, share: number, seed: number) {
  const random = randomFrom(seed);
  const struck: string[] = [];
  let isFaulty = false;
  const strike = (what: string, error: AwsError) => (service: string, operation: string) => {
    if (!isFaulty || random() >= share / 3) return;
    struck.push(`${what} ${service} ${operation}`);
    throw error;
  };
  const throttle = strike('throttled', new AwsError('ThrottlingException', 'Rate exceeded'));
  const fail = strike('failed', new AwsError('InternalFailure', 'injected', 500));
  const lose = strike('unanswered', new AwsError('InternalFailure', 'injected', 500));
  const shop = await openShop({
    service: name !== 'a run',
    behave: behaveInScenarios,
    faults: {
      before(service, operation) {
        throttle(service, operation);
        fail(service, operation);
      },
      after: lose,
    },
  });
  isFaulty = share > 0;
  await persist(() => scenarios[name](shop));
  await shop.pass(faultyS);
  isFaulty = false;
  await shop.pass(settledS);
  const ending = await endingOf(shop);
  await shop.close();
  return { ending, struck };
}

/** A caller whose request failed asks again with its key, as it is told to. */
async function persist(ask: () => ReturnType<(typeof scenarios)[Scenario]>): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const answer = await ask().catch(() => undefined);
    if (answer && (!('status' in answer) || answer.status === 202)) return;
  }
  throw new Error('twenty requests failed');
}

test.each(scenarioNames)('%s ends the same though calls to AWS fail for five minutes', async (name) => {
  const { ending: expected } = await play(name, 0, 0);
  expect(expected.records).toHaveLength(1);
  for (const seed of [1, 2]) {
    const { ending, struck } = await play(name, 0.1, seed);
    const told = `seed ${seed}: ${struck.join(', ')}`;
    const { news: all, ...rest } = ending;
    // Five minutes of failing calls outlast Lambda's retries: that letters lie there is told too, and true.
    const news = all.filter((title) => !/dead letters/.test(title));
    const { news: wanted, ...same } = expected;
    expect(struck.length, told).toBeGreaterThan(3);
    expect(rest, told).toEqual(same);
    expect(news, told).toContain(wanted.at(-1));
    expect(wanted, told).toEqual(expect.arrayContaining(news));
    expect(new Set(news).size, told).toBeGreaterThanOrEqual(news.length - 1);
  }
});
