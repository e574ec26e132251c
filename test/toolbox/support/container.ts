import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { inject } from 'vitest';

const runtime = join(import.meta.dirname, 'container.sh');
const namespaces = ['--mount', '--pid', '--uts', '--ipc', '--net', '--fork', '--kill-child=SIGKILL'];

interface Ended {
  /** As ECS has it: 128 + n for a container that signal n ended. */
  exitCode: number;
  stdout: string;
  stderr: string;
  bytes: Buffer;
}

export interface Container {
  result: Promise<Ended>;
  /** Resolves when standard output has had this text. */
  printed(text: string): Promise<void>;
  /** To the container's first process, as `docker kill --signal`. */
  signal(signal: NodeJS.Signals): void;
  /** As ECS: SIGTERM, then SIGKILL once the stop timeout has passed. */
  stop(stopTimeoutMs: number): void;
  /** The machine's ids of all of its processes. */
  processes(): number[];
}

interface Options {
  environment?: Record<string, string>;
  /** False: no place to write at all. */
  tmp?: boolean;
  /** Instead of the image's entry point, as `docker run --entrypoint`. */
  entryPoint?: string[];
}

/** Starts a container of the image as ECS does with readonlyRootFilesystem: its first process is the entry point. */
export function startContainer(command: readonly string[], options: Options = {}): Container {
  const image = inject('image');
  const { environment = {}, tmp = true, entryPoint = image.entryPoint } = options;
  const variables = Object.entries({ HOME: '/home/toolbox', ...environment }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const child = spawn(
    'unshare',
    [...namespaces, 'sh', runtime, image.root, image.user, image.directory, tmp ? 'tmp' : '-'].concat(
      ...[image.environment, variables, entryPoint, command],
    ),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let isKilled = false;
  const signal = (name: NodeJS.Signals) => {
    const [first] = childrenOf(child.pid);
    if (first === undefined) return;
    isKilled ||= name === 'SIGKILL';
    process.kill(first, name);
  };
  return {
    // unshare(1) cannot end itself by SIGKILL as it does by other signals, and then exits with 1.
    result: resultOf(child).then((end) => (isKilled ? { ...end, exitCode: 137 } : end)),
    printed: (text) => waitForText(child, text),
    signal,
    stop: (stopTimeoutMs) => {
      signal('SIGTERM');
      const killing = setTimeout(() => signal('SIGKILL'), stopTimeoutMs);
      child.once('exit', () => clearTimeout(killing));
    },
    processes: () => familyOf(child.pid),
  };
}

/** `run SCRIPT ARG…` to its end. */
export const runScript = (script: string, args: readonly string[] = [], options: Options = {}): Promise<Ended> =>
  startContainer(['run', script, ...args], options).result;

async function resultOf(child: ChildProcess): Promise<Ended> {
  const exitCode = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? -1)));
  });
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => (stream ? buffer(stream) : Buffer.alloc(0)));
  const bytes = (await stdout) ?? Buffer.alloc(0);
  return { exitCode: await exitCode, stdout: bytes.toString(), stderr: String(await stderr), bytes };
}

function waitForText(child: ChildProcess, expected: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.includes(expected)) resolve();
    });
    child.once('exit', () => reject(new Error(`the container ended before it printed ${expected}: ${seen}`)));
  });
}

function childrenOf(pid: number | undefined): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children.trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

const familyOf = (pid: number | undefined): number[] => childrenOf(pid).flatMap((child) => [child, ...familyOf(child)]);
