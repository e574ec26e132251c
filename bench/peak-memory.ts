import { execFileSync } from 'node:child_process';
import type { Benchmark } from './benchmark.ts';
import { demoRun } from './support/demo-run.ts';

// Not resourceUsage().maxRSS: that counts the parent's pages between fork and exec.
const printPeak = "console.log(/VmHWM:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1])";

/** The Node process of `npm start`, functions included, tasks not, over the demo; the baseline is an idle Node. */
export const peakMemory: Benchmark = {
  name: 'peak-memory',
  async measure() {
    const { peakMemoryMB } = await demoRun();
    const idleKiB = Number(execFileSync(process.execPath, ['--eval', printPeak], { encoding: 'utf8' }));
    const baseline = (idleKiB * 1024) / 1e6;
    return [{ name: 'peak-memory', value: peakMemoryMB, unit: 'MB', baseline, limits: 'value', limit: 600 }];
  },
};
