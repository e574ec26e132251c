import type { EcsPorts } from './ports.ts';
import type { KnownTask, TaskRecord } from './state.ts';
import { taskStateChange } from './task-events.ts';

export type StopCode = NonNullable<KnownTask['stopCode']>;

/** How the tasks' state changes reach the world: the event, and who follows tasks (the service scheduler). */
export interface TaskStates {
  /** The task changed: its version goes up and the event goes out. */
  changed(record: TaskRecord): void;
  /** Something that is not part of the task changed, such as its targets' health: no event. */
  noticed(record: TaskRecord): void;
  to(record: TaskRecord, status: string): void;
  /** The first reason wins, as in ECS. */
  askToStop(record: TaskRecord, stopCode: StopCode | undefined, reason: string): void;
}

export function taskStates(ports: Pick<EcsPorts, 'clock' | 'emit'>, follow: (record: TaskRecord) => void): TaskStates {
  const announce = (record: TaskRecord) => {
    ports.emit(taskStateChange(record.task, ports.clock.now()));
    follow(record);
  };
  const changed = (record: TaskRecord) => {
    record.task.version++;
    announce(record);
  };
  return {
    changed,
    noticed: follow,
    to(record, status) {
      record.task.lastStatus = status;
      changed(record);
    },
    askToStop(record, stopCode, reason) {
      const { task } = record;
      if (task.desiredStatus === 'STOPPED') return;
      Object.assign(task, {
        desiredStatus: 'STOPPED',
        ...(stopCode !== undefined && { stopCode }),
        stoppedReason: reason,
        stoppingAt: new Date(ports.clock.now()),
      });
      changed(record);
      record.stopAsked.resolve();
    },
  };
}
