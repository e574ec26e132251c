import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const osls = join(root, 'node_modules/serverless');
const cacheFolder = join(root, 'node_modules/.cache/batuta');

/** What `osls print --format json` gives: the parts used here. */
export interface PrintedStack {
  service: string;
  provider: {
    stage: string;
    region: string;
    timeout?: number;
    memorySize?: number;
    logRetentionInDays?: number;
    environment?: Record<string, unknown>;
  };
  functions: Record<string, PrintedFunction>;
  resources?: PrintedResources | PrintedResources[];
}
export interface PrintedFunction {
  name: string;
  handler: string;
  role?: string;
  timeout?: number;
  memorySize?: number;
  environment?: Record<string, unknown>;
  onError?: unknown;
  events?: Record<string, unknown>[];
}
export interface PrintedResources {
  Conditions?: Record<string, unknown>;
  Resources?: Record<string, PrintedResource>;
}
export interface PrintedResource {
  Type: string;
  Condition?: string;
  Properties?: Record<string, unknown>;
}

/** Everything the result depends on: serverless.yml, its hooks and what they read. */
function inputFiles(configFile: string): string[] {
  const folders = ['build', 'shared/config', 'shared/schedule', 'containers/toolbox/scripts'];
  const sources = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return [join(root, 'serverless.yml'), join(osls, 'package.json'), ...sources.sort(), configFile];
}

function cacheKey(configFile: string, stage: string, region: string): string {
  const hash = createHash('sha256').update(`${stage}\0${region}\0`);
  for (const file of inputFiles(configFile)) hash.update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 32);
}

async function runOsls(configFile: string, stage: string, region: string, signal?: AbortSignal): Promise<string> {
  const options = ['print', '--format', 'json', '--stage', stage, '--region', region, `--param=config=${configFile}`];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [join(osls, 'bin/serverless.js'), ...options], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      maxBuffer: 16 * 1024 * 1024,
      timeout: 60_000,
      // osls outlives the terminal's SIGINT.
      killSignal: 'SIGKILL',
      ...(signal ? { signal } : {}),
    });
    return stdout;
  } catch (cause) {
    const { stderr, stdout } = cause as { stderr?: string; stdout?: string };
    const why = `${stderr ?? ''}${stdout ?? ''}`.trim().slice(0, 2_000);
    throw new Error(`serverless.yml cannot be resolved (npx osls print --stage ${stage}): ${why}`, { cause });
  }
}

/**
 * The resolved serverless.yml. Kept under node_modules/.cache, since osls takes seconds, and found there
 * again as long as nothing it was made from has changed. `signal` ends osls where nobody waits any more.
 */
export async function printStack(
  configFile: string,
  stage: string,
  region: string,
  signal?: AbortSignal,
): Promise<PrintedStack> {
  const file = join(cacheFolder, `stack-${cacheKey(configFile, stage, region)}.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    const printed = await runOsls(configFile, stage, region, signal);
    mkdirSync(cacheFolder, { recursive: true });
    // Two starts at once must not read half a file.
    writeFileSync(`${file}.${process.pid}`, printed);
    renameSync(`${file}.${process.pid}`, file);
    return JSON.parse(printed);
  }
}
