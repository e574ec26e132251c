import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ContainerExit, LocalImage, RunningContainer } from '../service.ts';
import { containerPorts, containerSpec, type PortBinding } from './container-spec.ts';
import type { EcsPorts } from './ports.ts';
import type { KnownTask, RunningEntry, TaskRecord } from './state.ts';
import type { Resources } from './task-resources.ts';

/** One container of a task, with all that it needs to start. */
export interface Unit {
  definition: ContainerDefinition;
  container: KnownTask['containers'][number];
  image: LocalImage;
  resources: Resources;
}

/** The task's host port per port of the container: a free one, whatever hostPort the definition wants. */
export async function bindPorts({ definition, container, image }: Unit, ports: EcsPorts): Promise<PortBinding[]> {
  const bindings: PortBinding[] = [];
  for (const containerPort of containerPorts(definition, image.manifest))
    bindings.push({ containerPort, hostPort: await ports.engine.freePort() });
  if (bindings.length > 0)
    container.networkBindings = bindings.map((binding) => ({ bindIP: '127.0.0.1', ...binding, protocol: 'tcp' }));
  return bindings;
}

/** Starts the container's process once. @throws Error with the container's `reason`. */
export function startProcess(
  { definition, image, resources }: Unit,
  record: TaskRecord,
  ports: EcsPorts,
  bindings: PortBinding[],
  health: (status: 'HEALTHY' | 'UNHEALTHY') => void,
): Promise<RunningContainer> {
  const role = record.task.overrides?.taskRoleArn ?? record.definition.taskRoleArn;
  const { region } = ports.place;
  const base = {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: record.task.launchType === 'EC2' ? 'AWS_ECS_EC2' : 'AWS_ECS_FARGATE',
    ...ports.taskEnvironment?.(role),
  };
  const { secrets, log } = resources;
  const spec = containerSpec(definition, record.task.overrides, image, {
    base,
    secrets,
    bindings,
    taskMemory: record.task.memory,
  });
  return ports.engine.start(spec, { line: log.add, health });
}

/** Only what ran for restartAttemptPeriod is started again: ContainerRestartPolicy of the ECS API reference. */
function mayRestart({ restartPolicy }: ContainerDefinition, { exitCode }: ContainerExit, ranMs: number): boolean {
  const { enabled, ignoredExitCodes = [], restartAttemptPeriod = 300 } = restartPolicy ?? {};
  return enabled === true && !ignoredExitCodes.includes(exitCode) && ranMs >= restartAttemptPeriod * 1000;
}

/** Resolves with the container's last exit: its restart policy may start it again, in the same entry. */
export async function finalExit(
  { definition }: Unit,
  entry: RunningEntry,
  { clock }: Pick<EcsPorts, 'clock'>,
  again: () => Promise<RunningContainer> | undefined,
): Promise<ContainerExit> {
  for (;;) {
    const startedAt = clock.now();
    const exit = await entry.container.exited;
    const restarted = mayRestart(definition, exit, clock.now() - startedAt) ? again() : undefined;
    if (!restarted) return exit;
    try {
      entry.container = await restarted;
    } catch (error) {
      return { ...exit, reason: (error as Error).message };
    }
  }
}
