import { type ChildProcess, spawn } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

interface Started {
  argv: readonly string[];
  directory: string;
  environment: Record<string, string>;
  stopTimeoutMs: number;
  out: Writable;
  error: Writable;
  /** `gone`: nobody reads any more, which stops the script. */
  reader: EventEmitter<{ gone: [] }>;
  /** Sees standard error and output as they are printed. */
  see(chunk: Buffer): void;
}

/** Runs the toolbox's entry point to its end; resolves with its exit code, 128 + n when signal n ended it. */
export async function runEntryPoint({
  argv,
  directory,
  environment,
  stopTimeoutMs,
  reader,
  ...output
}: Started): Promise<number> {
  const child = spawn(process.execPath, argv, {
    cwd: directory,
    env: environment,
    // Its own group: Ctrl-C comes to this process only, which stops the script as ECS would.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const letGo = stopOnSignals(child, reader, stopTimeoutMs);
  for (const to of [output.out, output.error]) to.on('error', () => reader.emit('gone'));
  try {
    const copied = [copy(child.stdout, output.out, output.see), copy(child.stderr, output.error, output.see)];
    const exitCode = await endOf(child);
    await Promise.all(copied);
    return exitCode;
  } finally {
    letGo();
  }
}

/**
 * The first signal is a stop: SIGTERM, and SIGKILL after the stop timeout. A second one does not wait. A reader may go
 * from each of the two outputs, which is one stop.
 */
function stopOnSignals(child: ChildProcess, reader: Started['reader'], stopTimeoutMs: number): () => void {
  let killing: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (killing === undefined) child.kill('SIGTERM');
    else child.kill('SIGKILL');
    killing ??= setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  };
  const stopOnce = (): void => {
    if (killing === undefined) stop();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  reader.on('gone', stopOnce);
  return () => {
    clearTimeout(killing);
    reader.off('gone', stopOnce);
    for (const signal of signals) process.off(signal, stop);
  };
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)));
  });
}

async function copy(from: NodeJS.ReadableStream, to: Writable, see: (chunk: Buffer) => void): Promise<void> {
  from.on('data', see);
  from.pipe(to, { end: false });
  // What nobody reads goes nowhere, else the script would wait.
  to.on('unpipe', () => from.resume());
  await finished(from);
}
