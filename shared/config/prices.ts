import type { PriceConfig } from './config.ts';

/** Fargate on Linux in us-east-1, per hour, by the second with a minute at least. Source: AWS Fargate pricing page, 2026-11. */
export const defaultPrices: PriceConfig = {
  currency: 'USD',
  x86: { vcpuHour: 0.04048, gbHour: 0.004445 },
  arm: { vcpuHour: 0.03238, gbHour: 0.00356 },
  storageGbHour: 0.000111,
  spot: { from: 0.3, to: 1 },
};
