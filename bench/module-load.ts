import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { bundled } from './support/bundles.ts';

const ROUNDS = 11;
const timedImport =
  'const from = performance.now(); await import(process.argv[1]); process.stdout.write(String(performance.now() - from)); process.exit(0);';

/** Milliseconds that the module takes to load in a new Node process. */
async function loadMs(file: string): Promise<number> {
  const argv = ['--input-type=module', '--eval', timedImport, pathToFileURL(file).href];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  return Number(stdout);
}

/** Both bundles of each function in turn, and of each the round that the machine disturbed least. */
export const moduleLoad: Benchmark = {
  name: 'module-load',
  async measure() {
    const functions = (await bundled()).map((both) => ({ ...both, ourMs: [] as number[], defaultMs: [] as number[] }));
    for (let round = 0; round < ROUNDS; round++) {
      for (const { ours, byDefault, ourMs, defaultMs } of functions) {
        ourMs.push(await loadMs(ours));
        defaultMs.push(await loadMs(byDefault));
      }
    }
    return functions.map(({ name, ourMs, defaultMs }) => ({
      name: `module-load/${name}`,
      value: Math.min(...ourMs),
      unit: 'ms',
      baseline: Math.min(...defaultMs),
      limits: 'ratio',
      limit: 0.55,
    }));
  },
};
