import { breakerThreshold } from './circuit-breaker.ts';
import type { DeploymentSteps } from './deployments.ts';
import type { EcsPorts, Timing } from './ports.ts';
import { planRollout } from './rollout-plan.ts';
import type { ServiceEvents } from './service-events.ts';
import { factOf, isHealthy, liveTasks } from './service-tasks.ts';
import type { DeploymentRecord, EcsState, ServiceRecord, TaskRecord } from './state.ts';
import type { Tasks } from './tasks.ts';

const UNHEALTHY = 'Task failed container health checks';
/** Failed starts in a row after which ECS calls a service impaired. */
const IMPAIRED_AFTER = 3;

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
  /** After a rollback the old revision's tasks go on as the new PRIMARY's. */
  adopt(record: ServiceRecord): void;
  /** A task changed. */
  follow(task: TaskRecord): void;
  close(): void;
}

/** Keeps services at their desired count and rolls their deployments. */
export function createServiceScheduler({ ports, timing, state, tasks, steps, events }: Ports): ServiceScheduler {
  const { clock } = ports;
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

  function startOne(record: ServiceRecord, deployment: DeploymentRecord): TaskRecord {
    const { service, cluster, name } = record;
    return tasks.launch({
      cluster,
      definition: deployment.definition,
      overrides: undefined,
      group: `service:${name}`,
      startedBy: deployment.id,
      launchType: 'FARGATE',
      capacityProvider: service.capacityProviderStrategy?.[0]?.capacityProvider,
      subnet: service.networkConfiguration?.awsvpcConfiguration?.subnets?.[0] ?? '',
      service: { name, deploymentId: deployment.id },
      enableExecuteCommand: service.enableExecuteCommand ?? false,
    });
  }

  const list = (records: TaskRecord[]) => records.map(({ id }) => `(task ${id})`).join(' ');

  function start(record: ServiceRecord, deployment: DeploymentRecord, count: number): void {
    if (count === 0) return;
    const started = Array.from({ length: count }, () => startOne(record, deployment));
    for (const { task } of started) {
      const inherited =
        record.service.propagateTags === 'SERVICE'
          ? record.arn
          : record.service.propagateTags === 'TASK_DEFINITION'
            ? deployment.definition.taskDefinitionArn
            : '';
      state.tags.set(task.taskArn, [...(state.tags.get(inherited) ?? [])]);
    }
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
    const sick = liveTasks(state, record).filter(
      ({ task }) => task.healthStatus === 'UNHEALTHY' && task.desiredStatus === 'RUNNING',
    );
    for (const task of sick) {
      events.say(record, `(task ${task.id}) failed container health checks.`);
      tasks.stop(task, 'ServiceSchedulerInitiated', UNHEALTHY);
    }
  }

  function checkBreaker(record: ServiceRecord, primary: DeploymentRecord): void {
    const breaker = record.service.deploymentConfiguration?.deploymentCircuitBreaker;
    if (!breaker?.enable || primary.rolloutState !== 'IN_PROGRESS') return;
    const { deploymentCircuitBreaker, status } = primary.serviceDeployment;
    if (deploymentCircuitBreaker && status === 'IN_PROGRESS')
      deploymentCircuitBreaker.failureCount = primary.failedTasks;
    if (primary.failedTasks < breakerThreshold(breaker, record.service.desiredCount)) return;
    steps.breakCircuit(record, primary, breaker.rollback ?? false);
    adopt(record);
  }

  function adopt(record: ServiceRecord): void {
    const [primary, ...rest] = record.deployments;
    const same = rest.filter((deployment) => deployment.revision === primary?.revision).map(({ id }) => id);
    for (const { service } of liveTasks(state, record))
      if (service && primary && same.includes(service.deploymentId)) service.deploymentId = primary.id;
    record.deployments = record.deployments.filter(({ id }) => !same.includes(id));
  }

  function roll(record: ServiceRecord, primary: DeploymentRecord): void {
    if (primary.rolloutState === 'FAILED') return;
    const live = liveTasks(state, record);
    const { minimumHealthyPercent = 100, maximumPercent = 200 } = record.service.deploymentConfiguration ?? {};
    const own = live.filter(({ service }) => service?.deploymentId === primary.id);
    const throttled = primary.startNotBefore > clock.now();
    const plan = planRollout({
      desiredCount: record.service.desiredCount,
      minimumHealthyPercent,
      maximumPercent,
      primary: own.map((task) => factOf(task, provenSince())),
      // What already served is kept until it can be spared, however short it ran.
      old: live.filter((task) => !own.includes(task)).map((task) => factOf(task, clock.now())),
      mayStart: !throttled && record.service.status === 'ACTIVE',
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
    if (done && primary.rolloutState === 'IN_PROGRESS') steps.complete(record, primary);
    if (done && !record.steady && primary.rolloutState === 'COMPLETED') {
      events.say(record, 'has reached a steady state.');
      events.action(record, 'INFO', 'SERVICE_STEADY_STATE');
    }
    record.steady = done;
    if (record.service.status === 'DRAINING' && live.length === 0)
      Object.assign(record.service, { status: 'INACTIVE' });
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

  /** A start that failed throttles the next ones; a task that ran and died is only replaced a little later. */
  function noteDeath(record: ServiceRecord, deployment: DeploymentRecord, { task, reachedRunning }: TaskRecord): void {
    const scaledIn = task.stopCode === 'ServiceSchedulerInitiated' && task.stoppedReason !== UNHEALTHY;
    if (scaledIn || task.stopCode === 'UserInitiated') return;
    if (reachedRunning) {
      if (task.stoppedReason === UNHEALTHY) deployment.failedTasks++;
      deployment.startNotBefore = clock.now() + timing.replace;
      return;
    }
    deployment.failedTasks++;
    deployment.failedStarts++;
    const wait = Math.min(timing.throttle * 2 ** (deployment.failedStarts - 1), timing.longestThrottle);
    deployment.startNotBefore = clock.now() + wait;
    if (deployment.failedStarts !== IMPAIRED_AFTER) return;
    events.say(
      record,
      'is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
    );
    events.action(record, 'WARN', 'SERVICE_TASK_START_IMPAIRED');
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

  function noteHealthy(record: ServiceRecord, deployment: DeploymentRecord, task: TaskRecord): void {
    if (!isHealthy(task, provenSince())) return;
    const breaker = record.service.deploymentConfiguration?.deploymentCircuitBreaker;
    if (breaker?.resetOnHealthyTask !== false) deployment.failedTasks = 0;
    for (const image of deployment.revision.containerImages ?? []) {
      const digest = task.task.containers.find(({ name }) => name === image.containerName)?.imageDigest;
      if (digest !== undefined) image.imageDigest = digest;
    }
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
    adopt,
    follow,
    close() {
      closed = true;
      for (const cancel of timers.values()) cancel();
    },
  };
}
