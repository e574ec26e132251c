import { breakerThreshold } from './circuit-breaker.ts';
import { deploymentHealth } from './deployment-health.ts';
import type { DeploymentSteps } from './deployments.ts';
import type { EcsPorts, Timing } from './ports.ts';
import { planRollout } from './rollout-plan.ts';
import type { ServiceEvents } from './service-events.ts';
import { serviceLaunches } from './service-launches.ts';
import { factOf, isHealthy, liveTasks } from './service-tasks.ts';
import type { DeploymentRecord, EcsState, ServiceRecord, TaskRecord } from './state.ts';
import type { Tasks } from './tasks.ts';

interface Ports {
  ports: Pick<EcsPorts, 'clock'>;
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
  const { clock } = ports;
  const { start, stop, stopUnhealthy } = serviceLaunches({ state, tasks, events });
  const { noteDeath, noteHealthy } = deploymentHealth({ clock, timing, events });
  const awake = new Set<ServiceRecord>();
  const timers = new Map<ServiceRecord, () => void>();
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

  function wakeAt(record: ServiceRecord, at: number): void {
    timers.get(record)?.();
    timers.set(
      record,
      clock.setTimer(at - clock.now(), () => wake(record)),
    );
  }

  function checkBreaker(record: ServiceRecord, primary: DeploymentRecord): void {
    const breaker = record.service.deploymentConfiguration?.deploymentCircuitBreaker;
    if (!breaker?.enable || primary.rolloutState !== 'IN_PROGRESS') return;
    const { deploymentCircuitBreaker, status } = primary.serviceDeployment;
    if (deploymentCircuitBreaker && status === 'IN_PROGRESS')
      deploymentCircuitBreaker.failureCount = primary.failedTasks;
    if (primary.failedTasks < breakerThreshold(breaker, record.service.desiredCount)) return;
    steps.breakCircuit(record, primary, breaker.rollback ?? false);
  }

  function roll(record: ServiceRecord, primary: DeploymentRecord): void {
    const live = liveTasks(state, record);
    const { minimumHealthyPercent = 100, maximumPercent = 200 } = record.service.deploymentConfiguration ?? {};
    const failed = primary.rolloutState === 'FAILED';
    const own = live.filter(({ service }) => service?.deploymentId === primary.id);
    const throttled = primary.startNotBefore > clock.now();
    const plan = planRollout({
      desiredCount: record.service.desiredCount,
      // A failed deployment starts nothing, so nothing makes way for it.
      minimumHealthyPercent: failed ? 100 : minimumHealthyPercent,
      maximumPercent,
      primary: own.map((task) => factOf(task, provenSince())),
      // What already served is kept until it can be spared, however short it ran.
      old: live.filter((task) => !own.includes(task)).map((task) => factOf(task, clock.now())),
      mayStart: !failed && !throttled && record.service.status === 'ACTIVE',
    });
    start(record, primary, plan.start);
    stop(record, plan.stop);
    if (throttled) wakeAt(record, primary.startNotBefore);
  }

  function settle(record: ServiceRecord, primary: DeploymentRecord): void {
    const live = liveTasks(state, record);
    record.deployments = record.deployments.filter(
      ({ id, status }) => status === 'PRIMARY' || live.some(({ service }) => service?.deploymentId === id),
    );
    const done =
      live.length === record.service.desiredCount &&
      live.every((task) => isHealthy(task, provenSince())) &&
      record.deployments.length === 1;
    const active = record.service.status === 'ACTIVE';
    if (done && active && primary.rolloutState === 'IN_PROGRESS') steps.complete(record, primary);
    if (done && active && !record.steady && primary.rolloutState === 'COMPLETED') {
      events.say(record, 'has reached a steady state.');
      events.action(record, 'INFO', 'SERVICE_STEADY_STATE');
    }
    record.steady = done;
    if (!active && live.length === 0) Object.assign(record.service, { status: 'INACTIVE' });
  }

  function reconcile(record: ServiceRecord): void {
    if (record.service.status === 'INACTIVE') return;
    stopUnhealthy(record);
    const before = record.deployments[0];
    if (before) checkBreaker(record, before);
    const primary = record.deployments[0];
    if (!primary) return;
    roll(record, primary);
    settle(record, primary);
  }

  function noteRunning(record: ServiceRecord, deployment: DeploymentRecord, task: TaskRecord): void {
    deployment.failedStarts = 0;
    noteHealthy(record, deployment, task);
    const wait = (task.task.startedAt?.getTime() ?? 0) - provenSince();
    if (wait <= 0) return;
    clock.setTimer(wait, () => {
      noteHealthy(record, deployment, task);
      wake(record);
    });
  }

  function follow(task: TaskRecord): void {
    const { service } = task;
    const record = [...state.services.values()].find(
      (candidate) => candidate.name === service?.name && candidate.cluster === task.cluster,
    );
    if (!service || !record) return;
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
      for (const cancel of timers.values()) cancel();
    },
  };
}
