import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { notificationOf, type Tell, teller } from './demo/report.ts';
import { demoNeeds, playDemo } from './demo/scenario.ts';
import type { PassedEvent } from './demo/stage.ts';
import { stageOf } from './demo/stage-of.ts';
import { parseOptions, StartError, type StartOptions, usage } from './options.ts';
import type { Received } from './sink.ts';
import { localFileFor, type System, startSystem } from './system.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

function configFileOf(options: StartOptions): string {
  const file = resolve(options.configFile);
  if (existsSync(file)) return file;
  throw new StartError(
    `${options.configFile}: there is no such file; --config names another, and README.md shows a first one`,
  );
}

function checkDemo({ config, local }: System): void {
  if (config.jobs[demoNeeds.job] && local.services[config.services[demoNeeds.service]?.service ?? '']) return;
  throw new StartError(
    `The demo plays the job ${demoNeeds.job} and the service ${demoNeeds.service}, which this configuration does not have; add --no-demo`,
  );
}

/** Resolves when the user or the system asks the process to end. */
function endAsked(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
  });
}

/** Starts, plays, stays; resolves with the exit code. */
async function main(options: StartOptions, tell: Tell): Promise<number> {
  const startedAt = Date.now();
  const ended = endAsked();
  const received: Received[] = [];
  const listeners = new Set<(event: PassedEvent) => void>();
  const configFile = configFileOf(options);
  const system = await startSystem({
    configFile,
    localFile: localFileFor(configFile, root),
    apiPort: options.apiPort,
    awsPort: options.awsPort,
    onEvent: (event) => {
      for (const listener of listeners) listener(event);
    },
    onNotification: (message) => {
      received.push(message);
      tell(notificationOf(message));
    },
  });
  try {
    if (options.demo) checkDemo(system);
    tell({ event: 'ready', aws: system.awsUrl, api: system.apiUrl, token: system.token });
    let ok = true;
    if (options.demo) {
      const played = playDemo(stageOf(system, { received, listeners }, tell));
      ok = await Promise.race([played, ended.then(() => false)]);
      tell({ event: 'end', ok, seconds: (Date.now() - startedAt) / 1000 });
    }
    if (!options.once) {
      // Something must keep the process alive: timers of the local clock do not.
      const alive = setInterval(() => {}, 1 << 30);
      await ended;
      clearInterval(alive);
    }
    return options.once && !ok ? 1 : 0;
  } finally {
    await system.close();
  }
}

async function run(): Promise<number> {
  let tell = teller(process.argv.includes('--json'));
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === 'help') {
      process.stdout.write(`${usage}\n`);
      return 0;
    }
    tell = teller(options.json);
    return await main(options, tell);
  } catch (error) {
    // What the user can mend is one line; anything else is ours and shows where it came from.
    const known =
      error instanceof StartError || ((error as Error).cause as { code?: string } | undefined)?.code === 'EADDRINUSE';
    const message = known ? (error as Error).message : ((error as Error).stack ?? String(error));
    if (process.argv.includes('--json')) tell({ event: 'problem', message });
    else process.stderr.write(`${message}\n`);
    return 1;
  }
}

process.exit(await run());
