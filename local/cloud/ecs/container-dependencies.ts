import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Clock } from '../../clock.ts';
import type { ContainerExit } from '../service.ts';

/** How far one container of a task has come: what dependsOn of the others waits for. */
export interface Progress {
  started: PromiseWithResolvers<void>;
  healthy: PromiseWithResolvers<void>;
  exited: PromiseWithResolvers<ContainerExit>;
  /** Of its own definition: how long the others wait for it, from its start. */
  startTimeoutSeconds: number | undefined;
}

type Dependency = NonNullable<ContainerDefinition['dependsOn']>[number];

export function newProgress({ startTimeout }: ContainerDefinition): Progress {
  return {
    started: Promise.withResolvers(),
    healthy: Promise.withResolvers(),
    exited: Promise.withResolvers(),
    startTimeoutSeconds: startTimeout,
  };
}

/** The words of the ECS agent (agent/engine/dependencygraph/graph.go in aws/amazon-ecs-agent). */
function unresolved({ containerName }: Dependency, target: string | undefined, why: string): never {
  throw new Error(
    `dependency graph: failed to resolve container ordering dependency [${containerName}] for target [${target}] as dependency ${why}.`,
  );
}

/** Resolves once the condition holds; rejects once it can no longer. */
async function conditionMet(dependency: Dependency, target: string | undefined, other: Progress): Promise<void> {
  const { condition } = dependency;
  const failed = () => unresolved(dependency, target, 'did not exit successfully');
  if (condition === 'START') return Promise.race([other.started.promise, other.exited.promise.then(failed)]);
  if (condition === 'HEALTHY') return Promise.race([other.healthy.promise, other.exited.promise.then(failed)]);
  const { exitCode } = await other.exited.promise;
  if (condition === 'SUCCESS' && exitCode !== 0) failed();
}

/** Rejects when the dependency's startTimeout has passed since it started; START needs no time. */
async function timedOut(dependency: Dependency, target: string | undefined, other: Progress, clock: Clock) {
  const { startTimeoutSeconds } = other;
  await other.started.promise;
  if (startTimeoutSeconds === undefined || dependency.condition === 'START') return new Promise<never>(() => {});
  // Not sleep(): this wait is often forgotten, and must not keep the host alive.
  await new Promise<void>((resolve) => void clock.setTimer(startTimeoutSeconds * 1000, resolve));
  return unresolved(dependency, target, 'timed out');
}

/**
 * Waits for every dependency of a container, or for the task to be asked to stop.
 * @throws Error where a dependency failed, ended too soon or took too long.
 */
export async function dependenciesMet(
  { name, dependsOn = [] }: ContainerDefinition,
  all: ReadonlyMap<string, Progress>,
  stopAsked: Promise<void>,
  clock: Clock,
): Promise<void> {
  const waits = dependsOn.map((dependency) => {
    const other = all.get(dependency.containerName ?? '');
    return other && Promise.race([conditionMet(dependency, name, other), timedOut(dependency, name, other, clock)]);
  });
  await Promise.race([Promise.all(waits), stopAsked]);
}
