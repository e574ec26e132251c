import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodes } from './src/exit-codes.ts';
import { findScript } from './src/find-script.ts';
import { createMasker, type Masker } from './src/masker.ts';
import { writeAll } from './src/printer.ts';
import { type Refusal, refuse } from './src/refusal.ts';
import { type Ended, forwarded, runScript } from './src/run-script.ts';
import { isLongEnough } from './src/secret-forms.ts';
import { readSettings } from './src/settings.ts';

const scriptsFolder = join(dirname(fileURLToPath(import.meta.url)), 'scripts');
const masker = createMasker();
const say = (message: string): void => void writeAll(process.stderr, `toolbox: ${masker.mask(message)}\n`);

/** Registers the values of the named variables; only names are ever printed. */
function maskSecrets(names: readonly string[], into: Masker): void {
  for (const name of names) {
    const value = process.env[name];
    if (value === undefined) say(`the secret ${name} is not set in the environment`);
    else if (isLongEnough(value)) into.add(value);
    else if (value !== '') say(`the value of the secret ${name} has fewer than 4 characters and is not masked`);
  }
}

async function main(): Promise<Ended | Refusal> {
  const settings = readSettings(process.argv.slice(2), process.env);
  if (settings.kind === 'refused') return settings;
  maskSecrets(settings.secretNames, masker);
  const script = findScript(scriptsFolder, settings.script);
  if (script.kind === 'refused') return script;
  if (settings.deadlineMs !== undefined && settings.deadlineMs <= Date.now()) {
    return refuse(exitCodes.deadline, 'the deadline passed before the start: nothing was run');
  }
  return runScript(script, settings, masker, say);
}

// Whoever read our output may be gone: the script's work is worth more than its log.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

// The first process of a container ignores signals without a handler (pid_namespaces(7)). One that comes before the
// script has started is dealt with after that, by the script's own handlers.
if (process.pid === 1) for (const signal of forwarded) process.on(signal, () => {});

const end = await main();
if (end.kind === 'refused') say(end.message);
await Promise.all([process.stdout, process.stderr].map((stream) => writeAll(stream, '')));
process.exit(end.exitCode);
