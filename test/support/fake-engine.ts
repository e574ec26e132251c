import { createHash } from 'node:crypto';
import type { Clock } from '../../local/clock.ts';
import type { ContainerExit, ContainerSpec, Engine, ImageManifest, LocalImage } from '../../local/cloud/service.ts';

/** What a container of the fake engine does. Times in milliseconds from its start. */
export interface Behaviour {
  lines?: string[];
  /** Absent: runs until it is stopped. */
  runMs?: number;
  exitCode?: number;
  /** Ends only by SIGKILL, after its stopTimeout. */
  ignoresSigterm?: boolean;
  /** The message with which it fails to start. */
  cannotStart?: string;
  healthyAfterMs?: number;
  unhealthyAfterMs?: number;
}

/** An image that only exists by its name; the fake engine's behaviours tell images apart by `directory`. */
export function fakeImage(name: string, manifest: ImageManifest = {}): LocalImage {
  const digest = `sha256:${createHash('sha256').update(name).digest('hex')}`;
  return { digest, directory: `/images/${name}`, manifest };
}

/** An engine without processes: scripted behaviour on a clock. `started` records what was started. */
export function createFakeEngine(
  clock: Clock,
  behave: (spec: ContainerSpec) => Behaviour,
): Engine & { started: ContainerSpec[] } {
  const started: ContainerSpec[] = [];
  const kills = new Set<() => void>();
  let port = 40_000;
  return {
    started,
    freePort: async () => port++,
    async start(spec, on) {
      const behaviour = behave(spec);
      if (behaviour.cannotStart !== undefined) throw new Error(behaviour.cannotStart);
      started.push(spec);
      const exit = Promise.withResolvers<ContainerExit>();
      const timers: (() => void)[] = [];
      const end = (exitCode: number) => {
        for (const cancel of timers) cancel();
        kills.delete(kill);
        exit.resolve({ exitCode });
      };
      const kill = () => end(137);
      const after = (ms: number | undefined, callback: () => void) =>
        ms !== undefined && timers.push(clock.setTimer(ms, callback));
      kills.add(kill);
      for (const line of behaviour.lines ?? []) on.line(line, 'stdout');
      after(behaviour.healthyAfterMs, () => on.health('HEALTHY'));
      after(behaviour.unhealthyAfterMs, () => on.health('UNHEALTHY'));
      after(behaviour.runMs, () => end(behaviour.exitCode ?? 0));
      return {
        runtimeId: createHash('sha256').update(String(started.length)).digest('hex'),
        exited: exit.promise,
        stop: () => (behaviour.ignoresSigterm ? after(spec.stopTimeoutSeconds * 1000, kill) : end(143)),
      };
    },
    async close() {
      for (const kill of [...kills]) kill();
    },
  };
}
