import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ContainerExit, LocalImage } from '../service.ts';
import { containerPort, containerSpec } from './container-spec.ts';
import type { EcsPorts } from './ports.ts';
import type { KnownTask, TaskRecord } from './state.ts';
import type { Resources } from './task-resources.ts';
import type { TaskStates } from './task-states.ts';

type Container = KnownTask['containers'][number];

/** What dependsOn of other containers waits for. */
interface Progress {
  started: PromiseWithResolvers<void>;
  healthy: PromiseWithResolvers<void>;
  exited: PromiseWithResolvers<ContainerExit>;
}

interface Starting {
  record: TaskRecord;
  ports: EcsPorts;
  states: TaskStates;
}

/** The task is as unhealthy as its worst essential container that has a check. */
function taskHealth({ task, definition }: TaskRecord): NonNullable<KnownTask['healthStatus']> {
  const essential = definition.containerDefinitions.filter((container) => container.essential).map(({ name }) => name);
  const all = task.containers
    .filter((container) => essential.includes(container.name) && container.healthStatus !== undefined)
    .map(({ healthStatus }) => healthStatus);
  if (all.length === 0 || all.includes('UNKNOWN')) return all.includes('UNHEALTHY') ? 'UNHEALTHY' : 'UNKNOWN';
  return all.includes('UNHEALTHY') ? 'UNHEALTHY' : 'HEALTHY';
}

function noteExit(
  { record, states }: Starting,
  definition: ContainerDefinition,
  container: Container,
  exit: ContainerExit,
): void {
  Object.assign(container, {
    lastStatus: 'STOPPED',
    exitCode: exit.exitCode,
    ...(exit.reason && { reason: exit.reason }),
  });
  if (definition.essential && record.task.desiredStatus === 'RUNNING')
    states.askToStop(record, 'EssentialContainerExited', 'Essential container in task exited');
  else states.changed(record);
}

/** @throws Error where a dependency that had to succeed did not. Returns early when the task is asked to stop. */
async function dependenciesMet(
  definition: ContainerDefinition,
  { stopAsked }: TaskRecord,
  all: ReadonlyMap<string, Progress>,
) {
  for (const { containerName = '', condition } of definition.dependsOn ?? []) {
    const other = all.get(containerName);
    const awaited = condition === 'HEALTHY' ? other?.healthy : condition === 'START' ? other?.started : other?.exited;
    const exit = await Promise.race([awaited?.promise, stopAsked.promise]);
    if (condition === 'SUCCESS' && exit && exit.exitCode !== 0)
      throw new Error(`Dependency container '${containerName}' exited with ${exit.exitCode}, SUCCESS was required`);
  }
}

async function bindPort(definition: ContainerDefinition, container: Container, image: LocalImage, ports: EcsPorts) {
  const port = containerPort(definition, image.manifest);
  if (port === undefined) return undefined;
  const hostPort = await ports.engine.freePort();
  container.networkBindings = [{ bindIP: '127.0.0.1', containerPort: port, hostPort, protocol: 'tcp' }];
  return hostPort;
}

async function startContainer(
  starting: Starting,
  definition: ContainerDefinition,
  container: Container,
  image: LocalImage,
  { secrets, log }: Resources,
  progress: Progress,
): Promise<void> {
  const { record, ports, states } = starting;
  const role = record.task.overrides?.taskRoleArn ?? record.definition.taskRoleArn;
  const { region } = ports.place;
  const base = {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    ...ports.taskEnvironment?.(role),
  };
  const hostPort = await bindPort(definition, container, image, ports);
  const spec = containerSpec(definition, record.task.overrides, image, { base, secrets, hostPort });
  const running = await ports.engine.start(spec, {
    line: log.add,
    health(status) {
      container.healthStatus = status;
      record.task.healthStatus = taskHealth(record);
      if (status === 'HEALTHY') progress.healthy.resolve();
      states.changed(record);
    },
  });
  Object.assign(container, { lastStatus: 'RUNNING', runtimeId: `${record.id}-${running.runtimeId.slice(0, 10)}` });
  progress.started.resolve();
  const finished = running.exited.then(async (exit) => {
    await log.flush();
    noteExit(starting, definition, container, exit);
    progress.exited.resolve(exit);
  });
  record.running.push({ container: running, finished });
}

/**
 * Starts every container of the task once what it depends on is there. One that cannot start
 * notes its reason and asks the task to stop.
 */
export async function startContainers(starting: Starting, images: LocalImage[], resources: Resources[]): Promise<void> {
  const { record, states } = starting;
  const definitions = record.definition.containerDefinitions;
  const all = new Map<string, Progress>(
    definitions.map(({ name = '' }) => [
      name,
      { started: Promise.withResolvers(), healthy: Promise.withResolvers(), exited: Promise.withResolvers() },
    ]),
  );
  const startOne = async (definition: ContainerDefinition, index: number) => {
    const container = record.task.containers[index] as Container;
    try {
      await dependenciesMet(definition, record, all);
      if (record.task.desiredStatus === 'STOPPED') return;
      const progress = all.get(definition.name ?? '') as Progress;
      await startContainer(
        starting,
        definition,
        container,
        images[index] as LocalImage,
        resources[index] as Resources,
        progress,
      );
    } catch (error) {
      Object.assign(container, { lastStatus: 'STOPPED', reason: (error as Error).message });
      states.askToStop(record, 'TaskFailedToStart', 'Task failed to start');
    }
  };
  await Promise.all(definitions.map(startOne));
}
