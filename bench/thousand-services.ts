import type { Benchmark } from './benchmark.ts';
import { type Consumed, countConsumption } from './support/capacity.ts';
import { median } from './support/median.ts';
import { virtualFleet } from './support/virtual-fleet.ts';

const few = 10;
const many = 1000;
const pushes = 150;
/** The first pushes compile what they use. */
const warmUp = 10;

/** A system of which one service wants what is pushed, and how much each of its pushes cost. */
async function openMeasured(configured: number) {
  const { openFleet } = await virtualFleet();
  let isSetUp = false;
  const fleet = await openFleet({
    configured,
    live: 1,
    desiredCount: 0,
    // By hand from here on, so that nothing else happens meanwhile.
    delivery: (_event, deliver) => (isSetUp ? undefined : deliver()),
  });
  isSetUp = true;
  const counted = countConsumption(fleet.cloud.dispatcher);
  const costs: (Consumed & { ms: number })[] = [];
  return {
    costs,
    close: () => fleet.close(),
    async push(tag: string) {
      const { digest } = await fleet.push(tag);
      const event = {
        source: 'aws.ecr',
        'detail-type': 'ECR Image Action',
        account: '123456789012',
        region: 'us-east-1',
        detail: {
          'action-type': 'PUSH',
          result: 'SUCCESS',
          'repository-name': 'shop/api',
          'image-tag': tag,
          'image-digest': digest,
        },
      };
      counted.take();
      const startedAt = performance.now();
      const outcome = await fleet.invoke('deploy-on-image-push', event);
      const ms = performance.now() - startedAt;
      if (outcome.kind === 'failed') throw new Error(outcome.error.errorMessage);
      costs.push({ ...counted.take(), ms });
    },
  };
}

type Measured = Awaited<ReturnType<typeof openMeasured>>;

const medianOf = ({ costs }: Measured, what: keyof Measured['costs'][number]) =>
  median(costs.slice(warmUp).map((cost) => cost[what]));

/** What it takes to decide and begin what a push wants, with 1 000 services in batuta.yml against 10; pushes in turn. */
export const thousandServices: Benchmark = {
  name: 'thousand-services',
  async measure() {
    const [small, large] = [await openMeasured(few), await openMeasured(many)];
    try {
      for (let count = 1; count <= warmUp + pushes; count++)
        for (const system of count % 2 === 0 ? [small, large] : [large, small]) await system.push(`1.${count}.0`);
      const of = (part: string, unit: string, what: Parameters<typeof medianOf>[1], limit: number) =>
        ({
          name: `thousand-services/${part}`,
          value: medianOf(large, what),
          unit,
          baseline: medianOf(small, what),
          limits: 'ratio',
          limit,
        }) as const;
      return [
        of('calls', 'calls', 'calls', 1),
        of('reads', 'units', 'readUnits', 1),
        of('writes', 'units', 'writeUnits', 1),
        of('time', 'ms', 'ms', 1.1),
      ];
    } finally {
      await small.close();
      await large.close();
    }
  },
};
