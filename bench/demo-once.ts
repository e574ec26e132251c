import type { Benchmark } from './benchmark.ts';
import { demoRun } from './support/demo-run.ts';

/** The whole scenario; the baseline is the start alone, of the same process. */
export const demoOnce: Benchmark = {
  name: 'demo-once',
  async measure() {
    const { seconds, readySeconds } = await demoRun();
    return [{ name: 'demo-once', value: seconds, unit: 's', baseline: readySeconds, limits: 'value', limit: 60 }];
  },
};
