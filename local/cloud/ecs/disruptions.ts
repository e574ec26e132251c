import { OUT_OF_MEMORY } from '../service.ts';
import { isFargate, UNAVAILABLE } from './capacity.ts';
import type { StartTrouble } from './launch-trouble.ts';
import type { ServiceScheduler } from './service-scheduler.ts';
import type { EcsState, TaskRecord } from './state.ts';
import type { Tasks } from './tasks.ts';

/** What happens to an ECS from outside, for tests to bring about. */
export interface Disruptions {
  /**
   * Takes a FARGATE_SPOT task's capacity away. Warning and SIGTERM come together: "Fargate Spot
   * termination notices" of the ECS developer guide; the two minutes are its stopTimeout.
   */
  interruptSpot(taskArn: string): void;
  /**
   * From now on there is no capacity for further tasks: services say so in `reason`, RunTask answers 200 with
   * `failures`. `capacity`: a capacity provider or launch type. Returns what gives it back.
   */
  withhold(capacity: string, reason?: string): () => void;
  /** AWS retires the machine beneath a task: "Task retirement and maintenance" of the ECS developer guide names no stopCode. */
  maintain(taskArn: string): void;
  /** The kernel kills a running container, by default the first, for its memory: exit code 137 and the agent's reason. */
  outOfMemory(taskArn: string, container?: string): void;
  /** The next `times` tasks that RunTask starts, by default 1, of any family or of this one, never reach RUNNING. */
  failStarts(trouble: StartTrouble, next?: { times?: number; family?: string }): void;
  /** The next RunTask answers `failures` with this reason, although its tasks do start, as ECS has done. */
  misreport(reason?: string): void;
  /** Tasks that RunTask starts from now on are MISSING for this long: ECS's API is eventually consistent. */
  unknownFor(ms: number): void;
  /** DescribeTasks and ListTasks forget a task before its hour is over; it runs on, and its events come. */
  forget(taskArn: string): void;
}

const MAINTENANCE = 'ECS is performing maintenance on the underlying infrastructure hosting the task.';

export function disruptions(state: EcsState, tasks: Tasks, scheduler: ServiceScheduler): Disruptions {
  const existing = (taskArn: string): TaskRecord => {
    const record = state.tasks.get(taskArn);
    if (!record) throw new Error(`There is no task ${taskArn}: it never was, or was forgotten an hour after its stop`);
    return record;
  };
  return {
    interruptSpot(taskArn) {
      const record = state.tasks.get(taskArn);
      if (record?.task.capacityProviderName !== 'FARGATE_SPOT')
        throw new Error(`${taskArn} is no task on FARGATE_SPOT, so it cannot be interrupted`);
      tasks.stop(record, 'SpotInterruption', 'Your Spot Task was interrupted.');
    },
    withhold(capacity, reason = isFargate(capacity) ? 'RESOURCE:FARGATE' : 'RESOURCE:CPU') {
      state.withheld.set(capacity, reason);
      return () => {
        state.withheld.delete(capacity);
        for (const record of state.services.values()) {
          for (const deployment of record.deployments) deployment.startNotBefore = 0;
          scheduler.wake(record);
        }
      };
    },
    maintain: (taskArn) => tasks.stop(existing(taskArn), undefined, MAINTENANCE),
    outOfMemory(taskArn, name) {
      const entry = existing(taskArn).running.find((one) => name === undefined || one.name === name);
      if (!entry) throw new Error(`${taskArn} has no running container${name === undefined ? '' : ` ${name}`} to kill`);
      entry.container.kill(OUT_OF_MEMORY);
    },
    failStarts(trouble, { times = 1, family } = {}) {
      state.trouble.starts.push(...Array.from({ length: times }, () => ({ family, trouble })));
    },
    misreport: (reason = UNAVAILABLE) => void state.trouble.misreports.push(reason),
    unknownFor(ms) {
      state.trouble.unknownForMs = ms;
    },
    forget(taskArn) {
      state.stopped.delete(existing(taskArn));
      state.tasks.delete(taskArn);
    },
  };
}
