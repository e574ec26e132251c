import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A line of `npm start -- --json`. */
interface Line {
  event: string;
  [key: string]: unknown;
}

/** `npm start` as a user starts it, with its lines as they come. */
export interface Started {
  /** The next line with this event. @throws Error with what was printed when the process ends before. */
  next(event: string): Promise<Line>;
  /** Milliseconds since the command was given. */
  elapsedMs(): number;
  /** The id of the Node process that npm started; Linux only. */
  nodePid(): number;
  /** Its peak resident memory in MB. */
  peakMemoryMB(): number;
  /** Resolves with the exit code once it and all that held its output have ended. */
  ended: Promise<number | null>;
  stop(): Promise<number | null>;
}

function parsed(line: string): Line | undefined {
  return line.startsWith('{') ? (JSON.parse(line) as Line) : undefined;
}

/** The process ids below one, itself included. */
function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return [pid, ...children.flatMap((child) => family(Number(child)))];
}

function nodeOf(pid: number): number {
  // The shell between npm and node has the whole command as one argument.
  const isStart = (id: number) => readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').includes('local/start.ts');
  return family(pid).find(isStart) ?? 0;
}

function peakOf(node: number): number {
  const [, kiB] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${node}/status`, 'utf8')) ?? [];
  return (Number(kiB) * 1024) / 1e6;
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

/** @param options of `npm start --`; `--json` and free ports are added. */
export function npmStart(options: readonly string[]): Started {
  const startedAt = performance.now();
  const argv = ['start', '--silent', '--', ...options, '--json', '--port', '0', '--aws-port', '0'];
  // A group of its own: a signal must reach node, not only npm.
  const child = spawn('npm', argv, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const pid = child.pid ?? 0;
  const printed: string[] = [];
  const waiting = new Set<(line: Line) => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    printed.push(text);
    const line = parsed(text);
    if (line) for (const listener of waiting) listener(line);
  });
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  const ended = endOf(child);
  const signal = (name: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, name);
  };
  process.once('exit', () => signal('SIGTERM'));
  return {
    next: (event) =>
      new Promise((resolve, reject) => {
        const listener = (line: Line) => {
          if (line.event !== event) return;
          waiting.delete(listener);
          resolve(line);
        };
        waiting.add(listener);
        const over = () => reject(new Error(`npm start ended without "${event}":\n${printed.slice(-20).join('\n')}`));
        ended.then(over, reject);
      }),
    elapsedMs: () => performance.now() - startedAt,
    nodePid: () => nodeOf(pid),
    peakMemoryMB: () => peakOf(nodeOf(pid)),
    ended,
    stop() {
      signal('SIGTERM');
      return ended;
    },
  };
}
