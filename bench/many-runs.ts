import { runIdOf } from '../shared/core/ids.ts';
import { plus, toInstant } from '../shared/core/time.ts';
import type { Run } from '../shared/run/run.ts';
import { runKind } from '../shared/run/run-record.ts';
import { recordStore } from '../shared/store/records.ts';
import type { Benchmark, Measurement } from './benchmark.ts';
import { type Consumed, countConsumption } from './support/capacity.ts';
import { virtualShop } from './support/virtual-fleet.ts';

const few = 10;
const many = 10_000;
const job = 'plain';
const noEvents = { put: async () => [] };

type Measured = Record<'list' | 'show' | 'start', Consumed>;

/** What listing, showing and starting a run cost in a table that holds so many ended ones. @throws Error for an answer that is none */
async function measure(finished: number): Promise<Measured> {
  const { openShop } = await virtualShop();
  const shop = await openShop({ service: false });
  try {
    const first = await shop.api('POST', `/api/jobs/${job}/runs`, { body: {} });
    await shop.pass(60);
    const { id } = (first.body as { run: { id: string } }).run;
    const now = () => toInstant(shop.clock.now());
    const runs = recordStore(shop.table, noEvents, runKind, now);
    const model = (await runs.get(id))?.value;
    if (model?.state !== 'succeeded') throw new Error(`the run to be copied is ${model?.state}`);
    for (let index = 0; index < finished; index++) await runs.create(copyOf(model, index));
    const counted = countConsumption(shop.cloud.dispatcher);
    const costOf = async (work: () => Promise<{ status: number }>, expected: number): Promise<Consumed> => {
      counted.take();
      const { status } = await work();
      if (status !== expected) throw new Error(`the API answered ${status}`);
      return counted.take();
    };
    return {
      list: await costOf(() => shop.api('GET', `/api/runs?job=${job}&limit=5`), 200),
      show: await costOf(() => shop.api('GET', `/api/runs/${id}`), 200),
      start: await costOf(async () => {
        const answer = await shop.api('POST', `/api/jobs/${job}/runs`, { body: {} });
        await shop.pass(50);
        return answer;
      }, 202),
    };
  } finally {
    await shop.close();
  }
}

/** As if it had ended `index` minutes before. */
const copyOf = (run: Run, index: number): Run => ({
  ...run,
  id: runIdOf('copy', String(index)),
  createdAt: plus(run.createdAt, -60_000 * (index + 1)),
});

/** 10 000 ended runs in the table against ten: the same calls, the same units. */
export const manyRuns: Benchmark = {
  name: 'many-runs',
  async measure() {
    const [small, large] = [await measure(few), await measure(many)];
    return (['list', 'show', 'start'] as const).flatMap((what): Measurement[] => {
      const of = (part: string, unit: string, value: keyof Consumed) =>
        ({
          name: `many-runs/${what}-${part}`,
          value: large[what][value],
          unit,
          baseline: small[what][value],
          limits: 'ratio',
          limit: 1,
        }) as const;
      const writes = what === 'start' ? [of('writes', 'units', 'writeUnits')] : [];
      return [of('calls', 'calls', 'calls'), of('reads', 'units', 'readUnits'), ...writes];
    });
  },
};
