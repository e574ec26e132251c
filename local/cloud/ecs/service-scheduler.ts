import { breakerThreshold } from './circuit-breaker.ts';
import { deploymentHealth } from './deployment-health.ts';
import type { DeploymentSteps } from './deployments.ts';
import type { EcsPorts, Timing } from './ports.ts';
import type { ServiceEvents } from './service-events.ts';
import { serviceLaunches } from './service-launches.ts';
import { serviceRollouts } from './service-rollouts.ts';
import { isHealthy, liveTasks } from './service-tasks.ts';
import type { DeploymentRecord, EcsState, ServiceRecord, TaskRecord } from './state.ts';
import type { Tasks } from './tasks.ts';

interface Ports {
  ports: Pick<EcsPorts, 'clock' | 'place'>;
  timing: Timing;
  state: EcsState;
  tasks: Tasks;
  steps: DeploymentSteps;
  events: ServiceEvents;
}

export interface ServiceScheduler {
  /** Looks at the service soon; many wakes are one look. */
  wake(record: ServiceRecord): void;
  /** A task changed. */
  follow(task: TaskRecord): void;
  close(): void;
}

/** Keeps services at their desired count and rolls their deployments. */
export function createServiceScheduler({ ports, timing, state, tasks, steps, events }: Ports): ServiceScheduler {
  const { clock, place } = ports;
  const launches = serviceLaunches({ state, tasks, events, clock, timing, place });
  const { noteDeath, noteHealthy } = deploymentHealth({ clock, timing, events });
  const awake = new Set<ServiceRecord>();
  let closed = false;

  function wake(record: ServiceRecord): void {
    if (closed || awake.has(record)) return;
    awake.add(record);
    queueMicrotask(() => {
      awake.delete(record);
      if (!closed) reconcile(record);
    });
  }

  const provenSince = () => clock.now() - timing.healthyAfter;

  const wakeAt = (record: ServiceRecord, at: number) => clock.setTimer(at - clock.now(), () => wake(record));

  function checkBreaker(record: ServiceRecord, primary: DeploymentRecord): void {
    const breaker = record.service.deploymentConfiguration?.deploymentCircuitBreaker;
    if (!breaker?.enable || primary.rolloutState !== 'IN_PROGRESS') return;
    const { deploymentCircuitBreaker, status } = primary.serviceDeployment;
    if (deploymentCircuitBreaker && status === 'IN_PROGRESS')
      deploymentCircuitBreaker.failureCount = primary.failedTasks;
    if (primary.failedTasks < breakerThreshold(breaker, record.service.desiredCount)) return;
    steps.breakCircuit(record, primary, breaker.rollback ?? false);
  }

  const { advance, roll } = serviceRollouts({ state, clock, timing, launches, steps, wakeAt });

  /** What PRIMARY replaced stays listed until it is COMPLETED or, after a failure, as long as it has tasks. */
  function dropReplaced(record: ServiceRecord, primary: DeploymentRecord, live: TaskRecord[]): void {
    if (primary.rolloutState === 'IN_PROGRESS') return;
    const inUse = (id: string) => live.some(({ service }) => service?.deploymentId === id);
    record.deployments = record.deployments.filter((deployment) => deployment === primary || inUse(deployment.id));
  }

  function settle(record: ServiceRecord, primary: DeploymentRecord): void {
    const live = liveTasks(state, record);
    const done =
      record.service.status === 'ACTIVE' &&
      (primary.shift?.stage ?? 'CLEAN_UP') === 'CLEAN_UP' &&
      live.length === record.service.desiredCount &&
      live.every((task) => task.service?.deploymentId === primary.id && isHealthy(task, provenSince()));
    if (done && primary.rolloutState === 'IN_PROGRESS') complete(record, primary);
    dropReplaced(record, primary, live);
    const steady = done && primary.rolloutState === 'COMPLETED';
    if (steady && !record.steady) {
      events.say(record, 'has reached a steady state.');
      events.action(record, 'INFO', 'SERVICE_STEADY_STATE');
    }
    record.steady = steady;
    endWhenDrained(record, live);
  }

  function endWhenDrained({ service }: ServiceRecord, live: TaskRecord[]): void {
    if (service.status === 'DRAINING' && live.length === 0) Object.assign(service, { status: 'INACTIVE' });
  }

  /** A rollback whose tasks all run already takes its time as well, as in ECS. */
  function complete(record: ServiceRecord, primary: DeploymentRecord): void {
    const since = primary.updatedAt.getTime();
    if (since <= provenSince()) steps.complete(record, primary);
    else wakeAt(record, since + timing.healthyAfter);
  }

  function reconcile(record: ServiceRecord): void {
    if (record.service.status === 'INACTIVE') return;
    launches.stopUnhealthy(record);
    const before = record.deployments[0];
    if (before) steps.obeyStop(record, before);
    if (before === record.deployments[0] && before) checkBreaker(record, before);
    const primary = record.deployments[0];
    if (!primary) {
      endWhenDrained(record, liveTasks(state, record));
      return;
    }
    advance(record, primary);
    roll(record, primary);
    settle(record, primary);
  }

  function noteRunning(record: ServiceRecord, deployment: DeploymentRecord, task: TaskRecord): void {
    deployment.failedStarts = 0;
    noteHealthy(record, deployment, task);
    const startedAt = task.task.startedAt?.getTime() ?? 0;
    const graceEnds = startedAt + (record.service.healthCheckGracePeriodSeconds ?? 0) * 1000;
    if (clock.now() < graceEnds) wakeAt(record, graceEnds);
    const wait = startedAt - provenSince();
    if (wait <= 0) return;
    clock.setTimer(wait, () => {
      noteHealthy(record, deployment, task);
      wake(record);
    });
  }

  function follow(task: TaskRecord): void {
    const { service } = task;
    if (!service) return;
    const record = [...state.services.values()].find(
      (candidate) => candidate.name === service.name && candidate.cluster === task.cluster,
    );
    if (!record) return;
    const deployment = record.deployments.find(({ id }) => id === service.deploymentId);
    if (deployment && task.task.lastStatus === 'STOPPED') noteDeath(record, deployment, task);
    if (deployment && task.task.lastStatus === 'RUNNING') noteRunning(record, deployment, task);
    wake(record);
  }

  return {
    wake,
    follow,
    close() {
      closed = true;
    },
  };
}
