import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ContainerExit, LocalImage } from '../service.ts';
import { dependenciesMet, newProgress, type Progress } from './container-dependencies.ts';
import { bindPorts, finalExit, startProcess, type Unit } from './container-process.ts';
import type { EcsPorts } from './ports.ts';
import type { KnownTask, RunningEntry, TaskRecord } from './state.ts';
import type { Resources } from './task-resources.ts';
import type { TaskStates } from './task-states.ts';

interface Starting {
  record: TaskRecord;
  ports: EcsPorts;
  states: TaskStates;
}

/** What the ECS agent gives a container that was never started because of its dependencies. */
const NEVER_STARTED = 143;

/** The task is as unhealthy as its worst essential container that has a check. */
function taskHealth({ task, definition }: TaskRecord): NonNullable<KnownTask['healthStatus']> {
  const essential = definition.containerDefinitions.filter((container) => container.essential).map(({ name }) => name);
  const all = task.containers
    .filter((container) => essential.includes(container.name) && container.healthStatus !== undefined)
    .map(({ healthStatus }) => healthStatus);
  if (all.length === 0 || all.includes('UNKNOWN')) return all.includes('UNHEALTHY') ? 'UNHEALTHY' : 'UNKNOWN';
  return all.includes('UNHEALTHY') ? 'UNHEALTHY' : 'HEALTHY';
}

function noteExit({ record, states }: Starting, { definition, container }: Unit, exit: ContainerExit): void {
  Object.assign(container, {
    lastStatus: 'STOPPED',
    exitCode: exit.exitCode,
    ...(exit.reason && { reason: exit.reason }),
  });
  if (definition.essential && record.task.desiredStatus === 'RUNNING')
    states.askToStop(record, 'EssentialContainerExited', 'Essential container in task exited');
  else states.changed(record);
}

/** A container that never ran: the task goes on where it is not essential. */
function noteFailedStart({ record, states }: Starting, { definition, container }: Unit, error: Error): void {
  Object.assign(container, { lastStatus: 'STOPPED', reason: error.message });
  if (definition.essential) states.askToStop(record, 'TaskFailedToStart', 'Task failed to start');
  else states.changed(record);
}

async function startContainer(starting: Starting, unit: Unit, progress: Progress): Promise<void> {
  const { record, ports, states } = starting;
  const { container, resources } = unit;
  const bindings = await bindPorts(unit, ports);
  const start = () =>
    startProcess(unit, record, ports, bindings, (status) => {
      container.healthStatus = status;
      record.task.healthStatus = taskHealth(record);
      if (status === 'HEALTHY') progress.healthy.resolve();
      states.changed(record);
    });
  const running = await start();
  Object.assign(container, { lastStatus: 'RUNNING', runtimeId: `${record.id}-${running.runtimeId.slice(0, 10)}` });
  progress.started.resolve();
  const entry: RunningEntry = { name: unit.definition.name ?? '', container: running, finished: Promise.resolve() };
  const exited = finalExit(unit, entry, ports, () => (record.task.desiredStatus === 'RUNNING' ? start() : undefined));
  entry.finished = exited.then(async (exit) => {
    await resources.log.flush();
    noteExit(starting, unit, exit);
    progress.exited.resolve(exit);
  });
  record.running.push(entry);
}

/**
 * Starts every container of the task once what it depends on is there. One that cannot start notes
 * its reason and, where it is essential, asks the task to stop.
 */
export async function startContainers(starting: Starting, images: LocalImage[], resources: Resources[]): Promise<void> {
  const { record, ports } = starting;
  const definitions = record.definition.containerDefinitions;
  const all = new Map(definitions.map((definition) => [definition.name ?? '', newProgress(definition)]));
  const startOne = async (definition: ContainerDefinition, index: number) => {
    const unit = {
      definition,
      container: record.task.containers[index],
      image: images[index],
      resources: resources[index],
    } as Unit;
    const progress = all.get(definition.name ?? '') as Progress;
    try {
      await dependenciesMet(definition, all, record.stopAsked.promise, ports.clock);
      if (record.task.desiredStatus === 'RUNNING') await startContainer(starting, unit, progress);
    } catch (error) {
      noteFailedStart(starting, unit, error as Error);
      progress.exited.resolve({ exitCode: NEVER_STARTED });
    }
  };
  await Promise.all(definitions.map(startOne));
}

/** Stops what runs, a container only once those that depend on it have ended (dependsOn in the ECS API reference). */
export async function stopContainers({ running, definition }: TaskRecord): Promise<void> {
  const dependOn = (name: string) => {
    const dependents = definition.containerDefinitions.filter(({ dependsOn }) =>
      dependsOn?.some(({ containerName }) => containerName === name),
    );
    return running.filter((entry) => dependents.some((dependent) => dependent.name === entry.name));
  };
  const stopOne = async (entry: RunningEntry) => {
    await Promise.all(dependOn(entry.name).map(({ finished }) => finished));
    entry.container.stop();
    await entry.finished;
  };
  await Promise.all(running.map(stopOne));
}
