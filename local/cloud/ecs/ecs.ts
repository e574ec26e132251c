import * as model from '@aws-sdk/client-ecs';
import type { ServiceCapacity } from '../autoscaling/capacity.ts';
import type { Operations, Service } from '../service.ts';
import { ecsAccess } from './access.ts';
import { clusterOperations } from './clusters.ts';
import { deploymentOperations } from './deployment-operations.ts';
import { deploymentSteps } from './deployments.ts';
import { type Disruptions, disruptions } from './disruptions.ts';
import { taskDefinitionStructures } from './open-structures.ts';
import { DEFAULT_TIMING, type EcsPorts } from './ports.ts';
import { runTaskOperation } from './run-task.ts';
import { serviceCapacity } from './service-capacity.ts';
import { serviceEvents } from './service-events.ts';
import { serviceOperations } from './service-operations.ts';
import { createServiceScheduler } from './service-scheduler.ts';
import { emptyState } from './state.ts';
import { tagOperations } from './tags.ts';
import { taskDefinitionOperations } from './task-definitions.ts';
import { taskOperations } from './task-queries.ts';
import { createTasks } from './tasks.ts';

export interface Ecs extends Service {
  /** For Application Auto Scaling. */
  capacity: ServiceCapacity;
  /** For tests. */
  disruptions: Disruptions;
  /** Stops every timer and task, at once; nothing is started afterwards. */
  close(): Promise<void>;
}

/** The local ECS: Fargate tasks that really run, services that roll, events as AWS sends them. */
export function createEcs(ports: EcsPorts): Ecs {
  const { place, clock } = ports;
  const state = emptyState();
  const events = serviceEvents(ports);
  const steps = deploymentSteps({ place, clock, events });
  const tasks = createTasks(ports, state, (task) => scheduler.follow(task));
  const timing = { ...DEFAULT_TIMING, ...ports.timing };
  const scheduler = createServiceScheduler({ ports, timing, state, tasks, steps, events });
  const operations = {
    ...clusterOperations(state, place),
    ...taskDefinitionOperations(state, place, clock),
    ...runTaskOperation(state, tasks, place, clock),
    ...taskOperations(state, tasks, place, clock),
    ...serviceOperations({ state, place, clock, scheduler, steps, loadBalancing: ports.loadBalancing }),
    ...deploymentOperations({ state, place, clock, scheduler }),
    ...tagOperations(state),
  } satisfies Operations<typeof model>;
  return {
    name: 'ecs',
    model,
    protocol: 'json',
    target: 'AmazonEC2ContainerServiceV20141113',
    invalidInput: 'InvalidParameterException',
    operations,
    open: taskDefinitionStructures(),
    access: (operation, input) => ecsAccess(state, place, operation, input),
    capacity: serviceCapacity(state, place, operations.UpdateService),
    disruptions: disruptions(state, tasks, scheduler),
    async close() {
      scheduler.close();
      await tasks.close();
    },
  };
}
