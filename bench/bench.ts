import { parseArgs } from 'node:util';
import { apiToLog } from './api-to-log.ts';
import { type Benchmark, judge, words } from './benchmark.ts';
import { bundleSize } from './bundle-size.ts';
import { demoOnce } from './demo-once.ts';
import { deploymentCalls } from './deployment-calls.ts';
import { failureKnown } from './failure-known.ts';
import { fanOutPace } from './fan-out.ts';
import { launchCalls } from './launch-calls.ts';
import { logLatency } from './log-latency.ts';
import { logReading } from './log-reading.ts';
import { manyRuns } from './many-runs.ts';
import { moduleLoad } from './module-load.ts';
import { nextFireBench } from './next-fire.ts';
import { notifyCrashLoop } from './notify-crash-loop.ts';
import { notifyLatency } from './notify-latency.ts';
import { notifyLimited } from './notify-limited.ts';
import { notifyRender } from './notify-render.ts';
import { peakMemory } from './peak-memory.ts';
import { pushToUpdate } from './push-to-update.ts';
import { registrationPace } from './registration-pace.ts';
import { rolloutCalls } from './rollout-calls.ts';
import { startReady } from './start-ready.ts';
import { testRun } from './test-run.ts';
import { thousandServices } from './thousand-services.ts';
import { zipSize } from './zip-size.ts';

const benchmarks: Benchmark[] = [
  ...[moduleLoad, bundleSize, zipSize, startReady, demoOnce],
  ...[apiToLog, launchCalls, deploymentCalls, pushToUpdate, testRun, peakMemory],
  ...[rolloutCalls, registrationPace, thousandServices, failureKnown, nextFireBench, fanOutPace, manyRuns],
  ...[logReading, logLatency, notifyLimited, notifyLatency, notifyCrashLoop, notifyRender],
];

function chosen(name: string | undefined): Benchmark[] {
  const found = name === undefined ? benchmarks : benchmarks.filter((benchmark) => benchmark.name === name);
  if (found.length > 0) return found;
  throw new Error(`There is no benchmark ${name}; there are: ${benchmarks.map((known) => known.name).join(', ')}`);
}

/** `npm run bench [NAME] [-- --json]`: resolves with whether everything is within its limits. */
async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
  if (positionals.length > 1) throw new Error('npm run bench takes one NAME, or none for all');
  let ok = true;
  for (const benchmark of chosen(positionals[0])) {
    for (const measured of await benchmark.measure()) {
      const result = judge(measured);
      ok &&= result.ok;
      process.stdout.write(`${values.json ? JSON.stringify(result) : words(measured)}\n`);
    }
  }
  return ok;
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exit(1);
}
