import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { type ContainerExit, type ContainerSpec, type Engine, OUT_OF_MEMORY } from '../cloud/service.ts';
import { processEnvironment } from './environment.ts';
import { portGiver } from './free-port.ts';
import { watchHealth } from './health-check.ts';
import { lineSplitter } from './lines.ts';
import { createMemoryGuard } from './memory-guard.ts';
import { probePort } from './probe-port.ts';
import { signalGroup } from './process-group.ts';
import { createReaper } from './reaper.ts';
import { killStrays } from './strays.ts';

type Listeners = Parameters<Engine['start']>[1];

/** What a pipe that a stray descendant still holds may delay a container's end by. */
const PIPE_GRACE_MS = 1000;

/** 128 and the number of SIGKILL. */
const KILLED = 137;

function startError(detail: string): Error {
  // As Fargate's containerd puts it in a container's reason.
  return new Error(
    `CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${detail}: unknown`,
  );
}

function whyNotStarted(error: NodeJS.ErrnoException, file: string): Error {
  if (error.code === 'EACCES') return startError(`exec: "${file}": permission denied`);
  if (error.code !== 'ENOENT') return startError(`exec: "${file}": ${error.code ?? error.message}`);
  return startError(
    file.includes('/')
      ? `exec: "${file}": stat ${file}: no such file or directory`
      : `exec: "${file}": executable file not found in $PATH`,
  );
}

function argvOf(spec: ContainerSpec): [string, ...string[]] {
  const [file, ...rest] = [...(spec.entryPoint ?? []), ...(spec.command ?? [])];
  if (file === undefined)
    throw new Error('CannotCreateContainerError: Error response from daemon: no command specified');
  return [file, ...rest];
}

function directoryOf(spec: ContainerSpec): string {
  // Joined below "/" first, so that ".." cannot leave the image.
  const inside = join('/', spec.workingDirectory ?? spec.image.manifest.workingDirectory ?? '.');
  const directory = join(spec.image.directory, inside);
  if (!existsSync(directory))
    throw startError(`chdir to cwd ("${inside}") set in config.json failed: no such file or directory`);
  return directory;
}

function started(child: ChildProcess, file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(whyNotStarted(error, file)));
    child.once('spawn', () => resolve(child.pid as number));
  });
}

function deliverLines(child: ChildProcess, on: Listeners): () => void {
  const ends = (['stdout', 'stderr'] as const).map((name) => {
    const lines = lineSplitter((line) => on.line(line, name));
    child[name]?.on('data', (chunk: Buffer) => lines.push(chunk));
    return lines.end;
  });
  return () => {
    for (const end of ends) end();
  };
}

function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}

/** Resolves when the process has ended, all that it started is killed and its last line is delivered. */
function ended(
  child: ChildProcess,
  { pid, hostname }: { pid: number; hostname: string },
  clock: Clock,
  flush: () => void,
): Promise<ContainerExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      signalGroup(pid, 'SIGKILL');
      const strays = killStrays(hostname);
      const finish = async () => {
        cancel();
        await strays;
        child.stdout?.destroy();
        child.stderr?.destroy();
        flush();
        resolve({ exitCode: exitCodeOf(code, signal) });
      };
      const cancel = clock.setTimer(PIPE_GRACE_MS, () => void finish());
      child.once('close', () => void finish());
    });
  });
}

/**
 * Executes containers as process groups in their image's directory. `temporary` becomes HOME and TMPDIR.
 * Health checks, stop timeouts and looks at the memory run on `clock`.
 */
export function createProcessEngine({
  clock,
  temporary = tmpdir(),
  memoryEveryMs = 1000,
}: {
  clock: Clock;
  temporary?: string;
  memoryEveryMs?: number;
}): Engine {
  const groups = new Map<number, Promise<unknown>>();
  let closed = false;
  const killAll = () => {
    for (const pid of groups.keys()) signalGroup(pid, 'SIGKILL');
  };
  // A host that ends without close() must not leave containers behind.
  const reaper = createReaper();
  const memory = createMemoryGuard(clock, memoryEveryMs);

  return {
    freePort: portGiver(),
    probe: probePort,
    async start(spec, on) {
      if (closed) throw startError('the local engine is closed');
      const [file, ...rest] = argvOf(spec);
      const runtimeId = randomBytes(32).toString('hex');
      const hostname = runtimeId.slice(0, 12);
      const place = {
        cwd: directoryOf(spec),
        env: processEnvironment(spec.environment, { home: temporary, hostname }),
      };
      const child = spawn(file, rest, { ...place, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      const flush = deliverLines(child, on);
      const pid = await started(child, file);
      if (closed) signalGroup(pid, 'SIGKILL');
      let killedFor: string | undefined;
      const exited = ended(child, { pid, hostname }, clock, flush).then((exit) =>
        killedFor !== undefined && exit.exitCode === KILLED ? { ...exit, reason: killedFor } : exit,
      );
      const kill = (reason: string) => {
        killedFor ??= reason;
        signalGroup(pid, 'SIGKILL');
      };
      const stopGuard = spec.memoryMiB ? memory.watch(pid, spec.memoryMiB, () => kill(OUT_OF_MEMORY)) : () => {};
      const stopHealth = spec.healthCheck ? watchHealth(spec.healthCheck, place, clock, on.health) : () => {};
      groups.set(pid, exited);
      reaper.add(pid);
      let cancelKill: (() => void) | undefined;
      void exited.then(() => {
        groups.delete(pid);
        reaper.remove(pid);
        stopHealth();
        stopGuard();
        cancelKill?.();
      });
      return {
        runtimeId,
        exited,
        kill,
        stop() {
          if (cancelKill || !groups.has(pid)) return;
          cancelKill = clock.setTimer(spec.stopTimeoutSeconds * 1000, () => signalGroup(pid, 'SIGKILL'));
          signalGroup(pid, 'SIGTERM');
        },
      };
    },
    async close() {
      closed = true;
      const ending = [...groups.values()];
      killAll();
      await Promise.all(ending);
      reaper.close();
    },
  };
}
