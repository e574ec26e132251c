import { statSync } from 'node:fs';
import type { Benchmark } from './benchmark.ts';
import { bundled } from './support/bundles.ts';

const kB = (file: string) => statSync(file).size / 1000;

export const bundleSize: Benchmark = {
  name: 'bundle-size',
  async measure() {
    return (await bundled()).map(({ name, ours, byDefault }) => ({
      name: `bundle-size/${name}`,
      value: kB(ours),
      unit: 'kB',
      baseline: kB(byDefault),
      limits: 'ratio',
      limit: 0.3,
    }));
  },
};
