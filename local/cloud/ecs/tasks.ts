import { takeStartTrouble } from './launch-trouble.ts';
import { DEFAULT_TIMING, type EcsPorts } from './ports.ts';
import type { EcsState, TaskRecord } from './state.ts';
import { taskStateChange } from './task-events.ts';
import { type Launch, newTask } from './task-record.ts';
import { runTask } from './task-runner.ts';
import { type StopCode, type TaskStates, taskStates } from './task-states.ts';

export interface Tasks {
  /** Makes a task and lets it run; returns it in PROVISIONING. */
  launch(launch: Launch): TaskRecord;
  stop(record: TaskRecord, stopCode: StopCode | undefined, reason: string): void;
  /** Asks every task to stop and kills what runs; nothing is announced any more. */
  close(): Promise<void>;
}

/** Starts and stops tasks; `follow` hears of each change of each task. */
export function createTasks(ports: EcsPorts, state: EcsState, follow: (record: TaskRecord) => void): Tasks {
  const timing = { ...DEFAULT_TIMING, ...ports.timing };
  let closed = false;
  const emit: EcsPorts['emit'] = (event) => closed || ports.emit(event);
  const states: TaskStates = taskStates({ clock: ports.clock, emit }, (record) => {
    if (record.task.lastStatus === 'STOPPED' && state.tasks.has(record.task.taskArn)) state.stopped.add(record);
    follow(record);
  });
  return {
    launch(launch) {
      const record = newTask(launch, ports.place, ports.clock.now());
      if (!launch.service) {
        record.trouble = takeStartTrouble(state.trouble, launch.definition.family);
        record.knownFromMs += state.trouble.unknownForMs;
      }
      state.tasks.set(record.task.taskArn, record);
      ports.emit(taskStateChange(record.task, ports.clock.now()));
      void runTask(record, { ports, timing, states });
      return record;
    },
    stop: states.askToStop,
    async close() {
      closed = true;
      for (const record of state.tasks.values())
        states.askToStop(record, 'UserInitiated', 'The local cloud is closing');
      await ports.engine.close();
    },
  };
}
