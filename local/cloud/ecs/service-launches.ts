import type { Clock } from '../../clock.ts';
import type { Place } from '../service.ts';
import { ecsArns } from './arns.ts';
import { capacityProviderOf } from './capacity.ts';
import { launchTypeOf } from './launch-checks.ts';
import type { Timing } from './ports.ts';
import type { ServiceEvents } from './service-events.ts';
import { healthFailure, liveTasks } from './service-tasks.ts';
import type { DeploymentRecord, EcsState, ServiceRecord, TaskRecord } from './state.ts';
import type { Tasks } from './tasks.ts';

interface Ports {
  state: EcsState;
  tasks: Tasks;
  events: ServiceEvents;
  clock: Clock;
  timing: Timing;
  place: Place;
}

const list = (records: TaskRecord[]) => records.map(({ id }) => `(task ${id})`).join(' ');

function tagSource({ service, arn }: ServiceRecord, { definition }: DeploymentRecord): string | undefined {
  if (service.propagateTags === 'SERVICE') return arn;
  return service.propagateTags === 'TASK_DEFINITION' ? definition.taskDefinitionArn : undefined;
}

/** Words of the service's `events[]`: "Amazon ECS service event messages" of the developer guide. */
const UNPLACED = {
  FARGATE:
    'was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
  EC2: 'was unable to place a task because no container instance met all of its requirements. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
} as const;

/** How the scheduler starts and stops a service's tasks, and what the service says of it. */
export function serviceLaunches({ state, tasks, events, clock, timing, place }: Ports) {
  function startOne(
    record: ServiceRecord,
    deployment: DeploymentRecord,
    capacityProvider: string | undefined,
  ): TaskRecord {
    const { service, cluster, name } = record;
    return tasks.launch({
      cluster,
      definition: deployment.definition,
      overrides: undefined,
      group: `service:${name}`,
      startedBy: deployment.id,
      launchType: launchTypeOf(service),
      capacityProvider,
      subnet: service.networkConfiguration?.awsvpcConfiguration?.subnets?.[0] ?? '',
      service: { name, deploymentId: deployment.id, loadBalancers: service.loadBalancers ?? [] },
      images: deployment.images,
      enableExecuteCommand: service.enableExecuteCommand ?? false,
    });
  }

  /** The capacity of each of the next tasks: what the deployment has counts for base and weights. */
  function capacities(record: ServiceRecord, { id }: DeploymentRecord, count: number): (string | undefined)[] {
    const placed = new Map<string, number>();
    const place = (provider: string | undefined) => {
      if (provider !== undefined) placed.set(provider, (placed.get(provider) ?? 0) + 1);
      return provider;
    };
    for (const { service, task } of liveTasks(state, record))
      if (service?.deploymentId === id && task.desiredStatus === 'RUNNING') place(task.capacityProviderName);
    const strategy = record.service.capacityProviderStrategy;
    return Array.from({ length: count }, () => place(capacityProviderOf(strategy, placed)));
  }

  function cannotPlace(record: ServiceRecord, deployment: DeploymentRecord, provider: string | undefined): void {
    deployment.startNotBefore = clock.now() + timing.longestThrottle;
    const launchType = launchTypeOf(record.service);
    events.say(record, UNPLACED[launchType]);
    events.action(record, 'ERROR', 'SERVICE_TASK_PLACEMENT_FAILURE', {
      ...(provider !== undefined && { capacityProviderArns: [ecsArns(place).capacityProvider(provider)] }),
      reason: state.withheld.get(provider ?? launchType),
    });
  }

  /** False where capacity was missing for some: `startNotBefore` tells when to try again. */
  function start(record: ServiceRecord, deployment: DeploymentRecord, count: number): boolean {
    const launchType = launchTypeOf(record.service);
    const wanted = capacities(record, deployment, count);
    const missing = wanted.filter((provider) => state.withheld.has(provider ?? launchType));
    for (const provider of new Set(missing)) cannotPlace(record, deployment, provider);
    const started = wanted
      .filter((provider) => !state.withheld.has(provider ?? launchType))
      .map((provider) => startOne(record, deployment, provider));
    if (started.length === 0) return missing.length === 0;
    const inherited = state.tags.get(tagSource(record, deployment) ?? '') ?? [];
    for (const { task } of started) state.tags.set(task.taskArn, [...inherited]);
    events.say(record, `has started ${started.length} tasks: ${list(started)}.`);
    return missing.length === 0;
  }

  function stop(record: ServiceRecord, arns: string[]): void {
    if (arns.length === 0) return;
    const stopping = arns.map((arn) => state.tasks.get(arn)).filter((task) => task !== undefined);
    events.say(record, `has stopped ${stopping.length} running tasks: ${list(stopping)}.`);
    for (const task of stopping)
      tasks.stop(
        task,
        'ServiceSchedulerInitiated',
        `Scaling activity initiated by (deployment ${task.service?.deploymentId})`,
      );
  }

  function stopUnhealthy(record: ServiceRecord): void {
    const graceMs = (record.service.healthCheckGracePeriodSeconds ?? 0) * 1000;
    for (const task of liveTasks(state, record)) {
      const failure = healthFailure(task);
      if (!failure || clock.now() < (task.task.startedAt?.getTime() ?? 0) + graceMs) continue;
      events.say(record, failure.message);
      tasks.stop(task, 'ServiceSchedulerInitiated', failure.stoppedReason);
    }
  }

  return { start, stop, stopUnhealthy };
}

export type ServiceLaunches = ReturnType<typeof serviceLaunches>;
