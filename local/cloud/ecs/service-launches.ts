import type { Clock } from '../../clock.ts';
import { capacityProviderOf } from './capacity.ts';
import { launchTypeOf } from './launch-checks.ts';
import type { ServiceEvents } from './service-events.ts';
import { healthFailure, liveTasks } from './service-tasks.ts';
import type { DeploymentRecord, EcsState, ServiceRecord, TaskRecord } from './state.ts';
import type { Tasks } from './tasks.ts';

interface Ports {
  state: EcsState;
  tasks: Tasks;
  events: ServiceEvents;
  clock: Clock;
}

const list = (records: TaskRecord[]) => records.map(({ id }) => `(task ${id})`).join(' ');

function tagSource({ service, arn }: ServiceRecord, { definition }: DeploymentRecord): string | undefined {
  if (service.propagateTags === 'SERVICE') return arn;
  return service.propagateTags === 'TASK_DEFINITION' ? definition.taskDefinitionArn : undefined;
}

/** How the scheduler starts and stops a service's tasks, and what the service says of it. */
export function serviceLaunches({ state, tasks, events, clock }: Ports) {
  function startOne(record: ServiceRecord, deployment: DeploymentRecord): TaskRecord {
    const { service, cluster, name } = record;
    return tasks.launch({
      cluster,
      definition: deployment.definition,
      overrides: undefined,
      group: `service:${name}`,
      startedBy: deployment.id,
      launchType: launchTypeOf(service),
      capacityProvider: capacityProviderOf(service.capacityProviderStrategy),
      subnet: service.networkConfiguration?.awsvpcConfiguration?.subnets?.[0] ?? '',
      service: { name, deploymentId: deployment.id, loadBalancers: service.loadBalancers ?? [] },
      images: deployment.images,
      enableExecuteCommand: service.enableExecuteCommand ?? false,
    });
  }

  function start(record: ServiceRecord, deployment: DeploymentRecord, count: number): void {
    if (count === 0) return;
    const started = Array.from({ length: count }, () => startOne(record, deployment));
    const inherited = state.tags.get(tagSource(record, deployment) ?? '') ?? [];
    for (const { task } of started) state.tags.set(task.taskArn, [...inherited]);
    events.say(record, `has started ${count} tasks: ${list(started)}.`);
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
