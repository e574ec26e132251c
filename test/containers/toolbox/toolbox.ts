import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';
import { buildToolbox } from '../../../build/toolbox.ts';

export interface Result {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcess;
  result: Promise<Result>;
  /** Resolves when the text has appeared on standard output. */
  printed(expected: string): Promise<void>;
}

/** A built toolbox of the test file's own, and its entry point run as a process. */
export function useToolbox() {
  let directory = '';
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'batuta-toolbox-'));
    await buildToolbox(directory);
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  const start = (args: string[], env: Record<string, string> = {}): Started => {
    const child = spawn(process.execPath, [join(directory, 'entrypoint.mjs'), ...args], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, TMPDIR: directory, ...env },
    });
    children.push(child);
    const ended = new Promise<Pick<Result, 'code' | 'signal'>>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    const result = Promise.all([ended, text(child.stdout), text(child.stderr)]).then(([end, stdout, stderr]) => ({
      ...end,
      stdout,
      stderr,
    }));
    return { child, result, printed: (expected) => waitForText(child, expected) };
  };

  return {
    directory: () => directory,
    start,
    /** `run SCRIPT ARG…` to its end. */
    run: (script: string, args: string[] = [], env: Record<string, string> = {}) =>
      start(['run', script, ...args], env).result,
    /** Writes a script beside the example scripts and returns its name. */
    add: async (name: string, content: string): Promise<string> => {
      await writeFile(join(directory, 'scripts', name), content);
      return name;
    },
  };
}

function waitForText(child: ChildProcess, expected: string): Promise<void> {
  return new Promise((resolve) => {
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.includes(expected)) resolve();
    });
  });
}

/** The tests need only Node; what needs another program says so in its title and is skipped without it. */
export function has(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** A zombie is dead: in some containers nobody reaps it for seconds. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
