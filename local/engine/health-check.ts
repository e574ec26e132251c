import { spawn } from 'node:child_process';
import type { Clock } from '../clock.ts';
import type { ImageManifest } from '../cloud/service.ts';
import { signalGroup } from './process-group.ts';

type HealthCheck = NonNullable<ImageManifest['healthCheck']>;

/** Where a probe runs: as a process beside the container's own. */
export interface ProbePlace {
  cwd: string;
  env: Record<string, string>;
}

/** ECS's defaults, in seconds: HealthCheck of the ECS API reference. */
const DEFAULTS = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };

/** `["CMD", …]`, `["CMD-SHELL", line]` or a bare argv; undefined for `["NONE"]`. */
function probeArgv(command: readonly string[]): string[] | undefined {
  const [kind, ...rest] = command;
  if (kind === 'CMD-SHELL') return ['/bin/sh', '-c', rest.join(' ')];
  if (kind === 'CMD') return rest;
  return kind === 'NONE' || kind === undefined ? undefined : [...command];
}

/** Runs one probe; true for exit code 0 within the timeout. `abort` kills it. */
function probe(
  argv: string[],
  place: ProbePlace,
  clock: Clock,
  timeoutMs: number,
  aborted: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(argv[0] ?? '', argv.slice(1), { ...place, detached: true, stdio: 'ignore' });
    const kill = () => child.pid !== undefined && signalGroup(child.pid, 'SIGKILL');
    const cancel = clock.setTimer(timeoutMs, kill);
    aborted.addEventListener('abort', kill, { once: true });
    const done = (healthy: boolean) => {
      cancel();
      aborted.removeEventListener('abort', kill);
      resolve(healthy);
    };
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
  });
}

/**
 * Probes as ECS does: every `interval`, `retries` failures in a row are UNHEALTHY, failures within
 * `startPeriod` do not count, one success is HEALTHY. Reports changes only; the result stops it.
 */
export function watchHealth(
  check: HealthCheck,
  place: ProbePlace,
  clock: Clock,
  report: (status: 'HEALTHY' | 'UNHEALTHY') => void,
): () => void {
  const argv = probeArgv(check.command);
  if (!argv) return () => {};
  const { interval, timeout, retries, startPeriod } = { ...DEFAULTS, ...check };
  const startedAt = clock.now();
  const stopped = new AbortController();
  let failures = 0;
  let last: 'HEALTHY' | 'UNHEALTHY' | undefined;
  let cancel = () => {};

  const judge = (healthy: boolean): typeof last => {
    failures = healthy ? 0 : failures + 1;
    if (healthy) return 'HEALTHY';
    if (last === undefined && clock.now() - startedAt < startPeriod * 1000) failures = 0;
    return failures >= retries ? 'UNHEALTHY' : last;
  };
  const round = async () => {
    const healthy = await probe(argv, place, clock, timeout * 1000, stopped.signal);
    if (stopped.signal.aborted) return;
    const status = judge(healthy);
    if (status !== undefined && status !== last) report(status);
    last = status;
    cancel = clock.setTimer(interval * 1000, () => void round());
  };
  cancel = clock.setTimer(interval * 1000, () => void round());
  return () => {
    stopped.abort();
    cancel();
  };
}
