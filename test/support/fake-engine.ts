import { createHash } from 'node:crypto';
import type { Clock } from '../../local/clock.ts';
import type {
  ContainerExit,
  ContainerSpec,
  Engine,
  ImageManifest,
  LocalImage,
  ProbeRequest,
  ProbeResult,
} from '../../local/cloud/service.ts';

/** What a container of the fake engine does. Times in milliseconds from its start. */
export interface Behaviour {
  lines?: string[];
  /** Absent: runs until it is stopped. */
  runMs?: number;
  exitCode?: number;
  /** Of its end, such as `OutOfMemoryError: Container killed due to memory usage`. */
  reason?: string;
  /** Ends only by SIGKILL, after its stopTimeout. */
  ignoresSigterm?: boolean;
  /** The message with which it fails to start. */
  cannotStart?: string;
  healthyAfterMs?: number;
  unhealthyAfterMs?: number;
  /** What a load balancer's checks find on its port, 200 by default, also by the milliseconds since its start. */
  answers?: Answer | ((sinceMs: number) => Answer);
}

/** The `CannotPullContainerError: …` with which an image is refused, such as one of test/support/pull-failures.ts. */
export type CannotPull = (image: LocalImage) => string | undefined;

/** An HTTP status, or how the connection fails. */
type Answer = number | 'refused' | 'timeout';

function probeResult(answer: Answer, { path, timeoutMs }: ProbeRequest, clock: Clock): Promise<ProbeResult> {
  if (answer === 'timeout') return clock.sleep(timeoutMs).then(() => ({ kind: 'timeout' }));
  if (answer === 'refused') return Promise.resolve({ kind: 'refused' });
  return Promise.resolve(path === undefined ? { kind: 'connected' } : { kind: 'answered', status: answer });
}

/** An image that only exists by its name; the fake engine's behaviours tell images apart by `directory`. */
export function fakeImage(name: string, manifest: ImageManifest = {}): LocalImage {
  const digest = `sha256:${createHash('sha256').update(name).digest('hex')}`;
  return { digest, directory: `/images/${name}`, manifest };
}

/** A container listens on PORT and on each PORT_9090 that it is given. */
function portsOf({ environment }: ContainerSpec): number[] {
  return Object.entries(environment).flatMap(([name, value]) => (/^PORT(_\d+)?$/.test(name) ? [Number(value)] : []));
}

/** An engine without processes: scripted behaviour on a clock. `started` records what was started. */
export function createFakeEngine(
  clock: Clock,
  behave: (spec: ContainerSpec) => Behaviour,
  cannotPull: CannotPull = () => undefined,
): Engine & { started: ContainerSpec[] } {
  const started: ContainerSpec[] = [];
  const kills = new Set<() => void>();
  const listening = new Map<number, () => Answer>();
  let port = 40_000;
  return {
    started,
    freePort: async () => port++,
    pull(image) {
      const refusal = cannotPull(image);
      if (refusal !== undefined) throw new Error(refusal);
    },
    probe: async (request) => probeResult(listening.get(request.port)?.() ?? 'refused', request, clock),
    async start(spec, on) {
      const behaviour = behave(spec);
      if (behaviour.cannotStart !== undefined) throw new Error(behaviour.cannotStart);
      started.push(spec);
      const exit = Promise.withResolvers<ContainerExit>();
      const timers: (() => void)[] = [];
      const end = (exitCode: number, reason?: string) => {
        for (const cancel of timers) cancel();
        kills.delete(kill);
        for (const taken of portsOf(spec)) listening.delete(taken);
        exit.resolve({ exitCode, ...(reason !== undefined && { reason }) });
      };
      const kill = (reason?: string) => end(137, reason);
      const after = (ms: number | undefined, callback: () => void) =>
        ms !== undefined && timers.push(clock.setTimer(ms, callback));
      kills.add(kill);
      const startedAt = clock.now();
      const { answers = 200 } = behaviour;
      for (const taken of portsOf(spec))
        listening.set(taken, () => (typeof answers === 'function' ? answers(clock.now() - startedAt) : answers));
      for (const line of behaviour.lines ?? []) on.line(line, 'stdout');
      after(behaviour.healthyAfterMs, () => on.health('HEALTHY'));
      after(behaviour.unhealthyAfterMs, () => on.health('UNHEALTHY'));
      after(behaviour.runMs, () => end(behaviour.exitCode ?? 0, behaviour.reason));
      return {
        runtimeId: createHash('sha256').update(String(started.length)).digest('hex'),
        exited: exit.promise,
        kill,
        stop: () => (behaviour.ignoresSigterm ? after(spec.stopTimeoutSeconds * 1000, () => kill()) : end(143)),
      };
    },
    async close() {
      for (const kill of [...kills]) kill();
    },
  };
}
