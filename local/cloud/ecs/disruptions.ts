import type { ServiceScheduler } from './service-scheduler.ts';
import type { EcsState } from './state.ts';
import type { Tasks } from './tasks.ts';

/** What happens to an ECS from outside, for tests to bring about. */
export interface Disruptions {
  /**
   * Takes a FARGATE_SPOT task's capacity away. Warning and SIGTERM come together: "Fargate Spot
   * termination notices" of the ECS developer guide; the two minutes are its stopTimeout.
   */
  interruptSpot(taskArn: string): void;
  /**
   * From now on there is no capacity for further tasks of services. `capacity`: a capacity provider
   * or launch type. Returns what gives it back.
   */
  withhold(capacity: string, reason?: string): () => void;
}

export function disruptions(state: EcsState, tasks: Tasks, scheduler: ServiceScheduler): Disruptions {
  return {
    interruptSpot(taskArn) {
      const record = state.tasks.get(taskArn);
      if (record?.task.capacityProviderName !== 'FARGATE_SPOT')
        throw new Error(`${taskArn} is no task on FARGATE_SPOT, so it cannot be interrupted`);
      tasks.stop(record, 'SpotInterruption', 'Your Spot Task was interrupted.');
    },
    withhold(capacity, reason = 'RESOURCE:FARGATE') {
      state.withheld.set(capacity, reason);
      return () => {
        state.withheld.delete(capacity);
        for (const record of state.services.values()) {
          for (const deployment of record.deployments) deployment.startNotBefore = 0;
          scheduler.wake(record);
        }
      };
    },
  };
}
