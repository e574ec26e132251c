import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import type { Benchmark } from './benchmark.ts';
import { bundled } from './support/bundles.ts';
import { root } from './support/paths.ts';

/** The zips that `npm run package` makes; the baseline is the default bundle, deflated. */
export const zipSize: Benchmark = {
  name: 'zip-size',
  async measure() {
    await promisify(execFile)('npm', ['run', 'package'], { cwd: root });
    return (await bundled()).map(({ name, byDefault }) => ({
      name: `zip-size/${name}`,
      value: statSync(join(root, '.serverless', `${name}.zip`)).size / 1000,
      unit: 'kB',
      baseline: deflateRawSync(readFileSync(byDefault), { level: 9 }).length / 1000,
      limits: 'value',
      limit: 160,
    }));
  },
};
