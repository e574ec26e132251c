import { deploymentIdOf } from '../shared/core/ids.ts';
import type { Table } from '../shared/store/table.ts';
import { type DeliveryWorld, deliveryWorld, ok, retry } from '../test/support/delivery-world.ts';
import type { Benchmark } from './benchmark.ts';
import { costed, type TableCost } from './support/table-cost.ts';

const limitMs = 1000;
const many = 1000;
const few = 100;

interface Measured {
  seconds: number;
  cost: TableCost;
}

/** As DynamoDB does: no page is longer than asked for. */
const cutPages = (table: Table): Table => ({
  ...table,
  query: async (query) => {
    const { items } = await table.query(query);
    return { items: items.slice(0, query.limit) };
  },
});

/** A receiver that takes one message a second and answers 429 to all else; `refused` counts those. */
function limitedReceiver() {
  const receiver = { refused: 0, last: Number.NEGATIVE_INFINITY };
  return {
    receiver,
    takes(at: number): boolean {
      const takes = at - receiver.last >= limitMs;
      if (takes) receiver.last = at;
      else receiver.refused += 1;
      return takes;
    },
  };
}

const services = 20;
/** The deployments are of so many services in turn: the news of each is to come in order. */
const subjectOf = (index: number) => `service:s${index % services}`;

function checkOrder(world: DeliveryWorld, names: readonly string[]): void {
  const indexOf = new Map(names.map((name, index) => [deploymentIdOf(name) as string, index]));
  for (const stage of ['rolling-back', 'rolled-back']) {
    const told = world.took('team').filter(({ news }) => news === stage);
    const bySubject = Map.groupBy(told, ({ about }) => subjectOf(indexOf.get(about) ?? 0));
    for (const [subject, ofIt] of bySubject) {
      const order = ofIt.map(({ about }) => indexOf.get(about) ?? -1);
      if (order.some((index, place) => index < (order[place - 1] ?? -1)))
        throw new Error(`${subject} was told out of order`);
    }
  }
}

function check(world: DeliveryWorld, names: readonly string[], refused: number): void {
  if (refused > 1) throw new Error(`the receiver answered 429 ${refused} times`);
  for (const name of names) {
    const took = world.took('team').filter(({ about }) => about === deploymentIdOf(name));
    const news = took.map((told) => told.news).join(', ');
    if (news !== 'rolling-back, rolled-back') throw new Error(`of ${name} the channel was told: ${news || 'nothing'}`);
  }
}

const news = (world: DeliveryWorld, names: readonly string[], name: string, state: 'rolling-back' | 'rolled-back') =>
  world.news(name, state, ['team'], { subject: subjectOf(names.indexOf(name)) });

/** Half as many deployments fail at once, and each is rolled back when its failure was told. */
async function tell(count: number): Promise<Measured> {
  const names = Array.from({ length: count / 2 }, (_, index) => `d${index}`);
  const nameOf = new Map(names.map((name) => [deploymentIdOf(name) as string, name]));
  const { receiver, takes } = limitedReceiver();
  let cost: TableCost = { reads: 0, writes: 0 };
  const world = deliveryWorld(
    {
      team: {
        answer({ id, message }, at) {
          if (!takes(at)) return retry('it answered HTTP 429', limitMs);
          const name = nameOf.get(id.split(':')[1] ?? '');
          if (name && message.news === 'rolling-back')
            world.clock.setTimer(1, () => void news(world, names, name, 'rolled-back'));
          return ok;
        },
      },
    },
    {
      watchTable(table) {
        const counted = costed(cutPages(table));
        cost = counted.cost;
        return counted.table;
      },
    },
  );
  const from = world.clock.now();
  for (const name of names) await news(world, names, name, 'rolling-back');
  while (world.took('team').length < count && world.clock.now() - from < 3 * count * limitMs) await world.pass(10);
  check(world, names, receiver.refused);
  checkOrder(world, names);
  return { seconds: ((world.told.at(-1)?.at ?? 0) - from) / 1000, cost: { ...cost } };
}

/** 1 000 different notifications to a receiver limited to one a second, in virtual time. */
export const notifyLimited: Benchmark = {
  name: 'notify-limited',
  async measure() {
    const [small, large] = [await tell(few), await tell(many)];
    const perDelivery = ({ reads, writes }: TableCost, count: number) => (reads + writes) / count;
    return [
      {
        name: 'notify-limited/time',
        value: large.seconds,
        unit: 's',
        baseline: ((many - 1) * limitMs) / 1000,
        limits: 'ratio',
        limit: 1.1,
      },
      {
        name: 'notify-limited/units',
        value: perDelivery(large.cost, many),
        unit: 'units',
        baseline: perDelivery(small.cost, few),
        limits: 'ratio',
        limit: 1.1,
      },
    ];
  },
};
