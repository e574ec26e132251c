import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { InvalidConfiguration, readConfiguration } from './configuration.ts';

const osls = resolve('node_modules/serverless/bin/serverless.js');
const outDir = '.serverless';
/** It takes seconds; serverless-esbuild never exits after a build error. */
const LONGEST_MS = 120_000;

/** Without credentials and offline: nothing in serverless.yml asks AWS. */
function runOsls(configFile: string, stage: string): void {
  // osls leaves a folder per function in the temporary one; this one goes with it.
  const temporary = resolve(outDir, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const options = ['package', '--stage', stage, '--package', outDir, `--param=config=${configFile}`];
  const { status, error } = spawnSync(process.execPath, [osls, ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TMPDIR: temporary },
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  });
  rmSync(temporary, { recursive: true, force: true });
  const timedOut = (error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT';
  if (timedOut) throw new Error(`osls package did not end within ${LONGEST_MS / 1000} s: a build error above?`);
  if (status !== 0) throw new Error(`osls package failed with exit code ${status}`);
}

/** `npm run package [-- --config FILE --stage NAME]`: a zip per function and the CloudFormation template. */
function main(): void {
  const { values } = parseArgs({
    options: { config: { type: 'string', default: 'batuta.yml' }, stage: { type: 'string', default: 'dev' } },
  });
  const configFile = resolve(values.config);
  readConfiguration(configFile);
  rmSync(outDir, { recursive: true, force: true });
  runOsls(configFile, values.stage);
  const zips = readdirSync(outDir).filter((file) => file.endsWith('.zip'));
  for (const zip of zips.sort())
    console.log(`${join(outDir, zip)}  ${(statSync(join(outDir, zip)).size / 1000).toFixed(0)} kB`);
  console.log(join(outDir, 'cloudformation-template-update-stack.json'));
}

try {
  main();
} catch (error) {
  console.error(error instanceof InvalidConfiguration ? error.message : (error as Error).message);
  process.exitCode = 1;
}
