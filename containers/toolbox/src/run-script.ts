import { type ChildProcess, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { enforceDeadline } from './deadline.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import type { Script } from './find-script.ts';
import { createLineFilter } from './line-filter.ts';
import type { Masker } from './masker.ts';
import { type Printer, print } from './printer.ts';
import { guardGroup, type ProcessGroup, processGroup } from './process-group.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Settings } from './settings.ts';

/** Go on to the script. */
export const forwarded = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** After the script's end, what it left running may still print: while it does, and no longer than this. */
const quietMs = 1_000;
const lingerMs = 5_000;

export interface Ended {
  kind: 'ended';
  exitCode: number;
}

/** Runs the script to its end and prints its output. `say` prints a line of our own. */
export async function runScript(
  script: Script,
  settings: Settings,
  masker: Masker,
  say: (message: string) => void,
): Promise<Ended | Refusal> {
  const [program, ...options] = script.interpreter;
  const child = spawn(program, [...options, script.path, ...settings.args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid === undefined) return whyNotStarted(child, program);
  const group = processGroup(child.pid);
  for (const signal of forwarded) process.on(signal, () => group.signal(signal));
  const dismissGuard = guardGroup(child.pid);
  const printers = [
    print(child.stdout, createLineFilter(masker, say), process.stdout),
    print(child.stderr, createLineFilter(masker, say), process.stderr),
  ];
  const deadline = enforceDeadline(settings.deadlineMs, settings.stopTimeoutMs, group, say);
  const exitCode = await exitOf(child);
  deadline.clear();
  await finishOutput(child, printers, group);
  dismissGuard();
  return { kind: 'ended', exitCode: deadline.passed() ? exitCodes.deadline : exitCode };
}

function whyNotStarted(child: ChildProcess, program: string): Promise<Refusal> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const name = basename(program);
      if (error.code === 'ENOENT') {
        resolve(refuse(exitCodes.notFound, `the interpreter ${name} is not in this image; install it or use another`));
      } else resolve(refuse(exitCodes.notExecutable, `the interpreter ${name} cannot be started: ${error.code}`));
    });
  });
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(exitCodeOf(code, signal)));
  });
}

/** A background process may hold the output open for ever: then its group is killed, then the output closed. */
async function finishOutput(child: ChildProcess, printers: readonly Printer[], group: ProcessGroup): Promise<void> {
  const close = (): void => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const done = Promise.all(printers.map((printer) => printer.done)).then(() => true);
  for (const end of [() => group.signal('SIGKILL'), close]) {
    if (await Promise.race([done, untilQuiet(printers)])) break;
    end();
  }
  await done;
}

/** Resolves to false when nothing was printed for a while, or too long went by. */
async function untilQuiet(printers: readonly Printer[]): Promise<false> {
  const startMs = Date.now();
  const lastMs = () => Math.max(startMs, ...printers.map((printer) => printer.quietSinceMs()));
  while (Date.now() - lastMs() < quietMs && Date.now() - startMs < lingerMs) await sleep(50);
  return false;
}
