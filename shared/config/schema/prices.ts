import { z } from 'zod';
import { defaultPrices } from '../prices.ts';
import { section } from './section.ts';

const price = z.number().gt(0, { error: 'must be more than 0' });
const share = price.max(1, { error: 'must be at most 1: a share of the price on demand' });

const fargate = ({ vcpuHour, gbHour }: { vcpuHour: number; gbHour: number }) =>
  section({
    vcpuHour: price.default(vcpuHour).meta({ description: 'Of one vCPU, per hour.' }),
    gbHour: price.default(gbHour).meta({ description: 'Of one GB of memory, per hour.' }),
  });

const { currency, x86, arm, storageGbHour, spot } = defaultPrices;

/** What of it is left out is as defaultPrices: in checks/limits.ts only for their own currency. */
export const prices = section(
  {
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, { error: 'is no currency; write its three letters, such as USD' })
      .default(currency)
      .meta({ description: 'Of all prices here.' }),
    x86: fargate(x86)
      .default(x86)
      .meta({ description: 'On x86_64.', examples: [x86] }),
    arm: fargate(arm)
      .default(arm)
      .meta({ description: 'On arm64.', examples: [arm] }),
    storageGbHour: price.default(storageGbHour).meta({ description: 'Of one GB of storage above 20, per hour.' }),
    spot: section({
      from: share.default(spot.from).meta({ description: 'The least.' }),
      to: share.default(spot.to).meta({ description: 'The most.' }),
    })
      .default(spot)
      .meta({ description: 'What Fargate Spot costs, as shares of the price on demand.', examples: [spot] }),
  },
  [],
  { x86_64: 'x86', arm64: 'arm', storage: 'storageGbHour', memory: 'x86.gbHour', cpu: 'x86.vcpuHour' },
);
