import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleFunctions } from '../build/bundle.ts';
import { npmStart } from '../test/support/npm-start.ts';
import type { Benchmark } from './benchmark.ts';
import { median } from './support/median.ts';
import { root, temporaryFolder } from './support/paths.ts';

const ROUNDS = 3;

/** The example's configuration with a comment that no start has seen, so that nothing kept from earlier starts helps. */
function unseenConfig(): string {
  const folder = temporaryFolder();
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true });
  const config = join(folder, 'examples/demo/batuta.yml');
  writeFileSync(config, `${readFileSync(join(root, 'batuta.yml'), 'utf8')}\n# ${folder}\n`);
  return config;
}

async function readyMs(options: readonly string[]): Promise<number> {
  const started = npmStart(['--no-demo', ...options]);
  await started.next('ready');
  const took = started.elapsedMs();
  await started.stop();
  return took;
}

/** What no start can do without: the bundles and the resolved serverless.yml, made at once and alone. */
async function toolsMs(): Promise<number> {
  const from = performance.now();
  const osls = ['node_modules/serverless/bin/serverless.js', 'print', '--format', 'json', '--stage', 'local'];
  await Promise.all([
    bundleFunctions({ outDir: join(temporaryFolder(), 'functions'), configFile: join(root, 'batuta.yml') }),
    promisify(execFile)(process.execPath, osls, { cwd: root, maxBuffer: 1 << 24 }),
  ]);
  return performance.now() - from;
}

/** The first start after a change, and those after it, which find the resolved serverless.yml. */
export const startReady: Benchmark = {
  name: 'start-ready',
  async measure() {
    const times = { first: [] as number[], again: [] as number[], tools: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      times.tools.push(await toolsMs());
      const config = ['--config', unseenConfig()];
      times.first.push(await readyMs(config));
      times.again.push(await readyMs(config));
    }
    return (['first', 'again'] as const).map((which) => ({
      name: `start-ready/${which}`,
      value: median(times[which]) / 1000,
      unit: 's',
      baseline: median(times.tools) / 1000,
      limits: 'value',
      limit: 5,
    }));
  },
};
