import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Shown } from './channels/shown.ts';
import { notificationOf, type Tell, teller } from './demo/report.ts';
import { playDemo } from './demo/scenario.ts';
import { demoNeeds } from './demo/scene.ts';
import type { PassedEvent } from './demo/stage.ts';
import { stageOf } from './demo/stage-of.ts';
import { parseOptions, StartError, type StartOptions, usage } from './options.ts';
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

/** Aborted when the user or the system asks the process to end, or when nobody reads its output any more. */
function endAsked(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => ending.abort());
  process.stdout.on('error', () => ending.abort());
  return ending.signal;
}

const asked = (ending: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (ending.aborted) done();
    else ending.addEventListener('abort', () => done(), { once: true });
  });

/** Starts, plays, stays; resolves with the exit code. */
async function main(options: StartOptions, tell: Tell, ending: AbortSignal): Promise<number> {
  const startedAt = Date.now();
  const ended = asked(ending);
  const received: Shown[] = [];
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
    onReallyTold: tell,
    onNotification: (shown) => {
      received.push(shown);
      tell(notificationOf(shown));
    },
  });
  try {
    if (options.demo) checkDemo(system);
    tell({ event: 'ready', aws: system.awsUrl, api: system.apiUrl, token: system.token });
    for (const message of system.warnings) tell({ event: 'warning', message });
    let ok = true;
    if (options.demo) {
      const played = playDemo(stageOf(system, { received, listeners }, tell));
      ok = await Promise.race([played, ended.then(() => false)]);
      tell({ event: 'end', ok, seconds: (Date.now() - startedAt) / 1000 });
      if (!options.once) tell({ event: 'staying' });
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
  const ending = endAsked();
  const json = process.argv.includes('--json');
  const write = teller(json);
  // What the end interrupts would only look like failures.
  const tell: Tell = (told) => void (ending.aborted || write(told));
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === 'help') {
      process.stdout.write(`${usage}\n`);
      return 0;
    }
    return await main(options, tell, ending);
  } catch (error) {
    if (ending.aborted) return 1;
    // What the user can mend is one line; anything else is ours and shows where it came from.
    const known =
      error instanceof StartError || ((error as Error).cause as { code?: string } | undefined)?.code === 'EADDRINUSE';
    const message = known ? (error as Error).message : ((error as Error).stack ?? String(error));
    if (json) tell({ event: 'problem', message });
    else process.stderr.write(`${message}\n`);
    return 1;
  }
}

process.exit(await run());
