import type { LocalImage } from '../service.ts';
import type { EcsPorts, Timing } from './ports.ts';
import type { TaskRecord } from './state.ts';
import { startContainers, stopContainers } from './task-containers.ts';
import { prepareResources, pullImages } from './task-resources.ts';
import type { TaskStates } from './task-states.ts';
import { deregisterTargets, registerTargets } from './task-targets.ts';

interface Running {
  ports: EcsPorts;
  timing: Timing;
  states: TaskStates;
}

async function pull(record: TaskRecord, { ports }: Running): Promise<LocalImage[]> {
  record.task.pullStartedAt = new Date(ports.clock.now());
  const images = await pullImages(record, ports);
  record.task.pullStoppedAt = new Date(ports.clock.now());
  return images;
}

function attach({ task }: TaskRecord, status: string): void {
  for (const attachment of task.attachments ?? []) attachment.status = status;
}

/** What a test arranged in place of the start; true where the task gets no further. */
async function comesToGrief(record: TaskRecord, { states }: Running): Promise<boolean> {
  const { trouble, task } = record;
  if (trouble?.kind === 'hangs' && trouble.at === task.lastStatus) await record.stopAsked.promise;
  if (trouble?.kind === 'fails' && task.lastStatus === 'PENDING') {
    if (trouble.containers === 'none') task.containers = [];
    states.askToStop(record, 'TaskFailedToStart', trouble.stoppedReason);
  }
  return task.desiredStatus === 'STOPPED';
}

/** Up to RUNNING. */
async function start(record: TaskRecord, running: Running): Promise<void> {
  const { ports, states, timing } = running;
  const stopped = () => record.task.desiredStatus === 'STOPPED';
  await ports.clock.sleep(timing.step);
  if (stopped() || (await comesToGrief(record, running))) return;
  attach(record, 'ATTACHED');
  Object.assign(record.task, { connectivity: 'CONNECTED', connectivityAt: new Date(ports.clock.now()) });
  states.to(record, 'PENDING');
  await ports.clock.sleep(timing.step);
  if (await comesToGrief(record, running)) return;
  const prepared = await attempt(() => prepareResources(record, ports));
  const images = prepared.ok ? await attempt(() => pull(record, running)) : prepared;
  if (stopped()) return;
  if (!prepared.ok || !images.ok) return states.askToStop(record, 'TaskFailedToStart', images.ok ? '' : images.reason);
  await startContainers({ record, ports, states }, images.value, prepared.value);
  if (stopped()) return;
  if (record.service?.loadBalancers.length) {
    states.to(record, 'ACTIVATING');
    registerTargets(record, ports.loadBalancing, () => states.noticed(record));
  }
  record.reachedRunning = true;
  record.task.startedAt = new Date(ports.clock.now());
  states.to(record, 'RUNNING');
}

type Attempt<T> = { ok: true; value: T } | { ok: false; reason: string };

async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}

/** From the wish to stop to STOPPED: containers stopped, every line of theirs in the logs. */
async function shutDown(record: TaskRecord, { ports, states, timing }: Running): Promise<void> {
  const { task } = record;
  if (record.reachedRunning) {
    states.to(record, 'DEACTIVATING');
    await deregisterTargets(record, ports.loadBalancing);
    states.to(record, 'STOPPING');
  }
  await stopContainers(record);
  if (record.running.length > 0) task.executionStoppedAt = new Date(ports.clock.now());
  attach(record, 'DETACHED');
  states.to(record, 'DEPROVISIONING');
  await ports.clock.sleep(timing.step);
  attach(record, 'DELETED');
  for (const container of task.containers) container.lastStatus = 'STOPPED';
  task.stoppedAt = new Date(ports.clock.now());
  states.to(record, 'STOPPED');
}

/** A task's whole life; resolves when it is STOPPED. */
export async function runTask(record: TaskRecord, running: Running): Promise<void> {
  await start(record, running);
  await record.stopAsked.promise;
  await shutDown(record, running);
}
