import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { root } from './support/paths.ts';

const oneSmallFile = 'test/local/options.test.ts';

async function npmTestSeconds(files: readonly string[]): Promise<number> {
  const from = performance.now();
  await promisify(execFile)('npm', ['test', '--', ...files], { cwd: root, maxBuffer: 1 << 26 });
  return (performance.now() - from) / 1000;
}

/** `npm test`, which must pass; the baseline is the same with one small file. */
export const testRun: Benchmark = {
  name: 'test-run',
  async measure() {
    const baseline = await npmTestSeconds([oneSmallFile]);
    const value = await npmTestSeconds([]);
    return [{ name: 'test-run', value, unit: 's', baseline, limits: 'value', limit: 90 }];
  },
};
